"""The operations of the IR inside one row: each stream becomes a flag or a number (`values`), made once.

Whatever is not known is in doubt, and what depends on it too, if it may. That may say "in doubt" where the interpreter
would find the answer all the same; it never says "sure" where the interpreter does not. Rows in which a doubt reaches a
payment go to the evaluators, so nothing but time is lost by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from attrs import define, field

from compiler import ir
from compiler.backends.kernels import ahead, dates, registers
from compiler.backends.kernels.build import I64, Build
from compiler.backends.kernels.cells import Cells
from compiler.backends.kernels.facts import DAYS, NONE_STATE, Facts, Window
from compiler.backends.kernels.kept import Kept
from compiler.backends.kernels.reckoning import Reckoning, is_monthly, known, one_value, settled
from compiler.backends.kernels.values import Data, Flag, NotNative, Number, Value, YesNo
from compiler.fact_columns import GIVEN
from compiler.interpreter.streams import Streams as Interpreted
from compiler.interpreter.values import Unsure
from compiler.memory import FIRST_OF_ALL, repeats, sums_without_beginning
from lang.dates import Duration, month_of
from lang.types import NONE, UNKNOWN


@define(eq=False)
class Streams:
    """The streams of one entity's rows. `address` gives the pointer to an array; `kept`: what earlier passes left."""

    program: ir.Program
    facts: Facts
    window: Window
    entity: str
    build: Build
    address: Callable[[Any], Any]
    interpreted: Interpreted
    steady_constants: Mapping[ir.Id, bool]
    kept: Mapping[ir.Id, Kept]
    codes: Mapping[str, Mapping[str, int]]
    dear: frozenset[ir.Id] = frozenset()
    reckon: Reckoning = field(init=False)
    cells: Cells = field(init=False)
    _made: dict[ir.Id, Value] = field(factory=dict)
    _read: dict[tuple[str, str], list[tuple[Any, Value]]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.reckon = Reckoning(self.build)
        self.cells = Cells(self.build, self.reckon, self.window, self.address)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is made inside is only known inside: for code that does not always run."""
        made, read = dict(self._made), {key: list(values) for key, values in self._read.items()}
        try:
            yield
        finally:
            self._made, self._read = made, read

    def value(self, stream: ir.Id) -> Value:
        found = self._made.get(stream)
        if found is None:
            found = self._made[stream] = self._make(self.program.streams[stream])
        return found

    def assume(self, stream: ir.Id, value: Value) -> None:
        """What is known of the rows at hand without looking."""
        self._made[stream] = value

    def yes_no(self, stream: ir.Id) -> YesNo:
        value = self.value(stream)
        if not isinstance(value, YesNo):
            raise NotNative("a number where a yes/no is due")
        return value

    def number(self, stream: ir.Id) -> Number:
        value = self.value(stream)
        if not isinstance(value, Number):
            raise NotNative("a yes/no where a number is due")
        return value

    # ------------------------------------------------------------ what rows of another origin have their own way of
    def given(self, entity: str, attribute: str, row: Any) -> Value:
        """An attribute of a row, as it is read where facts are loaded."""
        source = self.facts.source(entity, attribute)
        base = self.program.attributes[entity, attribute].type.base
        return self.cells.yes_no(source, row) if base == "yes/no" else self.cells.number(source, row, base)

    def past(self, operand: ir.Id) -> Value:
        """An operand as the operations that remember it read it."""
        return self.value(operand)

    def past_yes_no(self, operand: ir.Id) -> YesNo:
        value = self.past(operand)
        if not isinstance(value, YesNo):
            raise NotNative("a number where a yes/no is due")
        return value

    def again(self, register: ir.Id) -> bool:
        """Whether a register finds the window's first year again and again before it."""
        return self.window.start > FIRST_OF_ALL and repeats(self.program)[register]

    def inside(self) -> Flag:
        """The months in which the row at hand can be paid."""
        return self.window.inside

    # ------------------------------------------------------------ one stream
    def _make(self, stream: ir.Stream) -> Value:
        if self.steady_constants.get(stream.id) is not None:
            return self._constant(stream)
        b = self.build
        match stream.op:
            case ir.Fact(attribute):
                return self.fact(self.entity, attribute, b.row)
            case ir.Not(operand):
                a = self.yes_no(operand)
                if a.known:
                    held = b.negated(a.sure)
                    return YesNo(held, held)
                return YesNo(b.negated(a.maybe), b.negated(a.sure))
            case ir.And(operands):
                return self._conjunction(operands)
            case ir.Or(operands):
                return self._junction(operands, b.either)
            case ir.Select(condition, then, otherwise):
                return self._select(self.yes_no(condition), self.value(then), self.value(otherwise))
            case ir.Compare(operator, left, right):
                return self._compare(operator, left, right)
            case ir.OneOf(operand, members):
                return self.reckon.one_of(self.number(operand), [self._code(operand, m) for m in members])
            case ir.Known(operand):
                return self._known(operand)
            case ir.Arithmetic(operator, left, right):
                return self.reckon.arithmetic(operator, self.number(left), self.number(right))
            case ir.Through(link, target):
                self._expect(link, self.program.streams[target])
                return self._through(self.number(link), stream, target)
            case ir.Later(day, length, unit):
                by = settled(b, self.number(length))  # which may be a count of members in doubt
                return dates.later(b, self.number(day), by, unit, self._in_days(length))
            case ir.InPeriod(day):
                return dates.in_period(b, stream.op, self.number(day), self.window)
            case ir.Aggregate():
                return self.kept_value(stream.id, b.row if stream.entity is not None else I64(0))
            case ir.Run(operand, cap):
                return registers.run(b, self.past_yes_no(operand), cap, self.window, self.again(stream.id))
            case ir.Total(operand):
                if sums_without_beginning(self.program)[stream.id]:
                    raise NotNative("a total of totals")
                return registers.total(b, stream.op, self.past(operand), self.window, self.again(stream.id))
            case ir.Ever(operand):
                return registers.ever(b, self.past_yes_no(operand), self.again(stream.id))
            case ir.Previous(operand):
                return registers.previous(b, self.past(operand), self.again(stream.id))
            case _:
                raise NotNative(f"no code for {type(stream.op).__name__}")

    # ------------------------------------------------------------ what is the same for every row
    def _constant(self, stream: ir.Stream) -> Value:
        """As the interpreter says, month by month; one value where all months agree."""
        months = range(self.window.start, self.window.start + self.window.months)
        last = self.program.last if self.program.last is not None else months[-1]
        values = [self.interpreted.value(stream.id, None, min(m, max(last, self.window.start))) for m in months]
        doubt = bits(isinstance(v, Unsure) for v in values)
        if stream.type.base == "yes/no":
            sure = bits(v is True for v in values)
            return YesNo(self._folded(sure), self._folded(sure | doubt)) if doubt else known(self._folded(sure))
        none = bits(v is NONE for v in values)
        exact = [self._exact(v, stream) for v in values]
        den = lcm(*(n.denominator for n in exact))
        numbers = tuple(int(n * den) for n in exact)
        data: Data = numbers[0] if len(set(numbers)) == 1 else numbers
        top = max(1, *(abs(n) for n in numbers))
        if stream.type.base == "kind":
            top = 2**15
        return Number(data, top, den, den, self._folded(none), self._folded(doubt))

    def _folded(self, bits: int) -> Flag:
        return False if bits == 0 else True if bits == self.build.every else bits

    def _exact(self, value: Any, stream: ir.Stream) -> Fraction:
        if value is NONE or isinstance(value, Unsure):
            return Fraction(0)
        if isinstance(value, date):
            return Fraction(month_of(value) * DAYS + value.day)
        if isinstance(value, str):
            return Fraction(self.codes[stream.type.name or ""][value])
        if isinstance(value, Duration):
            return Fraction(value.count) if value.unit == "months" else Fraction(value.count, 30)
        return Fraction(value)

    def _code(self, stream: ir.Id, member: str) -> int:
        return self.codes[self.program.streams[stream].type.name or ""][member]

    def _in_days(self, length: ir.Id) -> bool:
        """Whether a length is a fact, which may be given in days."""
        return self.program.streams[length].type.base == "duration" and not self.steady_constants.get(length, False)

    # ------------------------------------------------------------ facts
    def fact(self, entity: str, attribute: str, row: Any) -> Value:
        """The attribute of a row of any entity."""
        for of_row, value in self._read.get((entity, attribute), ()):
            if of_row is row:
                return value
        made = self.given(entity, attribute, row)
        self._read.setdefault((entity, attribute), []).append((row, made))
        return made

    # ------------------------------------------------------------ logic
    def _junction(self, operands: tuple[ir.Id, ...], joined: Callable[[Flag, Flag], Flag]) -> YesNo:
        values = [self.yes_no(operand) for operand in operands]
        sure = values[0].sure
        for value in values[1:]:
            sure = joined(sure, value.sure)
        if all(value.known for value in values):
            return known(sure)
        maybe = values[0].maybe
        for value in values[1:]:
            maybe = joined(maybe, value.maybe)
        return YesNo(sure, maybe)

    def _conjunction(self, operands: tuple[ir.Id, ...]) -> YesNo:
        """What is dear to find is only looked for in rows where the rest holds in some month."""
        b = self.build
        dear = [operand for operand in operands if operand in self.dear]
        cheap = tuple(operand for operand in operands if operand not in self.dear)
        if not dear or not cheap:
            return self._junction(operands, b.both)
        found = self._junction(cheap, b.both)
        some = b.any_month(found.maybe)
        if isinstance(some, bool):
            return self._junction(operands, b.both) if some else found
        sure, maybe = b.space(b.wide), b.space(b.wide)
        complete = found.known
        for place in (sure, maybe):
            b.builder.store(b.wide(0), place)

        def body() -> None:
            nonlocal complete
            with self.scope():
                values = [self.yes_no(operand) for operand in dear]
                complete = complete and all(value.known for value in values)
                held, possible = found.sure, found.maybe
                for value in values:
                    held, possible = b.both(held, value.sure), b.both(possible, value.maybe)
                b.builder.store(b.mask(held), sure)
                b.builder.store(b.mask(possible), maybe)

        b.when(some, body)
        held = b.builder.load(sure, typ=b.wide)
        return known(held) if complete else YesNo(held, b.builder.load(maybe, typ=b.wide))

    def _select(self, condition: YesNo, then: Value, otherwise: Value) -> Value:
        b = self.build
        if isinstance(then, YesNo) and isinstance(otherwise, YesNo):
            sure = b.either(b.both(condition.sure, then.sure), b.without(otherwise.sure, condition.maybe))
            maybe = b.either(b.both(condition.maybe, then.maybe), b.without(otherwise.maybe, condition.sure))
            if condition.known and then.known and otherwise.known:
                return known(sure)
            return YesNo(sure, maybe)
        if isinstance(then, YesNo) or isinstance(otherwise, YesNo):
            raise NotNative("branches of two types")
        then, otherwise = settled(b, then), settled(b, otherwise)
        doubt = b.either(b.both(condition.sure, then.doubt), b.without(otherwise.doubt, condition.sure))
        if not condition.known:
            doubt = b.either(doubt, b.without(condition.maybe, condition.sure))
        none = b.either(b.both(condition.sure, then.none), b.without(otherwise.none, condition.sure))
        left, right, den, den_top, top = self.reckon.common(then, otherwise)
        return Number(self.reckon.picked(condition.sure, left, right), top, den, den_top, none, doubt)

    def _known(self, operand: ir.Id) -> YesNo:
        """Never unsure; but of a doubt that may be none (only facts say exactly what is not known) that is in doubt."""
        b = self.build
        value = self.value(operand)
        if isinstance(value, YesNo):
            doubt = b.without(value.maybe, value.sure) if not value.known else False
        else:
            value = settled(b, value)
            doubt = value.doubt
        held = b.without(b.negated(value.none), doubt)
        if doubt is False or self._exact_doubt(operand):
            return known(held)
        return YesNo(held, b.either(held, doubt))

    def _exact_doubt(self, stream: ir.Id) -> bool:
        match self.program.streams[stream].op:
            case ir.Fact():
                return True
            case ir.Through(link, target):
                return self._exact_doubt(link) and self._exact_doubt(target)
            case _:
                return self.steady_constants.get(stream) is not None

    # ------------------------------------------------------------ comparison
    def _compare(self, operator: str, left: ir.Id, right: ir.Id) -> Value:
        run = registers.run_at_least(self, operator, left, right)
        if run is not None:
            return run
        by_spell = self._compare_spells(operator, left, right)
        if by_spell is not None:
            return by_spell
        a, c = self.value(left), self.value(right)
        if isinstance(a, YesNo) or isinstance(c, YesNo):
            return self.reckon.same_yes_no(operator, a, c)
        early = dates.settled_by(self, operator, left, right)
        if early is not None:
            return early
        if a.high is not None or c.high is not None:
            return self.reckon.compare_counts(operator, a, c)
        return self.reckon.compare_numbers(operator, a, c)

    def _compare_spells(self, operator: str, left: ir.Id, right: ir.Id) -> YesNo | None:
        """A number given by spells against one that does not change: a spell at a time, not a month."""
        b = self.build
        stream = self.program.streams[left]
        if not isinstance(stream.op, ir.Fact) or stream.entity != self.entity or left in self._made:
            return None
        source = self.facts.source(self.entity, stream.op.attribute)
        if source.shape != "spells" or stream.type.base in ("yes/no", "duration"):
            return None
        other = self.value(right)
        if not isinstance(other, Number) or other.high is not None or is_monthly(other.data):
            return None
        if not isinstance(other.den, int) or not b.steady(other.none) or not b.steady(other.doubt):
            return None
        cell = Number(0, source.top, source.unit, source.unit)
        _, against, den, _, _ = self.reckon.common(cell, other)
        up = den // source.unit

        def step(at: Any, months: Any, values: list[Any]) -> list[Any]:
            value = b.builder.mul(self.cells.cell(source.arrays["data"], at), I64(up))
            given = b.both(months, self.cells.state(source, at, GIVEN)) if "state" in source.arrays else months
            none = b.both(months, self.cells.state(source, at, NONE_STATE)) if "state" in source.arrays else b.wide(0)
            held = b.both(given, self.reckon.compared(operator, value, against))
            return [b.builder.or_(v, b.mask(new)) for v, new in zip(values, (held, given, none), strict=True)]

        held, given, none = self.cells.each_spell(source, self.build.row, [b.wide(0)] * 3, step)
        present = self.cells.given(source, b.row)
        held, given, none = b.both(held, present), b.both(given, present), b.both(none, present)
        unknown: Flag = b.negated(b.either(given, none))
        if source.default is not UNKNOWN:
            held = b.either(held, b.both(unknown, self.reckon.compared(operator, int(source.default) * up, against)))
            unknown = False
        none, doubt = b.either(none, other.none), b.either(unknown, other.doubt)
        held = b.without(b.without(held, none), doubt)
        if doubt is False:
            return known(held)
        return YesNo(held, b.either(held, b.without(doubt, none)))

    # ------------------------------------------------------------ other rows
    def _through(self, link: Number, stream: ir.Stream, target: ir.Id) -> Value:
        b = self.build
        to = self.program.streams[target]
        if to.entity is None:
            return self._by_link(link, self.value(target))
        rows = self.facts.rows(to.entity)
        if link.doubt is True or rows == 0:
            return self._nothing_known(stream, link)
        outside = b.builder.icmp_signed(">=", one_value(link.data), I64(rows))
        doubt = b.without(b.either(link.doubt, outside), link.none)
        away = b.either(b.either(link.none, link.doubt), outside)
        row = b.chosen(away, I64(0), one_value(link.data))
        value = self._of_row(to, row)
        if isinstance(value, YesNo):
            sure = b.without(b.without(value.sure, link.none), doubt)
            maybe = (
                b.either(b.without(value.maybe, link.none), doubt) if doubt is not False or not value.known else sure
            )
            return YesNo(sure, maybe, b.without(value.none, away))  # through a link to nobody it is no
        value = settled(b, value)
        return Number(
            value.data, value.top, value.den, value.den_top, b.either(link.none, b.without(value.none, away)),
            b.either(doubt, b.without(value.doubt, away)),
        )  # fmt: skip

    def _expect(self, link: ir.Id, to: ir.Stream) -> None:
        if isinstance(to.op, ir.Fact) and to.entity is not None:
            ahead.expect(self, link, self.facts.source(to.entity, to.op.attribute).by_row())
        elif to.id in self.kept:
            ahead.expect(self, link, self.kept[to.id].arrays.values())

    def _by_link(self, link: Number, value: Value) -> Value:
        """What is the same for every row, read through a link: only the link can be missing."""
        b = self.build
        doubt = b.without(link.doubt, link.none)
        if isinstance(value, YesNo):
            sure = b.without(b.without(value.sure, link.none), doubt)
            if doubt is False and value.known:
                return YesNo(sure, sure, b.without(value.none, link.none))
            maybe = b.either(b.without(value.maybe, link.none), doubt)
            return YesNo(sure, maybe, b.without(value.none, link.none))
        value = settled(b, value)
        none = b.either(link.none, b.without(value.none, doubt))
        return Number(
            value.data, value.top, value.den, value.den_top, none, b.either(doubt, b.without(value.doubt, link.none))
        )

    def _nothing_known(self, stream: ir.Stream, link: Number) -> Value:
        b = self.build
        doubt = b.negated(link.none)
        if stream.type.base == "yes/no":
            return YesNo(False, doubt)
        return Number(0, 1, none=link.none, doubt=doubt)

    def _of_row(self, to: ir.Stream, row: Any) -> Value:
        """A stream of another row: a fact is read where it stands, the rest was kept by an earlier pass."""
        if isinstance(to.op, ir.Fact):
            return self.fact(to.entity or "", to.op.attribute, row)
        return self.kept_value(to.id, row)

    def kept_value(self, stream: ir.Id, row: Any) -> Value:
        kept = self.kept.get(stream)
        if kept is None:
            raise NotNative("a value that no earlier pass left")
        return kept.read(self.build, self.address, row)


def bits(flags: Any) -> int:
    return sum(1 << i for i, flag in enumerate(flags) if flag)
