"""From which month to which a program is evaluated: how much of the past it must see, and where it ends.

Before the month in which evaluation begins, everything is taken to have been as in it for ever, and what comes back
every year as in the twelve months from it on (docs/ir.md). The start is early enough that this changes nothing, so the
answer for a row depends neither on it nor on the other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from weakref import ref

from attrs import frozen

from compiler import ir
from compiler.facts import Facts, History
from compiler.recurring import YEAR, endless, yearly
from lang.dates import Month, month, month_of
from lang.types import Value

FIRST_OF_ALL = month(1, 1)


class NoEnd(ValueError):
    """The policy's end is open and no `until` was given: the caller must ask for one."""


def last_month(program: ir.Program, until: Month | None) -> Month:
    """Never after the policy's last month."""
    if until is None:
        if program.last is None:
            raise NoEnd(f"{program.name} has no last month: say until which month to evaluate")
        return program.last
    return until if program.last is None else min(until, program.last)


def memory(program: ir.Program) -> int | None:
    """Months before the present one that a register can ask for; None: all of them."""
    wanted = needs(program)
    return None if any(need.all for need in wanted) else max((need.months for need in wanted), default=0)


def start_month(
    program: ir.Program, facts: Facts, read: Iterable[ir.Id] | None = None, values: Iterable[Value] = ()
) -> Month:
    """The first month of the policy, less the memory. Registers that remember for ever begin a month before anything
    changes: before the first history and, where they read the calendar, before the first date.

    `read`: the streams whose values will be asked for (None: all). `values`: what the run gives to parameters, for all
    time (what the policy gives counts from a month on, and is not known before)."""
    wanted = needs(program)
    if read is not None:
        wanted = [wanted[stream] for stream in sorted(set(read))]
    start = program.first - max((need.months for need in wanted), default=0)
    if any(need.all for need in wanted):
        changes = [program.first, *_histories(facts)]
        if any(need.all and need.calendar for need in wanted) or any(sums_without_beginning(program)):
            changes += [*_dates(program, facts), *days_of(values)]
            start = min(start, before_the_first(program, min(changes)))
        start = min(start, min(changes) - 1)
    return max(start, FIRST_OF_ALL)


def before_the_first(program: ir.Program, change: Month) -> Month:
    """How early registers begin that remember for ever and read the calendar, where the first change is in `change`:
    what comes back every year (`recurring`) is seen once before it."""
    a_year = any(need.yearly for need in needs(program)) or any(sums_without_beginning(program))
    return change - 1 - YEAR if a_year else min(change - 1, program.first - YEAR)


def repeats(program: ir.Program) -> Sequence[bool]:
    """Of each stream: whether it is a register that finds the first year of the evaluation again and again before it.
    Where nothing remembers for ever the first months are no such year, and nobody asks for what was before them."""
    return _asked(program)[1]


@frozen
class Need:
    """`months` before the present one, or `all` (then `months` is what its bounded parts need); `calendar`: the value
    changes with the date although no fact does; `yearly`: from month to month of a year."""

    months: int
    all: bool
    calendar: bool
    yearly: bool


def needs(program: ir.Program) -> Sequence[Need]:
    """Of each stream, with what is below it."""
    return _asked(program)[0]


def sums_without_beginning(program: ir.Program) -> Sequence[frozenset[str]]:
    """`recurring.endless`, kept."""
    return _asked(program)[2]


def settling(program: ir.Program) -> Sequence[int]:
    """Of each stream: after how many months it is as it always was, for who walks month by month and has nothing of
    the time before (`backends.columns`): a window has filled, a register of what comes back every year has seen a
    year. What remembers for ever begins when its operand has settled."""
    found: list[int] = []
    for stream, need in zip(program.streams, needs(program), strict=True):
        below = max((found[i] for i in ir.operands(stream.op)), default=0)
        own, for_ever = _own(stream.op)
        if isinstance(stream.op, ir.Run):
            for_ever, own = True, 0  # one that has gone on for ever is known to have
        found.append(below + (YEAR - 1 if for_ever and need.yearly else own))
    return found


Asked = tuple[tuple[Need, ...], tuple[bool, ...], tuple[frozenset[str], ...]]


def _asked(program: ir.Program) -> Asked:
    """Kept for the program that was asked about last: people are evaluated by the same one hundreds of times, one after
    another."""
    global _last
    asked, found = _last
    if asked() is not program:
        wanted = tuple(_needs(program))
        found = wanted, tuple(_repeats(program, wanted)), tuple(endless(program))
        _last = ref(program), found
    return found


_last: tuple[Callable[[], ir.Program | None], Asked] = (lambda: None), ((), (), ())


def _repeats(program: ir.Program, wanted: Sequence[Need]) -> Iterator[bool]:
    sees_a_year = any(need.all and need.calendar for need in wanted)
    for stream in program.streams:
        register = isinstance(stream.op, ir.Run | ir.Total | ir.Ever | ir.Previous)
        yield sees_a_year and register and wanted[ir.operands(stream.op)[0]].yearly


def _needs(program: ir.Program) -> list[Need]:
    found: list[Need] = []
    for stream, comes_back in zip(program.streams, yearly(program), strict=True):
        own, for_ever = _own(stream.op)
        below = [found[i] for i in ir.operands(stream.op)]
        found.append(
            Need(
                own + max((need.months for need in below), default=0),
                for_ever or any(need.all for need in below),
                _reads_calendar(stream.op) or any(need.calendar for need in below),
                comes_back,
            )
        )
    return found


def _reads_calendar(op: ir.Op) -> bool:
    return isinstance(op, ir.Settlement | ir.InPeriod | ir.Parameter) or (
        isinstance(op, ir.Total) and op.window in ("this year", "last year")
    )


def _own(op: ir.Op) -> tuple[int, bool]:
    """What the operation itself remembers."""
    match op:
        case ir.Run(_, cap):
            return (0, True) if cap is None else (max(cap - 1, 0), False)
        case ir.Total(_, "so far"):
            return 0, True
        case ir.Total(_, "this year"):
            return 11, False
        case ir.Total(_, "last year"):
            return 23, False
        case ir.Total(_, _, months):
            return (months or 1) - 1, False
        case ir.Ever():
            return 0, True
        case ir.Previous():
            return 1, False
        case _:
            return 0, False


def _histories(facts: Facts) -> list[Month]:
    first = facts.first_month()
    return [] if first is None else [first]


def days_of(values: Iterable[Value]) -> Iterator[Month]:
    """The months of the dates among some values."""
    yield from (month_of(value) for value in values if isinstance(value, date))


def _dates(program: ir.Program, facts: Facts) -> Iterator[Month]:
    """The months of every date that a condition can turn on."""
    for parameter in program.parameters.values():
        yield from (first for first, _ in parameter.values if first > FIRST_OF_ALL)  # later than for ever
    for stream in program.streams:
        match stream.op:
            case ir.Constant(date() as day):
                yield month_of(day)
            case ir.InPeriod(_, "year", int(year)):
                yield month(year, 1)
            case ir.InPeriod(_, "month", int(of)):
                yield of
    for table in facts.tables.values():
        for row in table.values():
            for value in row.values.values():
                if isinstance(value, date):
                    yield month_of(value)
                elif isinstance(value, History):
                    yield from (month_of(span.value) for span in value.spans if isinstance(span.value, date))
