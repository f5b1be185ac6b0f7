"""Literals put together one by one, until one of them leaves nothing possible.

In: literals (literals.py) that are to hold in one month for one row. Out: the `Conflict` that they come to, or what is
left possible for each thing they speak of: a range, members of a kind, yes or no.

A comparison with NONE is no, so the denial of a comparison leaves NONE possible; of a yes/no NONE counts as no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import define, evolve, field

from compiler.proofs.reasoning.literals import Literal
from compiler.proofs.reasoning.ranges import (
    ANYTHING,
    Number,
    Range,
    Ranges,
    compared,
    days_of_month,
    last_of_month,
    moved,
)
from lang import model, typed
from lang.dates import Duration, first_day, month
from lang.records import record
from lang.types import DURATION, Type

_OPPOSITE = {"=": "≠", "≠": "=", "<": "≥", "≤": ">", ">": "≤", "≥": "<"}
_TURNED = {"=": "=", "≠": "≠", "<": ">", "≤": "≥", ">": "<", "≥": "≤"}
_WHOLE = ("count", "date", "month", "duration")
_MEASURED = ("count", "duration", "money", "share")
_STEPS: dict[str, Number] = {"money": 100, "share": Fraction(1, 100)}


@record
class Since:
    """How many months (or days) have gone by since a date: the most that can be added to it without passing the
    settlement date."""

    day: typed.Expr
    unit: str


@record
class Difference:
    """left − right, of two expressions that both vary."""

    left: typed.Expr
    right: typed.Expr


Term = typed.Expr | Since | Difference


@record
class Possible:
    """What is left of one term. `members` None: any. `none`: it may be NONE. `not_equal`: values that are excluded."""

    range: Range = ANYTHING
    members: tuple[str, ...] | None = None
    truth: bool | None = None
    none: bool = True
    not_equal: frozenset[Number] = frozenset()

    @property
    def nothing(self) -> bool:
        empty = self.range.empty or self.members == ()
        only = self.range.low is not None and self.range.low == self.range.high and self.range.low in self.not_equal
        return (empty or only) and not self.none


@record
class Conflict:
    """`literal` leaves nothing possible for `term`; `others`: those that spoke of it before (none: its own range)."""

    literal: Literal
    others: tuple[Literal, ...]
    term: Term


@define(eq=False, repr=False)
class Conjunction:
    ranges: Ranges
    possible: dict[Term, Possible] = field(factory=dict)
    said: dict[Term, list[Literal]] = field(factory=dict)

    @property
    def program(self) -> model.Program:
        return self.ranges.program

    def copy(self) -> Conjunction:
        said = {term: list(literals) for term, literals in self.said.items()}
        return Conjunction(self.ranges, dict(self.possible), said)

    def add_all(self, literals: Iterable[Literal]) -> Conflict | None:
        for literal in literals:
            conflict = self.add(literal)
            if conflict is not None:
                return conflict
        return None

    def add(self, literal: Literal) -> Conflict | None:
        """What the literal says, and what follows from it at once."""
        for term, narrowed in self._says(literal.expr, literal.holds):
            before = self.of(term)
            after = _narrowed(before, narrowed, _is_whole(term))
            others = self.said.setdefault(term, [])
            if after is None or after.nothing:
                return Conflict(literal, tuple(others), term)
            self.possible[term] = after
            if literal not in others:
                others.append(literal)
        return None

    def of(self, term: Term) -> Possible:
        """What is left of a term."""
        return self.possible.get(term) or self._initial(term)

    def narrow(self, term: Term, said: Possible) -> bool:
        """Says something of a term that no literal says. False: nothing is possible then."""
        after = _narrowed(self.of(term), said, _is_whole(term))
        if after is None or after.nothing:
            return False
        self.possible[term] = after
        return True

    def nearest(self, literal: Literal) -> tuple[typed.Expr, Number] | None:
        """Of a literal that cannot hold as well: the number that it speaks of, and the value that comes closest to what
        it asks. None where it speaks of no number."""
        for term, said in self._says(literal.expr, literal.holds):
            if isinstance(term, Since | Difference) or term.type.base not in _MEASURED:
                continue
            left, asked = self.of(term).range, said.range
            step = _STEPS.get(term.type.base, 1)
            if asked.low is not None and left.high is not None and asked.low >= left.high:
                return term, left.high - step * left.high_open
            if asked.high is not None and left.low is not None and asked.high <= left.low:
                return term, left.low + step * left.low_open
        return None

    def _initial(self, term: Term) -> Possible:
        match term:
            case Since():
                return Possible()
            case Difference(left, right):
                a, b = self.ranges.of_expr(left), self.ranges.of_expr(right)
                back = b.mirrored()
                low = None if a.low is None or back.low is None else a.low + back.low
                high = None if a.high is None or back.high is None else a.high + back.high
                return Possible(Range(low, high))
            case _:
                kind = self.program.kinds.get(term.type.name or "") if term.type.base == "kind" else None
                members = None if kind is None else tuple(member.name for member in kind.members)
                return Possible(self.ranges.of_expr(term), members, none=_may_be_none(term))

    # ------------------------------------------------------------ what a literal says
    def _says(self, expr: typed.Expr, holds: bool) -> Iterator[tuple[Term, Possible]]:
        if not isinstance(expr, typed.Compare):
            yield expr, Possible(truth=holds)
        match expr:
            case typed.OneOf(operand, members):
                if holds:
                    yield self.opened(operand), Possible(members=members, none=False)
                else:
                    yield self.opened(operand), Possible(members=self._others(operand.type, members))
            case typed.IsKnown(operand):
                if holds:
                    yield self.opened(operand), Possible(none=False)
                else:
                    yield self.opened(operand), Possible(Range(1, 0), (), None, True)
            case typed.Ever(operand) if not holds:
                yield from self._never(operand)
            case typed.InPeriod(day) if holds:
                yield from self._in_period(expr, self.opened(day))
            case typed.Compare():
                yield from self._compare(expr, holds)
            case _ if holds and expr.type.base == "yes/no":
                yield typed.Ever(expr), Possible(truth=True)

    def _never(self, operand: typed.Expr) -> Iterator[tuple[Term, Possible]]:
        yield operand, Possible(truth=False)
        yield typed.Run(operand), Possible(Range(0, 0))

    def _in_period(self, expr: typed.InPeriod, day: typed.Expr) -> Iterator[tuple[Term, Possible]]:
        """In a period means also: not after the settlement date."""
        settle = self.ranges.settlement
        latest = Range(high=settle.high)
        yield Since(day, "months"), Possible(Range(0), none=False)
        match expr.period, expr.value:
            case "year", int(year):
                latest = latest.both(Range(first_day(month(year, 1)).toordinal(), moved(_first(year), 12) - 1))
            case "month", int(number):
                latest = latest.both(days_of_month(number))
            case "this month", _:
                latest = latest.both(Range(first_day(self.ranges.first).toordinal()))
            case "this year", _:
                latest = latest.both(Range(_first(self.ranges.first // 12)))
            case "last year", _:
                last = self.ranges.last
                end = None if last is None else _first(last // 12) - 1
                latest = latest.both(Range(_first(self.ranges.first // 12 - 1), end))
        yield day, Possible(latest, none=False)

    def _compare(self, expr: typed.Compare, holds: bool) -> Iterator[tuple[Term, Possible]]:
        operator = expr.operator if holds else _OPPOSITE[expr.operator]
        left, right = self.opened(expr.left), self.opened(expr.right)
        none = not holds
        if isinstance(left, typed.Later) and isinstance(right, typed.SettlementDate):
            yield from self._since(left, operator, none)
            return
        if left.type.base == "kind":
            yield from self._kinds(left, right, operator, none)
            return
        if left.type.base == "yes/no":
            yield expr, Possible(truth=holds)
            return
        for term, other, sign in ((left, right, operator), (right, left, _TURNED[operator])):
            bound = self.ranges.constant(other)
            if bound is not None:
                yield from self._bounded(term, sign, bound, none)
                return
        yield from self._between(left, right, operator, none)

    def _bounded(self, term: typed.Expr, sign: str, bound: Number, none: bool) -> Iterator[tuple[Term, Possible]]:
        if sign == "≠":
            yield term, Possible(not_equal=frozenset((bound,)), none=none)
            return
        said = compared(sign, bound)
        yield term, Possible(said, none=none)
        if isinstance(term, typed.Run) and not none:
            yield from self._run(term, said)

    def _run(self, term: typed.Run, said: Range) -> Iterator[tuple[Term, Possible]]:
        """A run of at least a month: it is so now. So many months in a row: at least as many in all, and as many of
        each of several that run together."""
        low = said.whole().low
        if low is not None and low >= 1:
            for part in self._parts(term.operand):
                yield part, Possible(truth=True)
                yield typed.Ever(part), Possible(truth=True)
                yield typed.Run(part), Possible(Range(low))
                yield typed.Total(part, "so far", None, DURATION), Possible(Range(low))
                if low >= 2:
                    yield typed.Previous(part, part.type), Possible(truth=True)

    def _parts(self, operand: typed.Expr) -> Iterator[typed.Expr]:
        opened = self.opened(operand)
        yield opened
        if isinstance(opened, typed.All):
            for part in opened.operands:
                yield from self._parts(part)

    def _since(self, later: typed.Later, operator: str, none: bool) -> Iterator[tuple[Term, Possible]]:
        """`D + L ≤ settlement`: at least L since D."""
        day = self.opened(later.day)
        length = later.length
        settle = self.ranges.settlement
        if isinstance(length, typed.Constant) and isinstance(length.value, Duration):
            count, unit = length.value.count, length.value.unit
        elif (known := self.ranges.constant(length)) is not None:
            count, unit = int(known), "months"
        else:
            yield typed.Compare(operator, later, typed.SettlementDate()), Possible(truth=True)  # type: ignore[arg-type]
            return
        if operator in ("≤", "<"):
            yield Since(day, unit), Possible(Range(count), none=none)
            if settle.high is not None:
                high = int(
                    settle.high
                )  # the last day of a month: every day of the month so long before has come by then
                latest = last_of_month(high, -count) if unit == "months" else high - count
                yield day, Possible(Range(high=latest), none=none)
        elif operator == ">":
            yield Since(day, unit), Possible(Range(high=count - 1), none=none)

    def _kinds(self, left: typed.Expr, right: typed.Expr, operator: str, none: bool) -> Iterator[tuple[Term, Possible]]:
        for term, other in ((left, right), (right, left)):
            if isinstance(other, typed.Constant) and isinstance(other.value, str):
                members = (other.value,) if operator == "=" else self._others(term.type, (other.value,))
                yield term, Possible(members=members, none=none)
                return

    def _between(
        self, left: typed.Expr, right: typed.Expr, operator: str, none: bool
    ) -> Iterator[tuple[Term, Possible]]:
        """Both sides vary: their difference, and what the one's bounds mean for the other."""
        if repr(right) < repr(left):
            left, right, operator = right, left, _TURNED[operator]
        if operator == "≠":
            yield Difference(left, right), Possible(not_equal=frozenset((0,)), none=none)
            return
        yield Difference(left, right), Possible(compared(operator, 0), none=none)
        for term, other, sign in ((left, right, operator), (right, left, _TURNED[operator])):
            limits = self.ranges.of_expr(other)
            if sign in ("<", "≤", "=") and limits.high is not None:
                yield term, Possible(compared("<" if sign == "<" else "≤", limits.high), none=none)
            if sign in (">", "≥", "=") and limits.low is not None:
                yield term, Possible(compared(">" if sign == ">" else "≥", limits.low), none=none)

    def _others(self, type: Type, members: tuple[str, ...]) -> tuple[str, ...]:
        kind = self.program.kinds[type.name or ""]
        return tuple(member.name for member in kind.members if member.name not in members)

    def opened(self, expr: typed.Expr) -> typed.Expr:
        """What a definition stands for."""
        while isinstance(expr, typed.DefineRead):
            expr = self.program.defines[expr.entity, expr.define].body
        return expr


def _first(year: int) -> int:
    return first_day(month(year, 1)).toordinal()


_NEVER_NONE = (
    typed.Constant, typed.ParameterRead, typed.SettlementDate, typed.Run, typed.Total, typed.PaidBy,
)  # fmt: skip


def _may_be_none(term: typed.Expr) -> bool:
    if isinstance(term, typed.Aggregate):
        return term.word == "share"
    return not isinstance(term, _NEVER_NONE)


def _is_whole(term: Term) -> bool:
    return isinstance(term, Since) or (not isinstance(term, Difference) and term.type.base in _WHOLE)


def _narrowed(before: Possible, said: Possible, whole: bool) -> Possible | None:
    """Both; None where a yes/no would have to be both."""
    if None not in (before.truth, said.truth) and before.truth is not said.truth:
        return None
    both = before.range.both(said.range)
    members = before.members
    if said.members is not None:
        members = said.members if members is None else tuple(m for m in members if m in said.members)
    return evolve(
        before,
        range=both.whole() if whole else both,
        members=members,
        truth=before.truth if said.truth is None else said.truth,
        none=before.none and said.none,
        not_equal=before.not_equal | said.not_equal,
    )
