"""Drop the streams that nothing reads, and number the others anew.

Definitions are kept, used or not: reports group by them.
"""

from __future__ import annotations

from attrs import evolve

from compiler import ir
from compiler.passes.rewrite import read_from_outside, with_operands, with_streams


def dead(program: ir.Program) -> ir.Program:
    """The same program without streams that nobody reads."""
    alive = read_from_outside(program)
    for stream in reversed(program.streams):
        if stream.id in alive:
            alive.update(ir.operands(stream.op))
    if len(alive) == len(program.streams):
        return program
    kept = [stream for stream in program.streams if stream.id in alive]
    numbers = {stream.id: number for number, stream in enumerate(kept)}
    streams = [
        evolve(stream, id=numbers[stream.id], op=with_operands(stream.op, numbers.__getitem__)) for stream in kept
    ]
    return with_streams(program, streams, numbers.__getitem__)
