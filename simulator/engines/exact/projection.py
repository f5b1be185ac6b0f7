"""A projection computed: the figures of `huice simulate --json`, cell by cell, each a question.

In: an `Asker`. Out: JSON of the shape that drawn results have. What is `paid` is what is claimed, where money never
runs short; where it can, paying is a queue, and these figures are left to whoever draws (results.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from attrs import define, field

from lang.dates import Month, month_text
from simulator.engines.exact.algebra import FURTHER, ORDER
from simulator.engines.exact.answers import Asker
from simulator.engines.exact.figures import Figures, figures, nothing
from simulator.engines.exact.laws import TooManySums
from simulator.engines.exact.nets import Payment
from simulator.engines.exact.questions import Measure, Question, Value, amount_of
from simulator.engines.exact.sums import Answer
from simulator.figures.statistics import FEN_A_YUAN
from simulator.money.limits import pots_of
from simulator.plan import Plan

DETAIL = 256  # worlds for the quantiles of quarters, months and groups
SUFFICES = (0.8, 0.9, 0.95)
Span = tuple[Month, Month]


@define(eq=False)
class Projection:
    """Figures by cell; each is computed once. `short`: whether money can run short, so that `paid` is not ours to
    say."""

    asker: Asker
    thresholds: tuple[int, ...]
    short: bool
    _cells: dict[tuple[object, ...], Figures] = field(init=False, factory=dict)

    @property
    def plan(self) -> Plan:
        return self.asker.population.ready.plan

    @property
    def whole(self) -> Span:
        return self.plan.scenario.first, self.plan.scenario.last

    # ------------------------------------------------------------ cells
    def cell(
        self,
        measure: Measure,
        clauses: frozenset[int],
        span: Span,
        *,
        unit: int = FEN_A_YUAN,
        of: tuple[str, int] | None = None,
        detail: bool = False,
    ) -> Figures:
        """`of`: ("group", member) or ("pot", number): only what goes there. `unit` 1: payments are counted."""
        terms = self.asker.terms
        if measure == "claimed" and terms.immediate:
            measure = "entitled"
        key = (measure, clauses, span, unit, of, detail)
        if key in self._cells:
            return self._cells[key]
        question = Question(measure=measure, first=span[0], last=span[1], clauses=clauses, value=self._value(unit, of))
        scrambles = self.asker.worlds.block
        nobody = measure == "not_taken_up" and not terms.takes_up
        if nobody or not any(terms.hits(question, m) for m in range(terms.first, terms.last + 1)):
            found = nothing(scrambles, unit)
        else:
            found = self._figures(question, unit, detail)
        self._cells[key] = found
        return found

    def _figures(self, question: Question, unit: int, detail: bool) -> Figures:
        scrambles, worlds = self.asker.worlds.block, DETAIL if detail else None
        for order in (ORDER, FURTHER):
            with suppress(TooManySums):
                return figures(self.asker.ask(question, order=order), scrambles, unit, worlds)
        try:  # too few people for an expansion: their laws written out, however long that takes
            return figures(self.asker.ask(question, written=True), scrambles, unit, worlds)
        except TooManySums as error:
            raise self.asker.too_many_sums(question.clauses) from error

    def _value(self, unit: int, of: tuple[str, int] | None) -> Value:
        if of is None:
            return amount_of if unit != 1 else _one
        what, number = of
        if what == "group":
            return lambda payment: payment.amount if self.group_of(payment) == number else 0
        return lambda payment: self.pots_of(payment).get(number, 0)

    def group_of(self, payment: Payment) -> int:
        """The member of `--by`'s kind, -1 none."""
        ready = self.asker.population.ready
        name = self.plan.clauses[payment.clause]
        return _label(payment, ready.pots[name], ready.by[name], ready.by[name])

    def pots_of(self, payment: Payment) -> dict[int, int]:
        """Which pots pay it, and how many fen each (of funds in turn the first: money does not run short)."""
        ready, policy = self.asker.population.ready, self.plan.policy
        name = self.plan.clauses[payment.clause]
        funds = self.plan.program.clauses[name].funds
        if funds is None:
            return {}
        pots, names = pots_of(policy), list(policy.funds)
        shares = funds.shares or (Fraction(1), *(Fraction(0) for _ in funds.funds[1:]))
        parts, rest = [], payment.amount
        for share in shares[:-1]:
            part = (2 * payment.amount * share.numerator + share.denominator) // (2 * share.denominator)
            parts.append(part)
            rest -= part
        parts.append(rest)
        found: dict[int, int] = {}
        for place, (fund, part) in enumerate(zip(funds.funds, parts, strict=True)):
            of_fund = [at for at, pot in enumerate(pots) if pot.fund == names.index(fund)]
            stream = ready.pots[name][place]
            member = -1 if stream is None else _label(payment, ready.pots[name], ready.by[name], stream)
            at = of_fund[-1] if member < 0 or len(of_fund) == 1 else of_fund[0] + member
            if part:
                found[at] = found.get(at, 0) + part
        return found

    def made(self) -> list[Figures]:
        """All that was computed so far."""
        return list(self._cells.values())

    @property
    def everything(self) -> frozenset[int]:
        return frozenset(range(len(self.plan.clauses)))

    def rows(self) -> Iterator[tuple[str | None, frozenset[int]]]:
        """The total, then each clause."""
        yield None, self.everything
        for number, name in enumerate(self.plan.clauses):
            yield name, frozenset([number])

    # ------------------------------------------------------------ JSON
    def measures(
        self, clauses: frozenset[int], span: Span, *, thresholds: Sequence[int] = (), whole: bool = False,
        group: int | None = None, detail: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """All measures of a total or a clause."""
        of = None if group is None else ("group", group)

        def told(measure: Measure) -> dict[str, Any]:
            return self.cell(measure, clauses, span, of=of, detail=detail).to_dict(thresholds)

        result = {"entitled": told("entitled")}
        if not self.short:
            result["paid"] = told("claimed")
        result["lapsed"] = told("lapsed")
        if not self.short:
            count = self._count(clauses, span, group, detail)
            result["payments"] = count.to_dict()
            result["owed_at_end"] = nothing(self.asker.worlds.block, FEN_A_YUAN).to_dict(thresholds)
        if whole:
            result["not_taken_up"] = told("not_taken_up")
            result["not_yet_claimed"] = told("not_yet_claimed")
        return result

    def _count(self, clauses: frozenset[int], span: Span, group: int | None, detail: bool) -> Figures:
        if group is None:
            return self.cell("claimed", clauses, span, unit=1, detail=detail)
        terms = self.asker.terms
        question = Question(
            measure="entitled" if terms.immediate else "claimed",
            first=span[0],
            last=span[1],
            clauses=clauses,
            value=lambda payment: int(self.group_of(payment) == group),
        )
        key = ("payments", clauses, span, group, detail)
        if key not in self._cells:
            self._cells[key] = self._figures(question, 1, detail)
        return self._cells[key]

    def over(
        self, span: Span, *, thresholds: Sequence[int] = (), whole: bool = False, group: int | None = None,
        detail: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """{"total": …, "clauses": …} of some months."""
        rows = {
            name: self.measures(of, span, thresholds=thresholds, whole=whole, group=group, detail=detail)
            for name, of in self.rows()
        }
        return {"total": rows.pop(None), "clauses": rows}

    def periods(self, months_each: int) -> list[tuple[str, Span]]:
        """Calendar periods, cut to the scenario's."""
        first, last = self.whole
        result = []
        for start in range(first - first % months_each, last + 1, months_each):
            match months_each:
                case 12:
                    name = str(start // 12)
                case 3:
                    name = f"{start // 12}Q{start % 12 // 3 + 1}"
                case _:
                    name = month_text(start)
            result.append((name, (max(start, first), min(start + months_each - 1, last))))
        return result

    def groups(self) -> list[int]:
        """Members of `--by`'s kind, and -1 where something is entitled to those without a group."""
        kind = self.plan.by_kind()
        if kind is None:
            return []
        members = list(range(len(self.plan.members(kind))))
        payments = self.asker.population.marks.payments
        return members + ([-1] if any(self.group_of(p) < 0 for p in payments) else [])

    # ------------------------------------------------------------ funds where money never runs short
    def pots_used(self) -> dict[int, list[int]]:
        """By fund from which some clause is paid: its pots (payments whose pot is not known: where there are any)."""
        payments = self.asker.population.marks.payments
        used = {pot for payment in payments for pot in self.pots_of(payment)}
        paying = [self.plan.program.clauses[name].funds for name in self.plan.clauses]
        named = {fund for funds in paying if funds is not None for fund in funds.funds}
        found: dict[int, list[int]] = {}
        for number, (name, fund) in enumerate(self.plan.policy.funds.items()):
            if name in named:
                found[number] = [
                    at
                    for at, pot in enumerate(pots_of(self.plan.policy))
                    if pot.fund == number and (fund.pots is None or pot.member is not None or at in used)
                ]
        return found

    def pot(self, pots: Sequence[int], span: Span, *, detail: bool = False) -> Figures:
        """What some pots together are asked to pay."""
        key = ("pots", tuple(pots), span, detail)
        if key not in self._cells:
            self._cells[key] = self._figures(self._asked_of(pots, span), FEN_A_YUAN, detail)
        return self._cells[key]

    def asked_of(self, pots: Sequence[int], span: Span) -> Answer:
        """The claims on some pots."""
        return self.asker.ask(self._asked_of(pots, span))

    def _asked_of(self, pots: Sequence[int], span: Span) -> Question:
        def value(payment: Payment) -> int:
            return sum(fen for at, fen in self.pots_of(payment).items() if at in pots)

        payments = self.asker.population.marks.payments
        return Question(
            measure="entitled" if self.asker.terms.immediate else "claimed",
            first=span[0],
            last=span[1],
            clauses=frozenset(p.clause for p in payments if value(p)),
            value=value,
        )

    def clause_from(self, clause: int, pot: int, span: Span) -> Figures:
        """What a clause takes from a pot."""
        return self.cell("claimed", frozenset([clause]), span, of=("pot", pot))


def needed(asked: Figures) -> dict[str, Any]:
    """What is asked of a pot in a year, and what suffices how surely (simulator/figures/budget.py)."""
    return {
        "asked": asked.to_dict() | {"curve": asked.curve()},
        "suffices": {str(p): asked.quantile(p) for p in SUFFICES},
    }


def to_date(span: Span, first: Month) -> Span:
    """From January of the month's year (or the period's first month) to the month."""
    return max(span[0] // 12 * 12, first), span[1]


def _label(payment: Payment, pots: Sequence[int | None], by: int | None, stream: int | None) -> int:
    """A stream's value among a payment's labels."""
    streams = list(dict.fromkeys(s for s in (*pots, by) if s is not None))
    return payment.extra[streams.index(stream)] if stream is not None else -1


def _one(payment: Payment) -> int:
    return 1
