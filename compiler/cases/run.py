"""The cases of a policy: facts and what is expected of them, run through an evaluator.

In: a checked program, its IR and an evaluator. Out: a result a case; a failed one carries its facts, what was expected,
what came, and why, in both languages. Only what a case names is checked: a payment in another month, or of another
row, is no failure unless the case says `nothing` or names the only payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, Protocol

import attrs
from attrs import frozen

from compiler import ir
from compiler.cases.texts import case_facts, expected_text, got_text, why_text
from compiler.explanation.explain import explain
from compiler.facts import Facts, History, Row
from compiler.ledger import Ledger, Payment
from compiler.spells import Dated, history
from lang import model
from lang.dates import Month, first_day, last_day, month_of
from lang.diagnostics import Language, Text
from lang.source import Span
from lang.tree.declarations import Spell
from lang.types import UNKNOWN, YES_NO, Given, Value

Status = Literal["passed", "failed", "undetermined"]
OPEN_END = 12  # months after the last one that a case names, for a policy without an end


class Evaluate(Protocol):
    def __call__(
        self, program: ir.Program, facts: Facts, *, until: Month | None, parameters: Mapping[str, Value]
    ) -> Ledger: ...


@frozen
class Check:
    """One `expect` line. `why`: of one that did not pass, the conditions that decided."""

    status: Status
    expected: Text
    got: Text
    span: Span
    why: tuple[Text, ...] = ()


@frozen
class CaseResult:
    """`undetermined`: nothing failed, but something expected hangs on a fact that the case does not give."""

    name: str
    checks: tuple[Check, ...]
    facts: tuple[str, ...]
    span: Span

    @property
    def status(self) -> Status:
        found = {check.status for check in self.checks}
        return "failed" if "failed" in found else "undetermined" if "undetermined" in found else "passed"

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """A row of `cases` in the JSON of `huice test`."""
        why = [reason[language] for check in self.checks for reason in check.why]
        return {
            "name": self.name,
            "status": self.status,
            "expected": "\n".join(check.expected[language] for check in self.checks),
            "got": "\n".join(check.got[language] for check in self.checks),
        } | ({"why": why} if why else {})

    def text(self, language: Language) -> str:
        """What a reader is shown of a case that did not pass."""
        line, _ = self.span.source.position(self.span.start)
        words = {
            "failed": Text("failed: ", "未通过："),
            "undetermined": Text("undetermined: ", "待定："),
            "passed": Text("passed: ", "通过："),
        }
        lines = [f"{self.span.source.name}:{line}: {words[self.status][language]}{self.name}"]
        lines += [f"  {fact}" for fact in self.facts]
        for check in self.checks:
            if check.status != "passed":
                lines.append(f"  {Text('expected: ', '预期：')[language]}{check.expected[language]}")
                lines.append(f"  {Text('got: ', '实际：')[language]}{check.got[language]}")
                lines += [f"  {Text('why: ', '原因：')[language]}{reason[language]}" for reason in check.why]
        return "\n".join(lines)


def run_cases(program: model.Program, compiled: ir.Program, evaluate: Evaluate) -> tuple[CaseResult, ...]:
    """Every case, in order of the file."""
    return tuple(run_case(program, compiled, case, evaluate) for case in program.cases)


def run_case(program: model.Program, compiled: ir.Program, case: model.Case, evaluate: Evaluate) -> CaseResult:
    """One case, held against its expectations."""
    ledger = ledger_of_case(program, compiled, case, evaluate)
    checks = tuple(
        check if check.status == "passed" else attrs.evolve(check, why=_why(program, compiled, case, expect))
        for expect, check in ((expect, _check(program, expect, ledger)) for expect in case.expects)
    )
    return CaseResult(case.name, checks, case_facts(case, program), case.span)


def ledger_of_case(program: model.Program, compiled: ir.Program, case: model.Case, evaluate: Evaluate) -> Ledger:
    """What the rows of a case are paid. A policy without an end is followed for a year after the last month that the
    case names."""
    return evaluate(compiled, facts_of_case(case, program), until=_until(program, case), parameters=case.sets)


def _until(program: model.Program, case: model.Case) -> Month | None:
    return None if program.last is not None else max(program.first, _last_named(case)) + OPEN_END


def _why(program: model.Program, compiled: ir.Program, case: model.Case, expect: model.Expect) -> tuple[Text, ...]:
    """What `explain` has to say: of the first month that the expectation names, else of the one that says most."""
    found = explain(
        program,
        compiled,
        facts_of_case(case, program),
        program.clauses[expect.clause].entity,
        expect.key,
        clause=expect.clause,
        month=expect.first,
        until=_until(program, case),
        parameters=case.sets,
    )
    return tuple(reason for explanation in found for reason in why_text(explanation))


# ---------------------------------------------------------------- facts
def facts_of_case(case: model.Case, program: model.Program) -> Facts:
    """The facts that a case gives. Several lines on one row add up."""
    tables: dict[str, dict[str, list[model.Fact]]] = {}
    for instance in case.instances:
        tables.setdefault(instance.entity, {}).setdefault(instance.key, []).extend(instance.facts)
    return Facts(
        {
            entity: [Row(key, _values(program.entities[entity], facts)) for key, facts in rows.items()]
            for entity, rows in tables.items()
        }
    )


def _values(entity: model.Entity, facts: list[model.Fact]) -> dict[str, Given | History]:
    """A fact with spells is a history; of one without, the last line counts."""
    values: dict[str, Given | History] = {}
    spells: dict[str, list[Dated]] = {}
    for fact in facts:
        if fact.spells is None:
            values[fact.attribute] = fact.value
        else:
            spells.setdefault(fact.attribute, []).extend(_dated(spell, fact.value) for spell in fact.spells)
    for name, dated in spells.items():
        attribute = entity.attributes[name]
        values[name] = history(dated, attribute.counts, False if attribute.type == YES_NO else UNKNOWN)
    return values


def _dated(spell: Spell, value: Given) -> Dated:
    """A month stands for the whole month."""
    start = spell.start if isinstance(spell.start, date) else first_day(spell.start)
    end = spell.end if spell.end is None or isinstance(spell.end, date) else last_day(spell.end)
    return Dated(start, end, value)


def _last_named(case: model.Case) -> Month:
    """The last month that a case speaks of."""
    months = [m for e in case.expects for m in (e.first, e.last, e.due) if m is not None]
    for instance in case.instances:
        for fact in instance.facts:
            days = [fact.value, *(end for s in fact.spells or () for end in (s.start, s.end))]
            months += [month_of(day) for day in days if isinstance(day, date)]
            months += [m for s in fact.spells or () for m in (s.start, s.end) if isinstance(m, int)]
    return max(months, default=0)


# ---------------------------------------------------------------- expectations
def _check(program: model.Program, expect: model.Expect, ledger: Ledger) -> Check:
    clause = program.clauses[expect.clause]
    payments = [p for p in ledger.payments if (p.clause, p.key) == (expect.clause, expect.key)]
    refused = [r for r in ledger.refused if (r.clause, r.key) == (expect.clause, expect.key)]
    doubts = [u for u in ledger.undetermined if u.clause == expect.clause and u.concerns(expect.key)]
    in_months = [p for p in payments if _named(expect, p.month)]
    match expect.answer:
        case "pays":
            status = _pays(expect, in_months, bool(doubts))
        case "nothing":
            status = "failed" if in_months else "undetermined" if doubts else "passed"
        case "undetermined":
            status = "passed" if doubts else "failed"
        case "refuses":
            found = any(_named(expect, r.month) for r in refused)
            status = "passed" if found else "undetermined" if doubts else "failed"
    got = got_text(payments, refused, doubts)
    return Check(status, expected_text(expect, clause.entity), got, expect.span)


def _named(expect: model.Expect, month: Month) -> bool:
    """Whether the expectation speaks of this accrual month."""
    return (expect.first is None or expect.first <= month) and (expect.last is None or month <= expect.last)


def _pays(expect: model.Expect, payments: list[Payment], doubtful: bool) -> Status:
    """`payments` are those of the months named.

    Per month: one in each of the months named (none named: at least one), each of the amount. Else exactly one.
    A wrong payment is a failure; one that is wanting may only be undetermined.
    """
    wanting: Status = "undetermined" if doubtful else "failed"
    if any(not _as_expected(expect, payment) for payment in payments):
        return "failed"
    if not expect.per_month:
        if len(payments) != 1:
            return "failed" if payments else wanting
        return "undetermined" if doubtful and expect.first is None else "passed"
    if expect.first is None:
        return "passed" if payments else wanting
    last = expect.first if expect.last is None else expect.last
    months = {payment.month for payment in payments}
    return "passed" if all(month in months for month in range(expect.first, last + 1)) else wanting


def _as_expected(expect: model.Expect, payment: Payment) -> bool:
    if expect.amount is not None and Fraction(payment.amount) != expect.amount:
        return False
    if expect.due is not None and payment.due != expect.due:
        return False
    return expect.to is None or (payment.payee is not None and payment.payee.split("/", 1)[-1] == expect.to)
