"""In which order the entities are passed over, and what a pass leaves for later ones.

A row reads another entity's rows in two ways: through a link (a certificate asks for its holder's county) and by an
aggregate (an enterprise counts its staff). Facts are read where they stand. What must be computed first is computed in
an earlier pass over the other entity and kept: a flag as bits, a number a row, and an aggregate as what was added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import llvmlite.ir as ll
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.build import I1, I8, I64, Build
from compiler.backends.kernels.values import Data, Flag, Number, Value, Vector, YesNo

Address = Callable[[NDArray[Any]], Any]


@frozen(order=True)
class Pass:
    """One walk over the rows of `entity`. `keep`: streams that others read; `feed`: aggregates that this entity's rows
    go into; `races`: clauses (or "" for what others paid) of whose rows it is found when they would first pay;
    `clauses`: those that are paid here."""

    phase: int
    entity: str
    keep: tuple[ir.Id, ...] = field(default=(), order=False)
    feed: tuple[ir.Id, ...] = field(default=(), order=False)
    races: tuple[tuple[str, str], ...] = field(default=(), order=False)  # (group, clause)
    clauses: tuple[str, ...] = field(default=(), order=False)


def roots(program: ir.Program, clause: ir.Clause) -> set[ir.Id]:
    """The streams that a clause reads of its own rows, payees too."""
    found: set[ir.Id | None] = set()
    for rule in clause.alternatives:
        found |= {rule.when, rule.amount, rule.months, rule.per_year, rule.in_all, rule.payee}
    if clause.group is not None:
        found |= {m.link for m in program.groups[clause.group].members if m.clause == clause.name}
    if clause.quota is not None:
        quota = program.quotas[clause.quota]
        found |= {quota.places, quota.per, quota.order}
    return {i for i in found if i is not None}


def schedule(program: ir.Program, clauses: Iterable[str], without: frozenset[ir.Id] = frozenset()) -> tuple[Pass, ...]:
    """The passes in order. `without`: streams that cannot be kept."""
    names = tuple(clauses)
    wanted = set().union(*(roots(program, program.clauses[name]) for name in names))
    groups = {program.clauses[name].group for name in names} - {None}
    wanted |= {m.paid for name in groups if name for m in program.groups[name].members if m.paid is not None}
    live = _closure(program, wanted)
    phases = _phases(program)
    keep: dict[tuple[int, str], set[ir.Id]] = {}
    feed: dict[tuple[int, str], set[ir.Id]] = {}
    paid: dict[tuple[int, str], list[str]] = {}
    for stream in sorted(live - without):
        op = program.streams[stream].op
        match op:
            case ir.Through(_, target):
                to = program.streams[target]
                if to.entity is not None and not isinstance(to.op, ir.Fact) and target not in without:
                    keep.setdefault((phases[target], to.entity), set()).add(target)
            case ir.Aggregate(_, entity, _, where, value):
                at = max((phases[i] for i in (where, value) if i is not None), default=0)
                feed.setdefault((at, entity), set()).add(stream)
            case _:
                pass
    races: dict[tuple[int, str], list[tuple[str, str]]] = {}

    def phase_of(name: str) -> int:
        return max((phases[i] for i in roots(program, program.clauses[name])), default=0)

    for name in names:
        clause = program.clauses[name]
        at = phase_of(name)
        if clause.group is not None:
            # all members' rows must have been seen before one of them is paid
            group = program.groups[clause.group]
            members = [m.clause for m in group.members if m.clause is not None]
            last = max(phase_of(member) for member in members)
            last = max([last, *(phases[m.paid] for m in group.members if m.paid is not None)])
            if group.take == "first":
                races.setdefault((at, clause.entity), []).append((group.name, name))
                last += 1
            at = last
        paid.setdefault((at, clause.entity), []).append(name)
    for name in sorted(name for name in groups if name):
        group = program.groups[name]
        for member in group.members:
            if member.paid is not None and group.take == "first":
                races.setdefault((phases[member.paid], group.entity), []).append((name, ""))
                break
    return tuple(
        Pass(
            *at,
            tuple(sorted(keep.get(at, ()))),
            tuple(sorted(feed.get(at, ()))),
            tuple(races.get(at, ())),
            tuple(paid.get(at, ())),
        )
        for at in sorted({*keep, *feed, *races, *paid})
    )


def dear(program: ir.Program) -> frozenset[ir.Id]:
    """The streams that need a number a month of their row: a wage, a count of staff. Runs that are only compared with a
    length do not."""
    numbers: set[ir.Id] = set()
    found: set[ir.Id] = set()
    for stream in program.streams:
        of = ir.operands(stream.op)
        match stream.op:
            case ir.Fact(attribute):
                about = program.attributes[stream.entity or "", attribute]
                made = about.monthly and stream.type.base != "yes/no"
            case ir.Aggregate() | ir.Total():
                made = True
            case ir.Run() | ir.Constant() | ir.Parameter() | ir.Settlement():
                made = False
            case _:
                made = any(i in numbers for i in of)
        if stream.type.base != "yes/no":
            numbers |= {stream.id} if made else set()
        if made or any(i in found for i in of):
            found.add(stream.id)
    return frozenset(found)


def _phases(program: ir.Program) -> list[int]:
    found: list[int] = []
    for stream in program.streams:
        at = max((found[i] for i in ir.operands(stream.op)), default=0)
        match stream.op:
            case ir.Through(_, target) if not isinstance(program.streams[target].op, ir.Fact):
                at = max(at, found[target] + 1)
            case ir.Aggregate():
                at += 1
            case _:
                pass
        found.append(at)
    return found


def _closure(program: ir.Program, streams: set[ir.Id]) -> set[ir.Id]:
    found: set[ir.Id] = set()
    waiting = list(streams)
    while waiting:
        stream = waiting.pop()
        if stream not in found:
            found.add(stream)
            waiting += ir.operands(program.streams[stream].op)
    return found


# ---------------------------------------------------------------- what is kept
@frozen(eq=False)
class Kept:
    """The values of a stream for all rows of its entity, by a pass to come. Arrays are by part; a part that is the same
    for every row is the flag or number itself."""

    value: Value  # a pattern: what its parts are, where they do not differ by row
    arrays: dict[str, NDArray[Any]]
    months: int
    share: bool = False  # `den` counts members: of none there is no share
    anyone: NDArray[Any] | None = None  # a month: members of whom it is not known whose they are (of sums: bits)

    def read(self, b: Build, address: Address, row: Any) -> Value:
        if isinstance(self.value, YesNo):
            sure = self._flag(b, address, row, "sure", self.value.sure)
            maybe = sure if self.value.known else self._flag(b, address, row, "maybe", self.value.maybe)
            return YesNo(sure, maybe, self._flag(b, address, row, "none", self.value.none))
        value = self.value
        high = None if value.high is None else self._number(b, address, row, "high", value.high)
        den = self._number(b, address, row, "den", value.den)
        none = self._flag(b, address, row, "none", value.none)
        doubt = self._flag(b, address, row, "doubt", value.doubt)
        if self.share:
            none = b.builder.icmp_signed("==", den, I64(0))
            den = b.builder.select(none, I64(1), den)
        if self.anyone is not None and self.anyone.dtype == np.uint64:
            doubt = b.either(doubt, b.builder.load(b.at(address(self.anyone), I64(0), I64), typ=b.wide, align=8))
        elif self.anyone is not None:
            also = Vector(address(self.anyone), 32)
            (high,) = b.lanes([high, also], [], lambda numbers, _: [b.builder.add(*numbers)])
        return Number(
            self._number(b, address, row, "data", value.data), value.top, den, value.den_top, none, doubt, high
        )

    def _flag(self, b: Build, address: Address, row: Any, name: str, flag: Flag) -> Flag:
        array = self.arrays.get(name)
        if array is None:
            return flag
        if array.dtype == np.uint8:
            byte = b.builder.load(b.at(address(array), row, I8), typ=I8, align=1)
            return b.builder.icmp_unsigned("!=", byte, I8(0))
        at = b.builder.mul(row, I64(self.months // 64))
        return b.builder.load(b.at(address(array), at, I64), typ=b.wide, align=8)

    def _number(self, b: Build, address: Address, row: Any, name: str, data: Data) -> Data:
        array = self.arrays.get(name)
        if array is None:
            return data
        bits = array.dtype.itemsize * 8
        if array.ndim == 1:
            return b.loaded(address(array), row, bits)
        at = b.builder.mul(row, I64(array.shape[1]))
        return Vector(b.at(address(array), at, ll.IntType(bits)), bits)


def keep(b: Build, address: Address, value: Value, rows: int) -> Kept:
    """Room for the values of all rows, and the code that writes those of the row at hand."""
    arrays: dict[str, NDArray[Any]] = {}

    def flag(name: str, held: Flag) -> None:
        if isinstance(held, bool | int):
            return
        if held.type == I1:
            array = arrays[name] = np.zeros(rows, np.uint8)
            b.builder.store(b.builder.zext(held, I8), b.at(address(array), b.row, I8), align=1)
        else:
            words = arrays[name] = np.zeros((rows, b.months // 64), np.uint64)
            at = b.builder.mul(b.row, I64(b.months // 64))
            b.builder.store(held, b.at(address(words), at, I64), align=8)

    def number(name: str, data: Data) -> None:
        if isinstance(data, int | tuple):
            return
        if isinstance(data, Vector):
            array = arrays[name] = np.zeros((rows, b.months), np.int64)
            at = b.builder.mul(b.row, I64(b.months))
            pointer = b.at(address(array), at, I64)
            _copy(b, data, pointer)
        else:
            array = arrays[name] = np.zeros(rows, np.int64)
            b.builder.store(data, b.at(address(array), b.row, I64), align=8)

    if isinstance(value, YesNo):
        flag("sure", value.sure)
        if not value.known:
            flag("maybe", value.maybe)
        flag("none", value.none)
    else:
        number("data", value.data)
        number("den", value.den)
        flag("none", value.none)
        flag("doubt", value.doubt)
        if value.high is not None:
            number("high", value.high)
    return Kept(value, arrays, b.months)


def _copy(b: Build, data: Vector, pointer: Any) -> None:
    def step(month: Any, _: list[Any]) -> list[Any]:
        b.builder.store(b.number_at(data, month), b.at(pointer, month, I64), align=8)
        return []

    b.loop(I64(b.months), step)
