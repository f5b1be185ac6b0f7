"""What comes back every year: a condition such as `in month 12` was yes in every December, however long ago nothing
was known of a row. So a register that remembers for ever does not find all as in the first month before that month: it
finds the first twelve months again and again, back to the calendar's first one (docs/ir.md).

In: a program. Out: which of its streams may differ from month to month of a year although no fact does, and how often
a month of the first year has been.
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


def times(start: Month, later: int) -> int:
    """How many months up to `start`, back to the calendar's first, have the name of the month `later` (0 to 11) months
    after it: one a year."""
    return year_of(start + later - (YEAR if later else 0))
