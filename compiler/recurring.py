"""What comes back every year: a condition such as `in month 12` was yes in every December, however long ago nothing
was known of a row. So a register that remembers for ever does not find all as in the first month before that month: it
finds the first twelve months again and again, back to the calendar's first one (docs/ir.md).

In: a program. Out: which of its streams may differ from month to month of a year although no fact does, how often a
month of the first year has been, and which sums have no beginning.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler import ir
from lang.dates import Month, year_of

YEAR = 12  # months


def yearly(program: ir.Program) -> Sequence[bool]:
    """Of each stream: whether it may differ from month to month of a year although no fact does."""
    calendar: list[bool] = []  # moves with the settlement date
    found: list[bool] = []
    for stream in program.streams:
        below = ir.operands(stream.op)
        calendar.append(isinstance(stream.op, ir.Settlement) or any(calendar[i] for i in below))
        found.append(_comes_back(program, stream.op, calendar) or any(found[i] for i in below))
    return found


def _comes_back(program: ir.Program, op: ir.Op, calendar: Sequence[bool]) -> bool:
    match op:
        case ir.InPeriod(day, "month number"):
            return calendar[day]
        case ir.InPeriod(day, "this month" | "this year" | "last year" | "last"):
            # the settlement date itself always is in this year; last month's is in January's last year
            return calendar[day] and not isinstance(program.streams[day].op, ir.Settlement)
        case ir.Total(_, "this year"):
            return True
        case _:
            return False


def endless(program: ir.Program) -> Sequence[frozenset[str]]:
    """Of each total so far that adds up what may itself grow for ever (a total of totals): the monthly facts of the row
    that it is made of. Given for all time they have no beginning, and such a sum has no number: it would hang on the
    month with which one begins to add."""
    grows: list[bool] = []
    piled: list[bool] = []
    for stream in program.streams:
        so_far = isinstance(stream.op, ir.Total) and stream.op.window == "so far"
        below = any(grows[i] for i in ir.operands(stream.op))
        grows.append(so_far or below)
        piled.append(so_far and below)
    if not any(piled):
        return [frozenset()] * len(piled)
    return [_facts(program, stream) if piled[stream.id] else frozenset() for stream in program.streams]


def _facts(program: ir.Program, top: ir.Stream) -> frozenset[str]:
    """The monthly facts of the row that a stream reads."""
    found: set[str] = set()
    closed: set[ir.Id] = set()
    waiting = [top.id]
    while waiting:
        stream = program.streams[waiting.pop()]
        if stream.id in closed:
            continue
        closed.add(stream.id)
        waiting += ir.operands(stream.op)
        match stream.op:
            case ir.Fact(name) if stream.entity == top.entity and program.attributes[top.entity or "", name].monthly:
                found.add(name)
    return frozenset(found)


def times(start: Month, later: int) -> int:
    """How many months up to `start`, back to the calendar's first, have the name of the month `later` (0 to 11) months
    after it: one a year."""
    return year_of(start + later - (YEAR if later else 0))
