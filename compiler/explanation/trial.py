"""A row with some of its facts set to other values, and what the streams of a program say of it then.

A slot is what can be set: an attribute of the row, of a monthly one the value of one month. A `Setting` is slots with
values; its size is what the smallest change is measured by:

    1 facts    how many attributes it touches
    2 months   how many months of monthly attributes it sets
    3 moved    how far amounts (in yuan), numbers and dates (in days) move, added up; a fact that was not known moves
               by nothing, nor does a yes/no or a kind

compared in this order: one fact changed for ten months is less than two facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property

from attrs import define, field, frozen

from compiler import ir
from compiler.explanation.variant import Reach, Variant, reach
from compiler.facts import Facts, History, Row, Span
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import Maybe
from compiler.lowering.expressions import Expressions
from lang import typed
from lang.dates import Duration, Month
from lang.diagnostics import CompilerBug
from lang.model import Attribute, Entity
from lang.types import UNKNOWN, Given, Value

Slot = tuple[str, Month | None]  # attribute; the month of a monthly one
Slots = tuple[tuple[Slot, Given], ...]  # with their values
Size = tuple[int, int, Fraction]
FEN = 100
TRIAL = 20  # the work of preparing a trial, in values looked up


@frozen(slots=False)
class Setting:
    """In order of the slots. `moved`: of all of them."""

    slots: Slots = ()
    moved: Fraction = Fraction(0)

    @cached_property
    def values(self) -> Mapping[Slot, Given]:
        return dict(self.slots)

    @cached_property
    def facts(self) -> frozenset[str]:
        return frozenset(attribute for (attribute, _), _ in self.slots)

    @property
    def months(self) -> int:
        return sum(month is not None for (_, month), _ in self.slots)

    @property
    def size(self) -> Size:
        return len(self.facts), self.months, self.moved

    def with_slot(self, slot: Slot, value: Given, moved: Fraction) -> Setting:
        slots = sorted([*self.slots, (slot, value)], key=lambda pair: (pair[0][0], pair[0][1] or 0))
        return Setting(tuple(slots), self.moved + moved)


NOTHING = Setting()


@define(eq=False)
class Ground:
    """What trials share. `first`, `last`: the months that can be set; `read`: the streams whose values may be asked
    for; `start`: where the streams begin, early enough for those. `work`: what the search has done so far, in values
    looked up; it is the same on every machine."""

    program: ir.Program
    expressions: Expressions
    entity: Entity
    key: str
    facts: Facts
    parameters: Mapping[str, Value]
    read: frozenset[ir.Id]
    start: Month
    first: Month
    last: Month
    work: int = field(init=False, default=0)
    turning: dict[tuple[str, Month, Slots], list[Given]] = field(init=False, factory=dict)  # kept for `mending`
    _given: Streams = field(init=False)
    _reach: Reach = field(init=False)
    _alone: dict[tuple[Slot, type, Given], Trial] = field(init=False, factory=dict)
    _lowered: dict[int, tuple[typed.Expr, ir.Id]] = field(init=False, factory=dict)  # kept, so that no id is used twice

    def __attrs_post_init__(self) -> None:
        self._given = Streams(self.program, self.facts, self.parameters, self.start)
        self._reach = reach(self.program, self.entity.name)

    def stream(self, expr: typed.Expr) -> ir.Id:
        """The stream of an expression, looked up once: a search reads the same ones in thousands of trials."""
        found = self._lowered.get(id(expr))
        if found is None:
            found = self._lowered[id(expr)] = expr, self.expressions.lower(expr)
            if found[1] not in self.read:
                raise CompilerBug(f"a trial reads what nobody prepared: {expr!r}")
        return found[1]

    def trial(self, setting: Setting) -> Trial:
        row = self.facts.rows(self.entity.name)[self.key]
        values = set_values(row.values, setting.values)
        facts = with_row(self.facts, self.entity.name, Row(self.key, values))
        months = [month for (_, month), _ in setting.slots]
        streams = Variant(
            program=self.program,
            facts=facts,
            parameters=self.parameters,
            start=self.start,
            base=self._given,
            reach=self._reach,
            key=self.key,
            attributes=setting.facts,
            since=min((month for month in months if month is not None), default=None) if None not in months else None,
        )
        self.work += TRIAL
        return Trial(self, setting, streams, facts)

    def alone(self, slot: Slot, value: Given) -> Trial:
        """The trial in which nothing else is set, kept with all that is read from it."""
        of = slot, type(value), value
        found = self._alone.get(of)
        if found is None:
            found = self._alone[of] = self.trial(NOTHING.with_slot(slot, value, Fraction(0)))
        return found


@define(eq=False)
class Trial:
    ground: Ground
    setting: Setting
    streams: Variant
    facts: Facts

    def value(self, expr: typed.Expr, month: Month) -> Maybe:
        before = self.streams.looked_up
        value = self.streams.value(self.ground.stream(expr), self.ground.key, month)
        self.ground.work += 1 + self.streams.looked_up - before
        return value

    def is_(self, expr: typed.Expr, wanted: bool, month: Month) -> bool:
        """Whether it is sure to be so."""
        return self.value(expr, month) is wanted

    def given(self, slot: Slot) -> Given:
        """What the facts say, before defaults."""
        attribute, month = slot
        value = self.facts.rows(self.ground.entity.name)[self.ground.key].values.get(attribute, UNKNOWN)
        return value.at(month or 0) if isinstance(value, History) else value


@frozen
class _OneOther(Mapping[str, Row]):
    """A table with one row in place of that of its key, without copying it."""

    table: Mapping[str, Row]
    row: Row

    def __getitem__(self, key: str) -> Row:
        return self.row if key == self.row.key else self.table[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)


def with_row(facts: Facts, entity: str, row: Row) -> Facts:
    """The same facts with another row in place of the one of its key. The order of the rows stays, so nothing is
    sorted again."""
    made = object.__new__(Facts)
    object.__setattr__(made, "tables", {**facts.tables, entity: _OneOther(facts.rows(entity), row)})
    return made


def set_values(values: Mapping[str, Given | History], slots: Mapping[Slot, Given]) -> dict[str, Given | History]:
    made = dict(values)
    for (attribute, month), value in slots.items():
        if month is None:
            made[attribute] = value
        else:
            made[attribute] = with_month(made.get(attribute, UNKNOWN), month, value)
    return made


def with_month(given: Given | History, month: Month, value: Given) -> History:
    """The history with another value in one month; a value that held always holds in the others."""
    if not isinstance(given, History):
        return History((Span(month, month, value),), given)
    spans = [Span(month, month, value)]
    for span in given.spans:
        if span.first < month:
            end = month - 1 if span.last is None else min(span.last, month - 1)
            spans.append(Span(span.first, end, span.value))
        if span.last is None or span.last > month:
            spans.append(Span(max(span.first, month + 1), span.last, span.value))
    return History(tuple(sorted(spans, key=lambda span: span.first)), given.outside)


def distance(attribute: Attribute, old: Given, new: Given) -> Fraction:
    """How far a value moves: yuan, days, or whatever it counts."""
    match old, new:
        case (bool(), _) | (_, bool()):
            return Fraction(0)
        case (date(), date()):
            return Fraction(abs((new - old).days))
        case (Duration(), Duration()):
            return Fraction(abs(new.count - old.count) if new.unit == old.unit else 0)
        case (int() | Fraction(), int() | Fraction()):
            apart = abs(Fraction(new) - Fraction(old))
            return apart / FEN if attribute.type.base in ("money", "rate") else apart
        case _:
            return Fraction(0)
