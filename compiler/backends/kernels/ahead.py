"""Cells of linked rows asked for before they are needed.

A row that reads another through a link reads memory at a random place, and waits for it. The link of a row some places
further on is already there to be read, so the processor is told of that place in time (`llvm.prefetch`, which has no
meaning but speed: a wrong or missing link does no harm). Small tables stay in the cache by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import llvmlite.ir as ll
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.build import I8, I32, I64, POINTER

if TYPE_CHECKING:
    from compiler.backends.kernels.streams import Streams

AHEAD = 24  # rows: some hundred nanoseconds' work
LARGE = 1 << 18  # bytes that do not stay in the cache
FUNCTION = "llvm.prefetch.p0"


def expect(streams: Streams, link: ir.Id, arrays: Iterable[NDArray[Any]]) -> None:
    """`arrays` (first axis: rows of the entity that is linked to) are read at the row that `link` leads to. Nothing
    happens where the link is not a plain column of the row's own."""
    b = streams.build
    stream = streams.program.streams[link]
    if b.ahead is None or not isinstance(stream.op, ir.Fact) or stream.entity != streams.entity:
        return
    source = streams.facts.source(streams.entity, stream.op.attribute)
    if source.shape != "always":
        return
    links = source.arrays["data"]
    for array in arrays:
        if array.nbytes < LARGE or (id(links), id(array)) in b.expected:
            continue
        b.expected.add((id(links), id(array)))
        of_links, of_array = streams.address(links), streams.address(array)
        with b.builder.goto_block(b.ahead):
            m = b.builder
            later = m.add(b.row, I64(AHEAD))
            later = m.select(m.icmp_signed("<", later, I64(len(links))), later, b.row)
            linked = b.loaded(of_links, later, links.dtype.itemsize * 8)
            place = b.at(of_array, m.mul(linked, I64(array.nbytes // len(array))), I8)
            m.call(_prefetch(b.function.module), [place, I32(0), I32(3), I32(1)])


def _prefetch(module: ll.Module) -> Any:
    found = module.globals.get(FUNCTION)
    return found or ll.Function(module, ll.FunctionType(ll.VoidType(), [POINTER, I32, I32, I32]), FUNCTION)
