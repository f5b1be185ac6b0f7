"""A program as another convention of adding months would decide it, whatever the facts are.

Here 2021-08-31 + 6 months is 2022-02-28, the last day of a shorter month; elsewhere the days that the month does not
have are counted on into the next: 2022-03-03. In: a compiled program. Out: the program with its sums of a day and
months put the other way, in operations that it has anyway, so that every evaluator replays it: days of linked rows,
days that are computed and days that change from month to month are moved alike.

How many days the month lacks is seen from the days before: where `d` less one day, plus the months, is the same day as
`d` plus the months, the month was too short for `d`; and where `d` less two days is, by two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.facts import Facts
from compiler.interpreter.streams import Streams
from compiler.memory import start_month
from compiler.parameters import settled
from compiler.passes.rewrite import with_operands, with_streams
from compiler.proofs.reasoning.conventions import counted_on
from lang.dates import Month, add_months
from lang.types import DATE, DURATION, YES_NO, Type, Value

LACKING = (3, 2, 1)  # days that a month may lack: February has 28, and a day is at most the 31st


def adds_months(program: ir.Program, stream: ir.Stream) -> bool:
    """To a day that is not written out (such days, a parameter's too, are `fast/written_dates`' business)."""
    op = stream.op
    if not isinstance(op, ir.Later) or op.unit != "months":
        return False
    match program.streams[op.day].op:
        case ir.Constant():
            return False
        case ir.Parameter(name):
            return not program.parameters[name].values
    return True


def elsewhere(program: ir.Program, only: frozenset[ir.Id] | None = None) -> ir.Program:
    """`only`: the other way in these streams (None: in all that add months)."""
    made = _Made()
    new: dict[ir.Id, ir.Id] = {}
    for stream in program.streams:
        op = with_operands(stream.op, new.__getitem__)
        place = made.stream(stream, op)
        if isinstance(op, ir.Later) and adds_months(program, stream) and (only is None or stream.id in only):
            place = made.counted_on(stream, op, place)
        new[stream.id] = place
    return with_streams(program, made.streams, new.__getitem__)


@define(eq=False)
class _Made:
    streams: list[ir.Stream] = field(factory=list)

    def stream(self, like: ir.Stream, op: ir.Op, type: Type | None = None) -> ir.Id:
        number = len(self.streams)
        self.streams.append(evolve(like, id=number, op=op, type=like.type if type is None else type))
        return number

    def days(self, number: int) -> ir.Id:
        place = len(self.streams)
        self.streams.append(ir.Stream(place, None, DURATION, ir.Constant(number)))
        return place

    def counted_on(self, like: ir.Stream, op: ir.Later, here: ir.Id) -> ir.Id:
        """`here`: the sum by our convention."""
        found = here
        for lacking in reversed(LACKING):
            earlier = self.stream(like, ir.Later(op.day, self.days(-lacking), "days"), DATE)
            same = self.stream(like, ir.Compare("=", self.stream(like, evolve(op, day=earlier)), here), YES_NO)
            counted = self.stream(like, ir.Later(here, self.days(lacking), "days"))
            found = self.stream(like, ir.Select(same, counted, found))
        return found


@frozen
class Parting:
    """A sum that the conventions take to two days. `stream` is the one of the program, `key` whose day it is."""

    stream: ir.Id
    entity: str | None
    key: str | None
    day: date
    here: date
    there: date


def partings(
    program: ir.Program, facts: Facts, sets: Mapping[str, Value], months: tuple[Month, ...]
) -> Iterator[Parting]:
    """Those of some facts in these months, each day once, in the order of the program."""
    known = {name: value for name, value in sets.items() if name in program.parameters}
    streams = Streams(program, facts, settled(program, known), start_month(program, facts, values=known.values()))
    for stream in program.streams:
        if not adds_months(program, stream):
            continue
        assert isinstance(stream.op, ir.Later)
        rows = [None] if stream.entity is None else [row.key for row in facts.rows(stream.entity).values()]
        seen: set[tuple[date, date]] = set()
        for key in rows:
            for month in months:
                day, length = (streams.value(of, key, month) for of in (stream.op.day, stream.op.length))
                if isinstance(day, date) and isinstance(length, int):
                    here, there = add_months(day, length), counted_on(day, length)
                    if here != there and (day, here) not in seen:
                        seen.add((day, here))
                        yield Parting(stream.id, stream.entity, key, day, here, there)
