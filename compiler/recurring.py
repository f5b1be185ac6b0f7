"""What comes back every year: sums that the calendar alone may fill, however long ago nothing was known of a row.

Before the first fact all is as it was then for ever (docs/ir.md), but a condition such as `in month 12` is not: it was
yes in every December. A register that remembers for ever must therefore have seen a whole such year; and a total that
may have grown in each of them begins with the calendar's first month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compiler import ir

YEAR = 12  # months


def yearly(program: ir.Program) -> Sequence[bool]:
    """Of each stream: whether it may differ from month to month of a year although no fact does."""
    calendar: list[bool] = []  # moves with the settlement date
    found: list[bool] = []
    for stream in program.streams:
        below = ir.operands(stream.op)
        calendar.append(isinstance(stream.op, ir.Settlement) or any(calendar[i] for i in below))
        match stream.op:
            case ir.InPeriod(day, "month number"):
                own = calendar[day]
            case ir.Total(_, "this year"):
                own = True
            case _:
                own = False
        found.append(own or any(found[i] for i in below))
    return found


def grows_for_ever(program: ir.Program, always: Callable[[str, str], bool]) -> bool:
    """Whether a total so far may have grown in each year before the first history. `always(entity, attribute)`: whether
    some row is given the attribute for all time."""
    comes_back = yearly(program)
    silent: list[bool] = []  # adds nothing then, or nobody knows what
    for stream in program.streams:
        match stream.op:
            case ir.Constant(value):
                quiet = value is False or value == 0
            case ir.Fact(attribute):
                entity = stream.entity or ""
                about = program.attributes.get((entity, attribute))
                quiet = about is not None and about.monthly and not about.default and not always(entity, attribute)
            case ir.And(operands):
                quiet = any(silent[i] for i in operands)
            case ir.Arithmetic("×", left, right):
                quiet = silent[left] or silent[right]
            case ir.Arithmetic("/", left, _):
                quiet = silent[left]
            case ir.Select(_, then, otherwise):
                quiet = silent[then] and silent[otherwise]
            case ir.Or() | ir.Arithmetic() | ir.Total() | ir.Ever() | ir.Run():
                quiet = all(silent[i] for i in ir.operands(stream.op))
            case _:
                quiet = False
        silent.append(quiet)
    return any(
        isinstance(stream.op, ir.Total)
        and stream.op.window == "so far"
        and comes_back[stream.op.operand]
        and not silent[stream.op.operand]
        for stream in program.streams
    )
