"""What all of a pass asks of a row, asked before anything else.

Most notices speak of a few of those who are on a roster: who comes from a partner county, who is registered as poor.
Where every clause (and every aggregate) of a pass needs the same of a row, and it is so in all months or in none, a row
of which it is surely not so is left at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler import ir
from compiler.backends.kernels.reckoning import known
from compiler.backends.kernels.schedule import Pass
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import Flag


def common(program: ir.Program, of: Pass) -> list[ir.Id]:
    """The steady conditions that everything in the pass asks for."""
    if any(not clause for _, clause in of.races):  # what others paid is looked at for every row
        return []
    clauses = {*of.clauses, *(clause for _, clause in of.races)}
    conditions = [alternative.when for name in clauses for alternative in program.clauses[name].alternatives]
    for stream in of.feed:
        op = program.streams[stream].op
        # of a share, those who do not count are members too
        conditions.append(op.where if isinstance(op, ir.Aggregate) and op.word != "share" else None)
    if not conditions:
        return []
    common = set.intersection(*(set(_parts(program, condition)) for condition in conditions))
    return sorted(stream for stream in common if _steady(program, stream))


def _parts(program: ir.Program, condition: ir.Id | None) -> Iterable[ir.Id]:
    """Conditions that must all hold."""
    if condition is None:
        return
    op = program.streams[condition].op
    if isinstance(op, ir.And):
        for operand in op.operands:
            yield from _parts(program, operand)
    else:
        yield condition


def _steady(program: ir.Program, stream: ir.Id) -> bool:
    """Whether it can be seen from the program that a stream is the same in all months."""
    of = program.streams[stream]
    match of.op:
        case ir.Fact(attribute):
            return not program.attributes[of.entity or "", attribute].monthly
        case ir.Through(link, target):
            return _steady(program, link) and _steady(program, target)
        case ir.Constant():
            return True
        case ir.Not() | ir.And() | ir.Or() | ir.Compare() | ir.OneOf() | ir.Known():
            return all(_steady(program, operand) for operand in ir.operands(of.op))
        case _:
            return False


def held(streams: Streams, asked: Iterable[ir.Id]) -> Flag:
    """Whether the conditions may all hold of the row at hand: a steady flag."""
    b = streams.build
    found: Flag = True
    for stream in asked:
        found = b.both(found, streams.yes_no(stream).maybe)
    return b.any_month(found)


def passed(streams: Streams, asking: Streams, asked: Iterable[ir.Id]) -> Streams:
    """The streams of a row of which they may: what is never in doubt need not be asked again."""
    for stream in asked:
        answer = asking.yes_no(stream)
        if answer.known and streams.build.steady(answer.sure):
            streams.assume(stream, known(True))
    return streams
