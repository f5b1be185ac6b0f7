"""Runs a command in this process and gives its JSON in short lines that a test can write down by hand.

A payment is `clause entity/id month due amount payee`; an undetermined answer is `clause id: missing …`, or
`clause ×count: missing …` for a parameter without a value; a refusal is `clause id month reason`.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from attrs import frozen
from click.testing import CliRunner

import huice
from huice.cli import huice as command


@frozen
class Outcome:
    """What a command answered: exit status, standard output, standard error."""

    status: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)


def run(*arguments: str | Path, given: str | bytes | None = None) -> Outcome:
    """`huice ARGUMENTS`, in this process. What the command raises is raised here, so a defect shows itself."""
    result = CliRunner().invoke(command, [str(one) for one in arguments], input=given, catch_exceptions=False)
    return Outcome(result.exit_code, result.stdout, result.stderr)


@functools.cache
def _program(policy: str) -> huice.Program:
    return huice.loads(policy) if "\n" in policy else huice.load(policy)


def answer(policy: str, facts: dict[str, Any], *options: str) -> Any:
    """The JSON of an evaluation. POLICY is text or `std:…`; OPTIONS are `NAME=VALUE` settings and `until=MONTH`."""
    settings = dict(one.split("=", 1) for one in options)
    until = settings.pop("until", None)
    ledger = _program(policy).evaluate(huice.Facts.from_dict(facts), until=until, set=settings)
    assert not ledger.faults, ledger.faults
    return ledger.to_dict()


def paid(ledger: Any, *clauses: str) -> list[str]:
    """The payments, one line each; of some clauses only when they are named."""
    return [
        f"{one['clause']} {one['entity']}/{one['id']} {one['month']} {one['due']} {one['amount']} {one['payee']}"
        for one in ledger["payments"]
        if not clauses or one["clause"] in clauses
    ]


def open_questions(ledger: Any, *clauses: str) -> list[str]:
    """What is undetermined, one line each; a fact of another row by its own name."""
    return [
        f"{one['clause']} {one.get('id', '×' + str(one.get('count')))}: "
        + " ".join(sorted({fact.rsplit(".", 1)[-1] for fact in one["missing"]}))
        for one in ledger["undetermined"]
        if not clauses or one["clause"] in clauses
    ]


def refused(ledger: Any) -> list[str]:
    """Who was refused, one line each."""
    return [f"{one['clause']} {one['id']} {one['month']} {one['reason']}" for one in ledger["refused"]]
