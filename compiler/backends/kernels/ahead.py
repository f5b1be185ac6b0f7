"""Cells asked for before they are needed.

A row that reads another through a link, or its own spells, reads memory at a place that nobody could foresee, and waits
for it. The link of a row some places further on, and where its spells begin, are already there to be read, so the
processor is told of that place in time (`llvm.prefetch`, which has no meaning but speed: a wrong or missing link does
no harm). Small tables stay in the cache by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import llvmlite.ir as ll
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.build import I8, I32, I64, POINTER, Build

if TYPE_CHECKING:
    from compiler.backends.kernels.streams import Streams

LARGE = 1 << 18  # bytes that do not stay in the cache
SPELL = ("first", "last", "data")
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
            linked = b.loaded(of_links, b.later, links.dtype.itemsize * 8)
            _ask(b, of_array, linked, array.nbytes // len(array))


def expect_spells(b: Build, address: Callable[[NDArray[Any]], Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """The spells of rows of the row's own entity: `offsets`, where each row's begin, and what is known of a spell."""
    offsets = arrays["offsets"]
    large = [array for name, array in arrays.items() if name in SPELL and array.nbytes >= LARGE]
    if b.ahead is None or not large or (id(offsets), id(offsets)) in b.expected:
        return
    b.expected.add((id(offsets), id(offsets)))
    of_rows, of_spells = address(offsets), [(address(array), array.dtype.itemsize) for array in large]
    with b.builder.goto_block(b.ahead):
        begin = b.loaded(of_rows, b.later, 64)
        for pointer, width in of_spells:
            _ask(b, pointer, begin, width)


def _ask(b: Build, pointer: Any, at: Any, width: int) -> None:
    m = b.builder
    m.call(_prefetch(b.function.module), [b.at(pointer, m.mul(at, I64(width)), I8), I32(0), I32(3), I32(1)])


def _prefetch(module: ll.Module) -> Any:
    found = module.globals.get(FUNCTION)
    return found or ll.Function(module, ll.FunctionType(ll.VoidType(), [POINTER, I32, I32, I32]), FUNCTION)
