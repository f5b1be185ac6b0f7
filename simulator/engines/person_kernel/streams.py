"""The operations of the IR on rows that are made in the loop: facts from recipes, and nothing before the arrival.

In: what the kernels' streams need, the drawing of the block, the month of arrival. Out: the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, evolve

from compiler import ir
from compiler.backends.columns.bounds import fact_denominator
from compiler.backends.kernels import registers
from compiler.backends.kernels.build import I64
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import Flag, NotNative, Number, Value, YesNo
from simulator.engines.person_kernel import histories
from simulator.engines.person_kernel.drawing import Drawing
from simulator.engines.person_kernel.recipes import (
    Chance,
    Choice,
    Follow,
    Guided,
    Recipe,
    Same,
    SinceArrival,
    Spell,
    Stay,
)

LONGEST = 120_000


@define(eq=False, kw_only=True)
class Made(Streams):
    """`arrival`: the month of the window (i64); `present`: the months from it on. `drawn`: of a parameter that differs
    by draw, its number and the largest that it may be. `limits`: where those of a stay begin, for its month."""

    recipes: Mapping[str, Recipe]
    drawing: Drawing
    drawn: Callable[[str], Number | None]
    limits: Callable[[str], Any]
    arrival: Any
    present: Any

    # ------------------------------------------------------------ before the arrival
    def inside(self) -> Flag:
        return self.build.both(self.window.inside, self.present)

    def past(self, operand: ir.Id) -> Value:
        """Nothing is before the row arrives. (The window begins a month before the first arrival.)"""
        b = self.build
        value = self.value(operand)
        if isinstance(value, YesNo):
            if not value.known:
                raise NotNative("something that stays unknown")
            held = b.both(value.sure, self.present)
            return YesNo(held, held)
        return evolve(value, none=b.either(value.none, b.negated(self.present)))

    def again(self, register: ir.Id) -> bool:
        """Nothing is before the window either."""
        return False

    def _make(self, stream: ir.Stream) -> Value:
        if isinstance(stream.op, ir.Parameter):
            drawn = self.drawn(stream.op.parameter)
            if drawn is not None:
                return drawn
        return super()._make(stream)

    # ------------------------------------------------------------ facts
    def given(self, entity: str, attribute: str, row: Any) -> Value:
        if entity != self.entity or row is not self.build.row:
            raise NotNative("a fact of another row")
        about = self.program.attributes[entity, attribute]
        made = self.recipes[attribute]
        if about.type.base == "yes/no":
            flag = self._flag(attribute, made)
            return YesNo(flag, flag)
        return self._number(about, made)

    def _flag(self, name: str, made: Recipe) -> Flag:
        b = self.build
        match made:
            case Same(value):
                return bool(value)
            case Chance():
                return self.drawing.flag(name, b.row)
            case Choice() | Guided():
                return b.builder.icmp_signed("!=", self.drawing.data(name, b.row), I64(0))
            case Stay():
                return histories.stay(b, self.drawing.data(name, b.row), self.limits(name))
            case Spell():
                leave, back = self.drawing.number(name, 0), self.drawing.number(name, 1)
                return histories.coming_and_going(
                    b, self.window, self.drawing.data(name, b.row), leave, back, self.arrival
                )
            case Follow(leader, after, _, below):
                fact = self.fact(self.entity, leader, b.row)
                if not isinstance(fact, YesNo):
                    raise NotNative("a leader that is no yes/no")
                held = b.both(fact.sure, self.present)
                held = registers.long_runs(b, held, after + 1, LONGEST, self.window)
                return held if below is None else b.both(held, self.drawing.flag(name, b.row))
            case _:
                raise NotNative("a yes/no with a number's recipe")

    def _number(self, about: ir.Attribute, made: Recipe) -> Number:
        b = self.build
        source = self.facts.source(about.entity, about.name)
        den = fact_denominator(about.type)
        match made:
            case Same(None):
                return Number(0, 1, den, den, none=True)
            case Same(int(value)):
                return Number(value, max(abs(value), 1), den, den)
            case Choice(_, _, values) | Guided(_, _, _, _, values):
                top = max(source.top, *(abs(value or 0) for value in values))
                none = self.drawing.flag(about.name, b.row, "none")
                return Number(self.drawing.data(about.name, b.row), top, den, den, none)
            case SinceArrival():
                return Number(self.drawing.data(about.name, b.row), source.top, den, den)
            case _:
                raise NotNative("a number with a yes/no's recipe")
