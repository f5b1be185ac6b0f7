"""A program in the language of its reader: keywords, names and, in what is quoted of it, every condition."""

from __future__ import annotations

from pathlib import Path

from huice.cli.fmt_command import formatted
from huice.policies import standard_policy
from huice.programs import Loaded, open_source
from lang.diagnostics import Language
from lang.source import Source


def in_language(loaded: Loaded, language: Language) -> Loaded:
    """The same program as `huice fmt --to` writes it in this language; where it cannot, as it is."""
    if loaded.source is None or loaded.language == language:
        return loaded
    standard = standard_policy(loaded.file.removeprefix("std:")) if loaded.file.startswith("std:") else None
    beside = standard.parent if standard is not None else Path(loaded.file).parent
    changed = formatted(loaded.source.name, loaded.source.text.encode(), beside, language)
    if changed.after is None:
        return loaded
    other = open_source(Source(changed.after.decode(), loaded.source.name), beside)
    return other if other.ir is not None else loaded
