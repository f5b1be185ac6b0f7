"""What the things of a program are called, in both languages at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huice.reports.names import member_name, title_of
from huice.reports.tables.records import Name
from huice.reports.words import group_word, policy_title
from lang.diagnostics import Text
from lang.model import Program


def declared(space: Mapping[str, Any], key: str) -> Name:
    """A clause, fund, target …; one that is not declared goes by its name."""
    return Name(key, Text(title_of(space, key, "en"), title_of(space, key, "zh")))


def member(program: Program, key: str) -> Name:
    """A value of a kind, such as a district."""
    return Name(key, Text(member_name(program, key, "en"), member_name(program, key, "zh")))


def policy(program: Program) -> Name:
    return Name(program.name, Text(policy_title(program, "en").replace("_", " "), policy_title(program, "zh")))


def grouped_by(data: Mapping[str, Any], program: Program) -> Name:
    """What `--by` is called."""
    key = str(data["manifest"]["by"])
    return Name(key, Text(group_word(data, program, "en"), group_word(data, program, "zh")))
