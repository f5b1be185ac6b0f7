"""The streams of a program as closures over columns: one call a month computes all of them, in order.

In: the program, which streams are live, and the facts. What is the same in every month for a row (steady) is computed
once for all rows; what is the same for every row is one value. Rows stand in order of arrival, so those that are there
in a month are the first `present` ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from attrs import define, field

from compiler import ir
from compiler.backends.columns import registers
from compiler.backends.columns.bounds import Size, fact_denominator, number, unsupported
from compiler.backends.columns.dates import later, month_numbers, period
from compiler.backends.columns.values import (
    Array,
    Column,
    Data,
    Flags,
    Ints,
    arithmetic,
    compare,
    full,
    is_array,
    negate,
    prefix,
    scaled,
    select,
    take,
    through,
    wide,
)
from compiler.memory import repeats, settling
from lang.dates import Duration, Month, last_day
from lang.diagnostics import CompilerBug
from lang.types import NONE, Given, Type, Value

Step = Callable[[], Column]


@define(eq=False)
class Rows:
    """The rows of one entity, of all draws together, in order of arrival. `present` is set by whoever moves the month.

    `steady[attribute]` has a value a row (or one for all); `monthly[attribute]` one for each row present.
    """

    size: int
    draw: Ints
    steady: dict[str, Column] = field(factory=dict)
    monthly: dict[str, Column] = field(factory=dict)
    present: int = 0


@define(eq=False)
class ColumnFacts:
    """`draws`: how many there are; `Rows.draw` counts them from 0. Entities without a table have no rows."""

    draws: int
    tables: dict[str, Rows]
    monthly: frozenset[tuple[str, str]] = frozenset()  # the attributes that change with the month

    def rows(self, entity: str) -> Rows:
        found = self.tables.get(entity)
        if found is None:
            found = self.tables[entity] = Rows(0, np.zeros(0, np.int64))
        return found


@define(eq=False)
class Streams:
    """`codes[kind][member]` is the index of a kind's member. `values` holds the columns of the current month. `drawn`:
    parameters that have a value of their own in each draw. `past`: what is there in the first month has been as in it
    for so many months, that one included."""

    program: ir.Program
    facts: ColumnFacts
    codes: Mapping[str, Mapping[str, int]]
    parameters: Mapping[str, Value]
    sizes: Mapping[ir.Id, Size]
    drawn: Mapping[str, Column] = field(factory=dict)
    past: int = 1
    month: Month = 0
    values: dict[ir.Id, Column] = field(factory=dict)
    _whole: dict[ir.Id, Column] = field(factory=dict)
    _steady: dict[ir.Id, bool] = field(factory=dict)
    _a_draw: dict[ir.Id, bool] = field(factory=dict)
    _steps: list[tuple[ir.Id, Step]] = field(factory=list)
    _slices: dict[str, list[ir.Id]] = field(factory=dict)  # steady streams of an entity's rows
    _sliced: dict[str, int] = field(factory=dict)  # for how many rows they stand in `values`

    def __attrs_post_init__(self) -> None:
        for stream in sorted(self.sizes):
            self._prepare(self.program.streams[stream])

    def step(self, month: Month) -> None:
        """Move to a month; the tables' `present` and `monthly` are already those of it. Months follow each other."""
        self.month = month
        values = self.values
        for entity, streams in self._slices.items():
            present = self.facts.rows(entity).present
            if self._sliced.get(entity) != present:
                self._sliced[entity] = present
                for stream in streams:
                    values[stream] = prefix(self._whole[stream], present)
        for stream, step in self._steps:
            values[stream] = step()

    def column(self, stream: ir.Id, entity: str) -> Column:
        """The value for the rows of `entity` that are present."""
        if self._a_draw[stream] and self.program.streams[stream].entity is None:
            rows = self.facts.rows(entity)
            return take(self.values[stream], rows.draw[: rows.present])
        return self.values[stream]

    # ------------------------------------------------------------ preparation
    def _prepare(self, stream: ir.Stream) -> None:
        operands = ir.operands(stream.op)
        self._steady[stream.id] = self._is_steady(stream)
        self._a_draw[stream.id] = stream.entity is None and (
            (isinstance(stream.op, ir.Aggregate) and stream.op.via is None)
            or isinstance(stream.op, ir.Ever)  # whose register has a place a draw
            or (isinstance(stream.op, ir.Parameter) and stream.op.parameter in self.drawn)
            or any(self._a_draw[i] for i in operands)
        )
        step = self._step(stream)
        if not self._steady[stream.id]:
            self._steps.append((stream.id, step))
            return
        whole = step()
        self._whole[stream.id] = self.values[stream.id] = whole
        if stream.entity is not None and (is_array(whole.data) or is_array(whole.none)):
            self._slices.setdefault(stream.entity, []).append(stream.id)

    def _is_steady(self, stream: ir.Stream) -> bool:
        match stream.op:
            case ir.Constant():
                return True
            case ir.Parameter(name) if name in self.drawn:
                return False  # a value a draw, which readers with rows spread over them
            case ir.Parameter(name):
                return name in self.parameters or len(self.program.parameters[name].values) == 1
            case ir.Fact(attribute):
                return (stream.entity or "", attribute) not in self.facts.monthly
            case ir.Settlement() | ir.InPeriod() | ir.Aggregate() | ir.Run() | ir.Total() | ir.Ever() | ir.Previous():
                return False
            case _:
                return all(self._steady[i] for i in ir.operands(stream.op))

    def _reader(self, operand: ir.Id, reader: ir.Stream, entity: str | None) -> Step:
        """How `reader` reads an operand for the rows of `entity`: all rows if it is steady, else those present."""
        if self._steady[reader.id]:
            whole = self._whole
            return lambda: whole[operand]
        values = self.values
        if entity is not None and self._a_draw[operand]:
            rows = self.facts.rows(entity)
            return lambda: take(values[operand], rows.draw[: rows.present])
        return lambda: values[operand]

    def _size_of(self, entity: str | None) -> int:
        return self.facts.draws if entity is None else self.facts.rows(entity).size

    def _present(self, entity: str | None) -> Callable[[], int]:
        if entity is None:
            draws = self.facts.draws
            return lambda: draws
        rows = self.facts.rows(entity)
        return lambda: rows.present

    # ------------------------------------------------------------ operations
    def _step(self, stream: ir.Stream) -> Step:
        def of(operand: ir.Id) -> Step:
            return self._reader(operand, stream, stream.entity)

        op = stream.op
        match op:
            case ir.Constant(value):
                constant = self._encoded(value, stream)
                return lambda: constant
            case ir.Fact(attribute):
                return self._fact(stream, attribute)
            case ir.Parameter(name):
                return self._parameter(stream, name)
            case ir.Settlement():
                return lambda: Column(last_day(self.month).toordinal())
            case ir.Through(link, target):
                leads = of(link)
                found = self._reader(target, stream, self.program.streams[link].type.name)
                yes_no = stream.type.base == "yes/no"
                return lambda: through(leads(), found(), yes_no)
            case ir.Not(operand):
                read = of(operand)
                return lambda: Column(negate(read().data))
            case ir.And(operands) | ir.Or(operands):
                return _junction([of(i) for i in operands], isinstance(op, ir.And))
            case ir.Select(condition, then, otherwise):
                a, b, c = of(condition), of(then), of(otherwise)
                return lambda: select(a(), b(), c())
            case ir.Arithmetic(operator, left, right):
                a, b = of(left), of(right)
                return lambda: arithmetic(operator, a(), b())
            case ir.Compare(comparison, left, right):
                a, b = of(left), of(right)
                return lambda: compare(comparison, a(), b())
            case ir.OneOf(operand, members):
                return self._one_of(of(operand), self.program.streams[operand].type, members)
            case ir.Known(operand):
                read = of(operand)
                return lambda: Column(negate(read().none))
            case ir.Later(day, length, unit):
                a, b = of(day), of(length)
                return lambda: later(a(), b(), unit)
            case ir.InPeriod(day):
                read = of(day)
                return lambda: self._in_period(op, read())
            case ir.Aggregate():
                return self._aggregate(stream, op)
            case ir.Run() | ir.Total() | ir.Ever() | ir.Previous():
                return self._register(stream, op, of(op.operand))

    def _register(self, stream: ir.Stream, op: ir.Run | ir.Total | ir.Ever | ir.Previous, read: Step) -> Step:
        if stream.entity is None and not self._a_draw[stream.id] and not isinstance(op, ir.Ever):
            raise unsupported(stream.origin, "the past of what belongs to no entity", "不属于任何台账的量的历史")
        size, present = self._size_of(stream.entity), self._present(stream.entity)
        past = registers.NO_PAST
        if self.past > 1:
            past = registers.Past(self.past, settling(self.program)[op.operand], repeats(self.program)[stream.id])
        match op:
            case ir.Run(_, cap):
                return registers.run(size, present, read, cap, lambda: self.month, past)
            case ir.Ever():
                return registers.ever(size, present, read, past)
            case ir.Previous():
                return registers.previous(present, read, stream.type.base == "yes/no")
            case ir.Total(operand):
                months = self.program.streams[operand].type.base == "yes/no"
                den = 1 if months else self.sizes[operand].den
                return registers.total(
                    op, size, present, read, months, den, lambda: self.month, past, lambda: _endless(stream)
                )

    # ------------------------------------------------------------ leaves
    def _encoded(self, value: Given, stream: ir.Stream) -> Column:
        if value is NONE:
            return Column(False if stream.type.base == "yes/no" else 0, True)
        match stream.type.base:
            case "yes/no":
                return Column(bool(value))
            case "kind":
                return Column(self.codes[stream.type.name or ""][str(value)])
            case "date":
                if not isinstance(value, date):
                    raise CompilerBug(f"{value!r} is no date")
                return Column(value.toordinal())
            case "count" | "number" | "share" | "money" | "rate" | "duration" | "month":
                if not isinstance(value, int | Duration | Fraction):
                    raise CompilerBug(f"{value!r} is no number")
                exact = number(value)
                return Column(exact.numerator, False, exact.denominator)
            case _:
                raise unsupported(stream.origin, f"a value of type {stream.type}", f"{stream.type} 类型的值")

    def _fact(self, stream: ir.Stream, attribute: str) -> Step:
        rows = self.facts.rows(stream.entity or "")
        if not self._steady[stream.id]:
            return lambda: rows.monthly[attribute]
        column = rows.steady.get(attribute)
        if column is None:
            if rows.size:
                raise CompilerBug(f"no column {stream.entity}.{attribute}")
            dtype = {"yes/no": np.bool_, "kind": np.int16, "date": np.int32}.get(stream.type.base, np.int64)
            column = Column(np.zeros(0, dtype), False, fact_denominator(stream.type))
        found = column
        return lambda: found

    def _parameter(self, stream: ir.Stream, name: str) -> Step:
        if name in self.drawn:
            column = self.drawn[name]
            return lambda: column
        values = self.program.parameters[name].values
        if name in self.parameters:
            values = ((0, self.parameters[name]),)
        columns = [(first, self._encoded(value, stream)) for first, value in values]
        if not columns:
            raise CompilerBug(f"parameter {name} has no value")
        den = lcm(*(int(c.den) for _, c in columns if not is_array(c.den)))
        columns = [(m, Column(scaled(c, den // int(c.den)), c.none, den)) for m, c in columns]
        if len(columns) == 1:
            return lambda: columns[0][1]
        return lambda: next((c for m, c in reversed(columns) if m <= self.month), columns[0][1])

    # ------------------------------------------------------------ operations that need more than a line
    def _one_of(self, read: Step, type: Type, members: tuple[str, ...]) -> Step:
        codes = self.codes[type.name or ""]
        chosen = np.zeros(len(codes) + 1, np.bool_)  # the last entry is that of -1, none
        chosen[[codes[m] for m in members]] = True

        def step() -> Column:
            column = read()
            holds: Any = chosen[column.data]
            if not isinstance(holds, np.ndarray):
                holds = bool(holds)
            return Column(holds if column.none is False else holds & negate(column.none))

        return step

    def _in_period(self, op: ir.InPeriod, day: Column) -> Column:
        low, high = period(op, self.month)
        data: Any = day.data
        holds: Any = (data <= high) if low is None else (data >= low) & (data <= high)
        if op.period == "month number":
            holds = holds & (month_numbers(data) == op.value)
        if not is_array(holds) or holds.ndim == 0:
            holds = bool(holds)
        return Column(holds if day.none is False else holds & negate(day.none))

    def _aggregate(self, stream: ir.Stream, op: ir.Aggregate) -> Step:
        members = self.facts.rows(op.entity)
        subjects = self._present(stream.entity)
        where = None if op.where is None else self._reader(op.where, stream, op.entity)
        value = None if op.value is None else self._reader(op.value, stream, op.entity)
        via = (op.entity, op.via or "")

        def step() -> Column:
            n, count = members.present, subjects()
            group = members.draw[:n]
            keep: Data | None = None if where is None else where().data
            if op.via is not None:
                link = members.monthly[op.via] if via in self.facts.monthly else members.steady.get(op.via)
                if link is None:
                    link = Column(-1, True)
                group = link.data[:n] if isinstance(link.data, np.ndarray) else full(link.data, n)
                linked = group >= 0
                all_linked = bool(linked.all())
            else:
                all_linked, linked = True, group >= 0
            inside = keep if all_linked else (linked if keep is None else linked & keep)
            if value is not None:
                return _sums(value(), group, inside, count, n)
            counted = _counts(group, inside, count)
            if op.word == "count":
                return Column(counted)
            among = _counts(group, None if all_linked else linked, count)
            return Column(counted, among == 0, np.maximum(among, 1))

        return step


# ---------------------------------------------------------------- pieces
def _junction(reads: list[Step], conjunction: bool) -> Step:
    def step() -> Column:
        held = reads[0]().data
        for read in reads[1:]:
            held = held & read().data if conjunction else held | read().data
        return Column(held)

    return step


def _counts(group: Array, inside: Data | None, count: int) -> Ints:
    if inside is None:
        return np.bincount(group, minlength=count)
    if not isinstance(inside, np.ndarray):
        return np.bincount(group, minlength=count) if inside else np.zeros(count, np.int64)
    return np.bincount(group[inside], minlength=count)


def _sums(value: Column, group: Array, inside: Data | None, count: int, n: int) -> Column:
    """Exact sums by group; who has no value adds nothing."""
    data = full(wide(value.data), n)
    keep: Flags = np.ones(n, np.bool_) if inside is None else np.array(full(inside, n), np.bool_)
    if value.none is not False:
        keep = keep & negate(full(value.none, n))
    sums = np.zeros(count, np.int64)
    np.add.at(sums, group[keep], data[keep])
    return Column(sums, False, value.den)


def _endless(stream: ir.Stream) -> Exception:
    return unsupported(
        stream.origin,
        "a total so far of an amount that a roster gives for all time, or leaves to be drawn "
        "(give the month from which it holds)",
        "台账中某金额或数量没有起始月份（或留待抽取），无法计算至今累计（请注明起始月份）",
    )
