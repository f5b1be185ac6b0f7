"""What `calibrate` wrote, in canonical form and in the reader's language, and the paths that stand in it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from huice.cli.fmt_command import formatted
from lang.diagnostics import CompilerBug, Language


def canonical(text: str, beside: Path, language: Language) -> str:
    """The text as `huice fmt` writes it; names and keywords in `language`."""
    done = formatted("calibrated.policy", text.encode(), beside, language)
    if done.after is None:
        reason = done.diagnostics[0].message.en if done.diagnostics else "it would read otherwise"
        raise CompilerBug(f"a scenario that was learnt does not parse: {reason}")
    return done.after.decode()


def reference_of(file: str, policy: str, folder: Path) -> str | None:
    """How a scenario in `folder` names the policy of FILE; None where it cannot: the policy lies elsewhere."""
    if file.startswith("std:"):
        return file
    place = Path(file)
    if file != "-" and place.parent.resolve() == folder.resolve() and place.stem == policy:
        return policy
    return None


def roster_path(facts: str, folder: Path) -> str | None:
    """The roster as a scenario in `folder` names it; None where it lies outside of it."""
    if facts == "-":
        return None
    try:
        inside = Path(facts).resolve().relative_to(folder.resolve())
    except ValueError:
        return None
    return str(PurePosixPath(*inside.parts)) if inside.parts else None
