"""In which order a pass goes over its rows: over all of them, or over those that something asked first has left.

Who is left is written down some thousand rows at a time, and only then worked on. So the processor never has to guess
whether the next row matters (a wrong guess costs as much as a clause), and while it waits for the cells of one row that
does, it has the next ones already in hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.ir as ll

from compiler.backends.kernels.build import I16, I64, Build
from compiler.backends.kernels.values import Flag

BLOCK = 255  # rows after which a sink is flushed: as many as a byte counts
PORTION = 4096  # rows of which it is written down who is left
AHEAD = 24  # rows: some hundred nanoseconds' work


def every_row(
    b: Build, begin: Any, end: Any, body: Callable[[], None], flush: Callable[[], None],
    row_at: Callable[[Any], Any] = lambda place: place,
) -> None:  # fmt: skip
    """`body` for the rows at places `begin` to `end` (i64), each as `b.row`; `flush` after every 255 of them."""

    def block(first: Any, last: Any) -> None:
        def step(number: Any, _: list[Any]) -> list[Any]:
            _stand(b, b.builder.add(first, number), end, row_at)
            body()
            return []

        b.loop(b.builder.sub(last, first), step)
        flush()

    _portions(b, begin, end, BLOCK, block)


def rows_left(
    asking: Build, b: Build, begin: Any, end: Any,
    asked: Callable[[], Flag], body: Callable[[], None], flush: Callable[[], None],
) -> None:  # fmt: skip
    """`asked` for every row, as `asking.row`; `body` for those of which it holds, as `b.row`."""
    m = b.builder
    left = b.space(ll.ArrayType(I16, PORTION))

    def portion(first: Any, last: Any) -> None:
        def ask(number: Any, carried: list[Any]) -> list[Any]:
            _stand(asking, m.add(first, number), last, lambda place: place)
            m.store(m.trunc(number, I16), b.at(left, carried[0], I16), align=2)  # the next one that is left goes there
            return [m.add(carried[0], m.zext(b.bit(asked()), I64))]

        (count,) = b.loop(m.sub(last, first), ask, [I64(0)])

        def row_at(place: Any) -> Any:
            return m.add(first, m.zext(m.load(b.at(left, place, I16), typ=I16, align=2), I64))

        every_row(b, I64(0), count, body, flush, row_at)

    _portions(b, begin, end, PORTION, portion)


def _portions(b: Build, begin: Any, end: Any, size: int, body: Callable[[Any, Any], None]) -> None:
    m = b.builder

    def step(number: Any, _: list[Any]) -> list[Any]:
        first = m.add(begin, m.mul(number, I64(size)))
        last = m.add(first, I64(size))
        body(first, m.select(m.icmp_signed("<", last, end), last, end))
        return []

    b.loop(m.sdiv(m.add(m.sub(end, begin), I64(size - 1)), I64(size)), step)


def _stand(b: Build, place: Any, end: Any, row_at: Callable[[Any], Any]) -> None:
    """At the row of a place, with room before its work for what a later row will need (`ahead`)."""
    m = b.builder
    last = m.sub(end, I64(1))
    later = m.add(place, I64(AHEAD))
    b.row, b.later = row_at(place), row_at(m.select(m.icmp_signed("<", later, last), later, last))
    b.ahead = m.block
    work = b.function.append_basic_block("work")
    m.branch(work)
    m.position_at_end(work)
