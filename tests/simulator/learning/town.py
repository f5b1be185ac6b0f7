"""A planted town made ready: its program, facts, entitlements with what was paid, as commands and faces make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from attrs import frozen

from compiler import ir
from compiler.facts import Facts
from huice.audit.records import Paid
from huice.facts.json_facts import facts_from_data
from huice.learning.payments import entitlements, facts_read, plain
from huice.learning.scenario_file import checked
from huice.programs import open_source
from lang import model
from lang.dates import Month, parse_month
from lang.source import Source as Text
from simulator.learning.backtest import Source
from simulator.learning.calibrate import Calibration, Request, calibrate
from simulator.learning.claims import Due
from simulator.learning.known_at import known_at
from simulator.learning.so_far import Payment
from tests.simulator.learning.planted import POLICY, Truth, make


@frozen(eq=False)
class Town:
    program: model.Program
    compiled: ir.Program
    facts: Facts
    paid: tuple[Paid, ...]

    @property
    def payments(self) -> tuple[Payment, ...]:
        return plain(self.paid)

    def dues_at(self, facts: Facts, month: Month) -> tuple[Due, ...]:
        return entitlements(self.program, self.compiled, facts, self.paid, month, {})[0]

    def calibrate(self, as_of: Month, months: int = 12, **more: Any) -> Calibration:
        known = known_at(self.program, self.facts, as_of)
        request = Request(as_of=as_of, first=as_of + 1, last=as_of + months, reference="town", **more)
        dues = self.dues_at(known, as_of)
        return calibrate(self.program, facts_read(self.compiled), self.facts, dues, request)

    def checked(self, text: str) -> model.Scenario:
        return checked(self.program, text)

    def source(self) -> Source:
        return Source(
            program=self.program,
            compiled=self.compiled,
            read=facts_read(self.compiled),
            facts=self.facts,
            payments=self.payments,
            dues_at=self.dues_at,
            checked=self.checked,
        )


def policy() -> tuple[model.Program, ir.Program]:
    loaded = open_source(Text(POLICY, "town.policy"), Path.cwd())
    assert loaded.model is not None and loaded.ir is not None
    return loaded.model, loaded.ir


def town(truth: Truth, seed: int, loaded: tuple[model.Program, ir.Program] | None = None) -> Town:
    program, compiled = loaded or policy()
    given, payments = make(truth, seed)
    return made(program, compiled, given, payments)


def made(
    program: model.Program, compiled: ir.Program, given: dict[str, Any], payments: Sequence[dict[str, str]]
) -> Town:
    facts, faults = facts_from_data(program, given, "<facts>")
    assert not faults
    paid = [
        Paid(
            row=number,
            clause=row["clause"],
            entity="certificate" if row["clause"] == "skill" else "person",
            key=row["id"],
            amount=int(row["amount"].removesuffix(".00")) * 100,
            month=parse_month(row["month"]),
            paid_on=date.fromisoformat(row["paid_on"]),
        )
        for number, row in enumerate(payments, 1)
    ]
    return Town(program, compiled, facts, tuple(paid))
