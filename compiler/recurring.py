"""What comes back every year: a condition such as `in month 12` was yes in every December, however long ago nothing
was known of a row. So a register that remembers for ever must have seen a whole year from before the first fact.
"""

from __future__ import annotations

from compiler import ir

YEAR = 12  # months


def anything_yearly(program: ir.Program) -> bool:
    """Whether some stream may differ from month to month of a year although no fact does."""
    calendar: list[bool] = []  # moves with the settlement date
    for stream in program.streams:
        calendar.append(isinstance(stream.op, ir.Settlement) or any(calendar[i] for i in ir.operands(stream.op)))
        match stream.op:
            case ir.InPeriod(day, "month number") if calendar[day]:
                return True
            case ir.Total(_, "this year"):
                return True
    return False
