"""The smallest person for whom some literals hold together, made directly from what they leave possible.

In: a `Conjunction` and the entity that it speaks of. Out: facts, which are only a proposal: whoever shows them replays
them first. None where something is asked that is not made here (rows to be counted, sums, differences).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from attrs import define, evolve, field

from compiler import ir
from compiler.facts import Facts, History, Row, Span
from compiler.interpret import run
from compiler.proofs.finding import Policy
from compiler.proofs.reasoning.conjunction import Conjunction, Difference, Possible, Since, Term
from compiler.proofs.reasoning.ranges import Number, Range, Ranges
from compiler.proofs.witness import last
from lang import model, typed
from lang.dates import Duration, Month, add, first_day, last_day
from lang.types import MONEY, UNKNOWN, YES_NO, Absent, Given, Value

MONTH_IN = 6  # the month in which all is made to hold: so many after the policy's first, if it has as many
_CENT = Fraction(100_000)
_SMALL = {"money": 10_000, "count": 1}

Fill = Literal["usual", "bare", "most"]
_NOTHING_FIXED: Mapping[tuple[str, str], Given] = {}


# What these say is said of the facts that they read as well (conjunction.py); the replay shows whether it is enough.
_SAID_ELSEWHERE = (typed.All, typed.Either, typed.Constant, typed.ParameterRead, typed.OneOf, typed.Compare)


@define
class Person:
    """`month`: the month in which all is to hold."""

    policy: Policy
    left: Conjunction
    entity: str
    month: Month
    rows: dict[tuple[str, str], dict[str, Given | History]] = field(factory=dict)

    @classmethod
    def of(cls, policy: Policy, left: Conjunction, entity: str, later: int = MONTH_IN) -> Person | None:
        """In a month so many months after the policy's first."""
        person = cls(policy, left, entity, min(policy.ir.first + later, last(policy)))
        person.rows[entity, f"{entity[0]}1"] = {}
        return person if all(person._term(term, possible) for term, possible in left.possible.items()) else None

    @property
    def key(self) -> str:
        return f"{self.entity[0]}1"

    @classmethod
    def around(cls, policy: Policy, facts: Facts, entity: str) -> Person:
        """The rows as they are given."""
        person = cls(
            policy, Conjunction(Ranges.of(policy.model)), entity, min(policy.ir.first + MONTH_IN, last(policy))
        )
        for of, rows in facts.tables.items():
            person.rows |= {(of, row.key): dict(row.values) for row in rows.values()}
        return person

    def copy(self) -> Person:
        rows = {at: dict(values) for at, values in self.rows.items()}
        return Person(self.policy, self.left, self.entity, self.month, rows)

    def filled(
        self, wanted: Iterable[tuple[str, str]], how: Fill = "usual",
        fixed: Mapping[tuple[str, str], Given] = _NOTHING_FIXED,
    ) -> Person:  # fmt: skip
        """With a plain value for each further fact of the rows that are there, and of those that they link to. `bare`:
        no for each yes/no and small numbers, so that as little else as may be is paid; `most`: numbers as large as
        their attributes allow. `fixed`: the values of some facts."""
        wanted, rows = tuple(wanted), 0
        while rows < len(self.rows):  # a link leads to a row, which has facts of its own
            rows = len(self.rows)
            for entity, name in wanted:
                attribute = self.policy.model.entities[entity].attributes[name]
                for row, values in [one for one in self.rows.items() if one[0][0] == entity and name not in one[1]]:
                    self._fill(row, values, attribute, how, fixed.get((entity, name)))
        return self

    def _fill(
        self, row: tuple[str, str], values: dict[str, Given | History], attribute: model.Attribute, how: Fill,
        fixed: Given | None,
    ) -> None:  # fmt: skip
        base, name = attribute.type.base, attribute.name
        if fixed is not None:
            values[name] = fixed if isinstance(fixed, Absent) else self._as_given(attribute, fixed, Possible())
        elif base == "link":
            self._link(row, name, attribute)
        elif base not in ("many", "text", "identity"):
            fact = typed.FactRead(row[0], name, attribute.type)
            possible = Possible(none=False)
            high = self.left.of(fact).range.high
            if how == "bare":
                possible = Possible(Range(high=_SMALL.get(base)), truth=False, none=False)
            elif how == "most" and high is not None and base in _SMALL:
                possible = Possible(Range(low=high), none=False)
            value = self._value(fact, possible)
            if value is not None:
                values[name] = self._as_given(attribute, value, Possible())

    def facts(self) -> Facts:
        tables: dict[str, list[Row]] = {}
        for (entity, key), values in self.rows.items():
            tables.setdefault(entity, []).append(Row(key, values))
        return Facts(tables)

    # ------------------------------------------------------------ one term
    def _term(self, term: Term, possible: Possible) -> bool:
        """Gives the fact that a term speaks of a value; False: it is not made here."""
        match term:
            case Since(day, _):
                return self._is_fact(day) is not None or self._harmless(possible)
            case typed.Run(operand) | typed.Total(operand) | typed.Ever(operand) | typed.Previous(operand):
                return self._is_fact(operand) is not None or possible.truth is not None or self._parts_made(operand)
            case typed.InPeriod(day) | typed.IsKnown(day):
                return self._is_fact(day) is not None or isinstance(day, typed.SettlementDate)
            case _ if not isinstance(term, Difference):
                place = self._is_fact(term)
                if place is None:
                    return isinstance(term, _SAID_ELSEWHERE)
                row, name, attribute = place
                if attribute.type.base == "link":
                    self._link(row, name, attribute)
                    return True
                if possible.members == () or possible.range.empty:
                    return True  # it is to be none: left out
                value = self._value(term, possible)
                if value is not None:
                    self.rows[row][name] = self._as_given(attribute, value, possible, term)
                return value is not None
        return False

    def _parts_made(self, operand: typed.Expr) -> bool:
        """Several flags that run together are made one by one."""
        opened = self.left.opened(operand)
        return isinstance(opened, typed.All) and all(
            self._is_fact(self.left.opened(part)) is not None for part in opened.operands
        )

    def _harmless(self, possible: Possible) -> bool:
        return possible.range.low is None and possible.range.high is None

    def _is_fact(self, expr: typed.Expr) -> tuple[tuple[str, str], str, model.Attribute] | None:
        """The row and attribute that an expression reads: of the row itself, or over a link, which is then set."""
        expr = self.left.opened(expr)
        row = self.entity, self.key
        while isinstance(expr, typed.Through):
            link = self._is_fact(expr.link)
            if link is None:
                return None
            row = self._link(*link)
            expr = self.left.opened(expr.body)
        if not isinstance(expr, typed.FactRead) or row[0] != expr.entity:
            return None
        return row, expr.attribute, self.policy.model.entities[expr.entity].attributes[expr.attribute]

    def _link(self, row: tuple[str, str], name: str, attribute: model.Attribute) -> tuple[str, str]:
        target = attribute.type.name or ""
        other = next((there for there in self.rows if there[0] == target), (target, f"{target[0]}1"))
        self.rows.setdefault(other, {})
        key: Given = other[1]
        self.rows[row][name] = key
        return other

    # ------------------------------------------------------------ values
    def _value(self, term: typed.Expr, possible: Possible) -> Value | None:
        base = term.type.base
        if base == "yes/no":
            return possible.truth is not False
        if base == "kind":
            kind = self.policy.model.kinds.get(term.type.name or "")
            members = possible.members or (tuple(m.name for m in kind.members) if kind else ())
            return members[0] if members else None
        if base == "date":
            return next(self._days(term, possible), None)
        number = self._number(possible, term)
        if number is None:
            return None
        match base:
            case "duration":
                return Duration(int(number))
            case "count" | "month":
                return int(number)
            case _:
                return Fraction(number)

    def _number(self, possible: Possible, term: typed.Expr) -> Number | None:
        whole = self.left.of(term).range.both(possible.range)
        steps: dict[str, Number] = {"money": 100, "rate": 100, "share": Fraction(1, 100)}
        step = steps.get(term.type.base, 1)
        low = whole.low
        proposals: list[Number] = []
        if whole.high is not None:
            proposals += [whole.high, whole.high - step]
        if low is not None and low > 0:
            proposals = [low, low + step, *proposals]
        elif term.type.base in ("money", "rate"):
            proposals = [_CENT, *proposals]
        else:
            proposals = [1, *proposals, 0]
        for number in [*proposals, 0 if low is None else low, 0 if low is None else low + step]:
            inside = (low is None or number > low or (number == low and not whole.low_open)) and (
                whole.high is None or number < whole.high or (number == whole.high and not whole.high_open)
            )
            if inside and number not in possible.not_equal:
                return number
        return None

    def _days(self, term: typed.Expr, possible: Possible) -> Iterator[date]:
        """Dates that lie where they must, and as long ago as they must."""
        settle = last_day(self.month)
        proposals = [first_day(self.month), first_day(self.policy.ir.first)]
        spans = [(since, one) for since, one in self.left.possible.items() if isinstance(since, Since)]
        mine = [(since, one) for since, one in spans if since.day == term]
        for since, one in mine:
            for bound in (one.range.low, one.range.high):
                if bound is not None:
                    for days in (0, 15):
                        proposals.append(_before(settle, int(bound), since.unit) - timedelta(days=days))
        for bound in (possible.range.low, possible.range.high):
            if bound is not None:
                proposals += [date.fromordinal(int(bound) + step) for step in (0, 1, -1)]
        for day in proposals:
            inside = (possible.range.low is None or day.toordinal() >= possible.range.low) and (
                possible.range.high is None or day.toordinal() <= possible.range.high
            )
            kept = inside and day.toordinal() not in possible.not_equal
            if kept and all(_lasting(day, settle, since.unit, one) for since, one in mine):
                yield day

    def _as_given(
        self, attribute: model.Attribute, value: Value, possible: Possible, term: typed.Expr | None = None
    ) -> Given | History:
        if not attribute.monthly:
            return value
        if attribute.type != YES_NO:
            return History((Span(self.policy.ir.first - 24, None, value),), UNKNOWN)
        if value is False:
            return History((), False)
        run = self.left.of(typed.Run(term)).range if term is not None else Possible().range
        start = self.month
        if run.low is not None:
            start = self.month - max(int(run.low), 1) + 1
        return History((Span(start, None, True),), False)


def _before(day: date, length: int, unit: str) -> date:
    return add(day, Duration(-length, "months" if unit == "months" else "days"))


def _lasting(day: date, settle: date, unit: str, possible: Possible) -> bool:
    """Whether as much time has gone by since `day` as is possible."""

    def gone(length: int) -> bool:
        return add(day, Duration(length, "months" if unit == "months" else "days")) <= settle

    low, high = possible.range.low, possible.range.high
    return (low is None or gone(int(low))) and (high is None or not gone(int(high) + 1))


def months_of_rule(
    policy: Policy, clause: str, rule: int, facts: Facts, key: str, sets: Mapping[str, Value] | None = None
) -> frozenset[Month]:
    """The months in which a rule's condition is sure to hold for a row, whatever it pays."""
    when = policy.ir.clauses[clause].alternatives[rule].when
    return months_when(policy, clause, () if when is None else (when,), facts, key, sets)


def months_when(
    policy: Policy, clause: str, parts: Sequence[ir.Id], facts: Facts, key: str, sets: Mapping[str, Value] | None = None
) -> frozenset[Month]:
    """The months in which all of some conditions of a clause are sure to hold for a row: replayed with a plain amount,
    each month, with no other rule, group, place or limit in the way."""
    of = policy.ir.clauses[clause]
    number = len(policy.ir.streams)
    streams = (
        *policy.ir.streams,
        ir.Stream(number, None, MONEY, ir.Constant(Fraction(100))),
        ir.Stream(number + 1, of.entity, YES_NO, ir.And(tuple(parts))),
    )
    alone = ir.Alternative(when=number + 1 if parts else None, amount=number, frequency="per month")
    program = evolve(
        policy.ir,
        streams=streams,
        clauses={clause: evolve(of, alternatives=(alone,), funds=None, group=None, quota=None)},
        order=(clause,),
        groups={},
        quotas={},
        targets={},
    )
    known = {name: value for name, value in (sets or {}).items() if name in program.parameters}
    ledger = run(program, facts, until=last(policy), parameters=known).ledger()
    return frozenset(payment.month for payment in ledger.payments if payment.key == key)


__all__ = ["Person", "months_of_rule", "months_when"]
