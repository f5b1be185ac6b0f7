"""Aggregates: what the rows of one entity add to the rows that they belong to, as they are passed over.

A count is a number a month for each row that counts, and a member adds its bits to it. Members of whom it is not known
whether they count are added to a second count, the most that it can be; who may belong to anybody is added to that of
all rows.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ll
import numpy as np

from compiler import ir
from compiler.backends.kernels.build import I1, I32, I64, Build
from compiler.backends.kernels.kept import Kept
from compiler.backends.kernels.reckoning import one_value, settled
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import Data, Flag, NotNative, Number, Vector, YesNo

LANES = 16
COUNTS, FLAGS = ll.VectorType(I32, LANES), ll.VectorType(I1, LANES)
MOST_MEMBERS = 2**31 - 1


def feed(streams: Streams, stream: ir.Stream) -> Kept:
    op = stream.op
    if not isinstance(op, ir.Aggregate):
        raise NotNative("no aggregate")
    if streams.facts.rows(op.entity) > MOST_MEMBERS:
        raise NotNative("too many members")
    subjects = 1 if stream.entity is None else streams.facts.rows(stream.entity)
    where = YesNo(True, True) if op.where is None else streams.yes_no(op.where)
    belongs, row, lost = _belongs(streams, op, subjects)
    match op.word:
        case "count":
            return _count(streams, subjects, belongs, row, lost, where)
        case "share":
            return _share(streams, subjects, belongs, row, lost, where)
        case "sum":
            if op.value is None:
                raise NotNative("a sum of nothing")
            return _sum(streams, subjects, belongs, row, lost, where, streams.value(op.value))


def _belongs(streams: Streams, op: ir.Aggregate, subjects: int) -> tuple[Flag, Any, Flag]:
    """(whether the member belongs to a row that was given, which one, whether that is not known)."""
    b = streams.build
    if op.via is None:
        return True, I64(0), False
    link = streams.fact(op.entity, op.via, b.row)
    if not isinstance(link, Number) or subjects == 0:
        return False, I64(0), False
    data = one_value(link.data)
    inside = b.builder.icmp_signed("<", data, I64(subjects))
    belongs = b.without(b.without(inside, link.none), link.doubt)
    return belongs, b.chosen(belongs, data, I64(0)), link.doubt


def _count(streams: Streams, subjects: int, belongs: Flag, row: Any, lost: Flag, where: YesNo) -> Kept:
    b = streams.build
    top = max(streams.facts.rows(streams.entity), 1)
    low = _counted(streams, subjects, row, b.both(where.sure, belongs))
    if where.known and lost is False:
        return Kept(Number(0, top), {"data": low}, b.months)
    high = _counted(streams, subjects, row, b.both(where.maybe, belongs))
    anyone = None
    if lost is not False:
        anyone = _counted(streams, 1, I64(0), b.mask(b.both(where.maybe, lost)))
    return Kept(Number(0, top, high=0), {"data": low, "high": high}, b.months, anyone=anyone)


def _share(streams: Streams, subjects: int, belongs: Flag, row: Any, lost: Flag, where: YesNo) -> Kept:
    """Where it is not known who counts, or who belongs, the share is in doubt."""
    b = streams.build
    top = max(streams.facts.rows(streams.entity), 1)
    counted = _counted(streams, subjects, row, b.both(where.sure, belongs))
    members = _counted(streams, subjects, row, belongs)
    pattern = Number(0, top, 1, top)
    arrays = {"data": counted, "den": members}
    doubt = False if where.known else b.both(b.without(where.maybe, where.sure), belongs)
    anyone = _doubted(streams, subjects, row, doubt, lost, arrays)
    return Kept(pattern, arrays, b.months, share=True, anyone=anyone)


def _doubted(streams: Streams, subjects: int, row: Any, doubt: Flag, lost: Flag, arrays: dict[str, Any]) -> Any:
    """Marks the months of the row that are in doubt; those of every row where it is not known whose the member is."""
    b = streams.build
    if doubt is not False:
        words = arrays["doubt"] = np.zeros((subjects, b.months // 64), np.uint64)
        _mark(b, b.at(streams.address(words), b.builder.mul(row, I64(b.months // 64)), I64), b.mask(doubt))
    if lost is False:
        return None
    anyone = np.zeros(b.months // 64, np.uint64)
    _mark(b, streams.address(anyone), b.mask(lost))
    return anyone


def _mark(b: Build, place: Any, mask: Any) -> None:
    b.builder.store(b.builder.or_(b.builder.load(place, typ=b.wide, align=8), mask), place, align=8)


def _counted(streams: Streams, subjects: int, row: Any, flag: Flag) -> Any:
    """An array of counts, and the code that adds the member's months. A number a row where no month differs."""
    b = streams.build
    if b.steady(flag):
        counts: Any = np.zeros(subjects, np.int32)
        if flag is not False:
            place = b.at(streams.address(counts), row, I32)
            more = b.builder.zext(b.bit(flag), I32)
            b.builder.store(b.builder.add(b.builder.load(place, typ=I32, align=4), more), place, align=4)
        return counts
    counts = np.zeros((subjects, b.months), np.int32)
    pointer = b.at(streams.address(counts), b.builder.mul(row, I64(b.months)), I32)
    mask = b.mask(flag)

    def add() -> None:
        bits = b.builder.bitcast(mask, ll.VectorType(I1, b.months))
        for first in range(0, b.months, LANES):
            lanes = b.builder.shuffle_vector(
                bits, ll.Constant(bits.type, ll.Undefined),
                ll.Constant(ll.VectorType(I32, LANES), list(range(first, first + LANES))),
            )  # fmt: skip
            place = b.at(pointer, I64(first), I32)
            now = b.builder.load(place, typ=COUNTS, align=4)
            b.builder.store(b.builder.sub(now, b.builder.sext(lanes, COUNTS)), place, align=4)

    b.when(b.any_month(mask), add)
    return counts


def _sum(streams: Streams, subjects: int, belongs: Flag, row: Any, lost: Flag, where: YesNo, value: Any) -> Kept:
    """What some member may add, or not known what, leaves the sum in doubt."""
    b = streams.build
    if not isinstance(value, Number):
        raise NotNative("a sum of yes/no")
    value = settled(b, value)
    if not isinstance(value.den, int):
        raise NotNative("a sum of numbers over changing denominators")
    top = value.top * max(streams.facts.rows(streams.entity), 1)
    sums = np.zeros((subjects, b.months), np.int64)
    pattern = Number(0, top, value.den, value.den_top)
    counts = b.without(b.both(where.sure, belongs), b.either(value.none, value.doubt))
    pointer = b.at(streams.address(sums), b.builder.mul(row, I64(b.months)), I64)
    data: Data = value.data
    b.when(b.any_month(counts), lambda: _add(b, pointer, data, b.mask(counts)))
    arrays: dict[str, Any] = {"data": sums}
    doubt: Flag = False
    if not where.known or value.doubt is not False:
        doubt = b.both(b.either(b.without(where.maybe, where.sure), b.both(where.maybe, value.doubt)), belongs)
    anyone = _doubted(streams, subjects, row, doubt, lost, arrays)
    return Kept(pattern, arrays, b.months, anyone=anyone)


def _add(b: Build, pointer: Any, data: Data, mask: Any) -> None:
    def add(numbers: list[Any], flags: list[Any]) -> list[Any]:
        zero = ll.Constant(numbers[0].type, None)
        return [b.builder.add(numbers[1], b.builder.select(flags[0], numbers[0], zero))]

    (summed,) = b.lanes([data, Vector(pointer)], [mask], add)

    def copy(month: Any, _: list[Any]) -> list[Any]:
        b.builder.store(b.number_at(summed, month), b.at(pointer, month, I64), align=8)
        return []

    b.loop(I64(b.months), copy)
