"""Where the standard policies lie: one folder a document, beside the vocabulary that they share."""

from __future__ import annotations

from pathlib import Path

import stdlib_policies

POLICIES = Path(stdlib_policies.__file__).parent


def standard_names() -> list[str]:
    """The ids of the standard policies, sorted."""
    return sorted(p.name for p in POLICIES.iterdir() if (p / f"{p.name}.policy").is_file())


def folder_of(name: str) -> Path | None:
    """The folder of the standard policy `name`."""
    return POLICIES / name if name in standard_names() else None


def standard_policy(name: str) -> Path | None:
    """Its file; None if there is none of that name (never a path outside the package)."""
    folder = folder_of(name)
    return folder / f"{name}.policy" if folder is not None else None
