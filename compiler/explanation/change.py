"""The smallest change of facts that would make a clause pay.

In: the conditions that fail for a row in a month. Out: changes of the row's own facts that would mend them: a yes/no or
a kind that is set, a number that reaches its limit, a run that is extended. They are proposals: the caller evaluates
each and keeps the first that makes the clause pay, cheapest first. Only one or two failing conditions are mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import chain, islice, product
from typing import Any

from attrs import evolve, frozen

from compiler.explanation.conditions import Leaf
from compiler.facts import Facts, History, Row, Span
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import round_to
from compiler.ledger import yuan
from compiler.lowering.expressions import Expressions
from lang import model, typed
from lang.dates import Duration, Month, month_text
from lang.types import MONEY, UNKNOWN, YES_NO, Given, Type, Value

MOST = 60  # proposals that are tried


@frozen
class Change:
    """A fact of the row set to a value: from month to month, or (both None) as a constant."""

    fact: str
    value: Value
    type: Type
    first: Month | None = None
    last: Month | None = None

    @property
    def cost(self) -> int:
        return 1 if self.first is None or self.last is None else self.last - self.first + 1

    def to_dict(self) -> dict[str, Any]:
        value: Any = self.value
        if self.type == MONEY and isinstance(value, int | Fraction):
            value = yuan(round_to(value, "nearest"))
        elif isinstance(value, Fraction):
            value = int(value) if value.denominator == 1 else float(value)
        if self.first is None or self.last is None:
            return {"fact": self.fact, "set": value}
        return {"fact": self.fact, "set": value, "from": month_text(self.first), "to": month_text(self.last)}


Changes = tuple[Change, ...]


@frozen
class Place:
    """Where a condition is to hold: for a row, in a month, not after `last`. `depth`: definitions still opened."""

    streams: Streams
    expressions: Expressions
    entity: str
    key: str
    month: Month
    last: Month
    depth: int = 32

    def at(self, month: Month) -> Place:
        return evolve(self, month=month)

    def holds(self, expr: typed.Expr, wanted: bool) -> bool:
        return self.streams.value(self.expressions.lower(expr), self.key, self.month) is wanted


def find_change(place: Place, failing: Sequence[Leaf], pays: Callable[[Facts], bool]) -> Changes:
    """The first proposal, cheapest first, with which the clause pays; empty: none of those that were tried."""
    if not 1 <= len(failing) <= 2:
        return ()
    mends = [make(place, leaf.expr, not place.holds(leaf.expr, True)) for leaf in failing]
    proposals = [merged(joined(parts)) for parts in islice(product(*mends), 20 * MOST)]
    proposals.sort(key=lambda changes: sum(change.cost for change in changes))
    for changes in proposals[:MOST]:
        if pays(changed(place.streams.facts, place.entity, place.key, changes)):
            return changes
    return ()


# ---------------------------------------------------------------- proposals
def prepare(expressions: Expressions, leaf: Leaf) -> None:
    """Add the streams that `make` asks about, before values are read."""
    for expr in _inner(expressions.program, leaf.expr):
        expressions.lower(expr)


def _inner(program: model.Program, outer: typed.Expr) -> Iterable[typed.Expr]:
    """The expression and those inside it that `make` can come to."""
    waiting, opened = [outer], set()
    while waiting:
        expr = waiting.pop()
        yield expr
        match expr:
            case typed.All(operands) | typed.Either(operands):
                waiting += operands
            case typed.Not(operand) | typed.Run(operand):
                waiting.append(operand)
            case typed.DefineRead(entity, name) if (entity, name) not in opened:
                opened.add((entity, name))
                waiting.append(program.defines[entity, name].body)
            case typed.Total(operand) if operand.type == YES_NO:
                waiting.append(operand)
            case typed.Compare(_, typed.Run() | typed.Total() as measured, _):
                waiting.append(measured)


def make(place: Place, expr: typed.Expr, wanted: bool) -> list[Changes]:
    """Changes after which `expr` would be `wanted` in the month: alternatives; none: it cannot be mended."""
    if place.holds(expr, wanted):
        return [()]
    match expr:
        case typed.FactRead(entity, attribute, type) if entity == place.entity and type == YES_NO:
            return [(_set(place, attribute, wanted),)]
        case typed.Not(operand):
            return make(place, operand, not wanted)
        case typed.DefineRead(entity, name) if place.depth:
            deeper = evolve(place, depth=place.depth - 1)
            return make(deeper, place.expressions.program.defines[entity, name].body, wanted)
        case typed.All(operands) | typed.Either(operands):
            if isinstance(expr, typed.All) == wanted:  # every one must be mended
                parts = [make(place, operand, wanted) for operand in operands]
                return [merged(joined(one)) for one in islice(product(*parts), MOST)]
            return [changes for operand in operands for changes in make(place, operand, wanted)]
        case typed.OneOf(typed.FactRead(entity, attribute), members) if entity == place.entity and wanted:
            return [(_set(place, attribute, member),) for member in members]
        case typed.Compare(operator, typed.Run(operand), typed.Constant(Duration(count, "months"))) if wanted:
            return _extended(place, operand, count + (operator == ">")) if operator in ("≥", ">") else []
        case typed.Compare(operator, typed.Total(operand, "so far"), typed.Constant(Duration(count, "months"))):
            if not wanted or operator not in ("≥", ">") or operand.type != YES_NO:
                return []
            total = place.streams.value(place.expressions.lower(expr.left), place.key, place.month)
            if not isinstance(total, int):
                return []
            return _forward(place, operand, count + (operator == ">") - total)
        case typed.Compare(operator, typed.FactRead(entity, attribute, type), typed.Constant(limit)) if wanted:
            return _reached(place, entity, attribute, type, operator, limit)
    return []


def _set(place: Place, attribute: str, value: Value) -> Change:
    about = place.expressions.program.entities[place.entity].attributes[attribute]
    month = place.month if about.monthly else None
    return Change(attribute, value, about.type, month, month)


def _reached(place: Place, entity: str, name: str, type: Type, operator: str, limit: Value) -> list[Changes]:
    if entity != place.entity or isinstance(limit, Duration):
        return []
    if operator in ("=", "≥", "≤"):
        return [(_set(place, name, limit),)]
    if operator in ("<", ">") and isinstance(limit, int | Fraction) and type.base in ("count", "money"):
        return [(_set(place, name, limit + (1 if operator == ">" else -1)),)]
    return []


def _extended(place: Place, operand: typed.Expr, months: int) -> list[Changes]:
    """A run that is long enough: by going on after this month, or by filling the gaps before it."""
    run = 0
    while run < months and place.at(place.month - run).holds(operand, True):
        run += 1
    forward = _forward(place, operand, months - run) if run else []
    return [*forward, *_over(place, operand, range(place.month - months + 1, place.month + 1))]


def _forward(place: Place, operand: typed.Expr, months: int) -> list[Changes]:
    if place.month + months > place.last:
        return []
    return _over(place, operand, range(place.month + 1, place.month + months + 1))


def _over(place: Place, operand: typed.Expr, months: range) -> list[Changes]:
    """`operand` in each of the months; the first way to mend each."""
    changes: Changes = ()
    for month in months:
        mends = make(place.at(month), operand, True)
        if not mends:
            return []
        changes += mends[0]
    return [merged(changes)]


def joined(parts: Iterable[Changes]) -> Changes:
    return tuple(chain.from_iterable(parts))


def merged(changes: Changes) -> Changes:
    """Months in a row of one fact are one change; what is said twice is said once."""
    result: list[Change] = []
    for change in sorted(dict.fromkeys(changes), key=lambda c: (c.fact, str(c.value), c.first or 0)):
        before = result[-1] if result else None
        if (
            before is not None
            and (before.fact, before.value) == (change.fact, change.value)
            and before.last is not None
            and change.first is not None
            and change.first <= before.last + 1
        ):
            result[-1] = evolve(before, last=max(before.last, change.last or change.first))
        else:
            result.append(change)
    return tuple(result)


# ---------------------------------------------------------------- facts with changes
def changed(facts: Facts, entity: str, key: str, changes: Changes) -> Facts:
    """The facts as they would be."""
    rows = dict(facts.rows(entity))
    values = dict(rows[key].values) if key in rows else {}
    for change in changes:
        if change.first is None or change.last is None:
            values[change.fact] = change.value
        else:
            values[change.fact] = _with(values.get(change.fact, UNKNOWN), change.first, change.last, change.value)
    rows[key] = Row(key, values)
    tables = {name: list(table.values()) for name, table in facts.tables.items()}
    return Facts(tables | {entity: list(rows.values())})


def _with(given: Given | History, first: Month, last: Month, value: Value) -> History:
    """The history with another value in some months."""
    if not isinstance(given, History):
        return History((Span(first, last, value),), given)
    spans = [Span(first, last, value)]
    for span in given.spans:
        if span.first < first:
            end = first - 1 if span.last is None else min(span.last, first - 1)
            spans.append(Span(span.first, end, span.value))
        if span.last is None or span.last > last:
            spans.append(Span(max(span.first, last + 1), span.last, span.value))
    return History(tuple(sorted(spans, key=lambda span: span.first)), given.outside)
