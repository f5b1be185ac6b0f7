"""The operations that remember, over a whole history at once: runs by shifts, totals by one walk over the months.

Before the window everything is taken to have been as in its first month for ever (docs/ir.md), so what is shifted in
from before is the first month's bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler import ir
from compiler.backends.kernels.build import I64, Build
from compiler.backends.kernels.facts import Window
from compiler.backends.kernels.values import Flag, NotNative, Number, Value, Vector, YesNo
from compiler.interpreter.registers import for_ever
from lang.dates import month_number, year_of

if TYPE_CHECKING:
    from compiler.backends.kernels.streams import Streams

LONGEST = 120_000  # months: longer than the calendar


# ---------------------------------------------------------------- runs
def run_at_least(streams: Streams, operator: str, left: ir.Id, right: ir.Id) -> YesNo | None:
    """`run ≥ 12` and its like, without counting: twelve shifts folded to four."""
    op = streams.program.streams[left].op
    if not isinstance(op, ir.Run) or streams.steady_constants.get(left) is not None:
        return None
    if streams.steady_constants.get(right) is None:
        return None
    limit = streams.number(right)
    if limit.none is not False or limit.doubt is not False or not isinstance(limit.data, int):
        return None
    exact, den = limit.data, limit.den
    if not isinstance(den, int) or operator not in ("≥", ">", "<", "≤"):
        return None
    # a run is a whole number of months: ≥ 2.5 is ≥ 3, > 2.5 is ≥ 3, > 2 is ≥ 3
    least = -(-exact // den) if operator in ("≥", "<") else exact // den + 1
    b = streams.build
    operand = streams.past_yes_no(op.operand)
    cap = LONGEST if op.cap is None else op.cap
    sure = long_runs(b, operand.sure, least, cap, streams.window)
    maybe = sure if operand.known else long_runs(b, operand.maybe, least, cap, streams.window)
    if operator in ("≥", ">"):
        return YesNo(sure, maybe)
    no_longer = b.negated(sure)
    return YesNo(no_longer, no_longer) if operand.known else YesNo(b.negated(maybe), no_longer)


def long_runs(b: Build, flag: Flag, least: int, cap: int, window: Window) -> Flag:
    """In which months a flag has held for `least` months in a row."""
    if least <= 0:
        return True
    if least > cap or flag is False:
        return False
    if least > for_ever(window.start):
        raise NotNative("a run longer than the calendar before the window")
    if b.steady(flag):
        return flag
    mask = b.mask(flag)
    fill = b.starts(mask)  # what held in the first month has held for ever
    have = 1
    while have < least:
        step = min(have, least - have)
        mask = b.builder.and_(mask, b.shifted(mask, step, fill))
        have += step
    return mask


def run(b: Build, operand: YesNo, cap: int | None, window: Window) -> Number:
    """The run itself, where it is more than compared with a length."""
    longest = LONGEST if cap is None else cap
    ever = min(longest, for_ever(window.start))

    def counted(flag: Flag) -> Vector:
        if isinstance(flag, bool) and not flag:
            flag = 0
        mask = b.mask(flag)
        begin = b.builder.select(b.starts(mask), I64(ever - 1), I64(0))

        def step(month: Any, _: list[Any], held: list[Any], carried: list[Any]) -> tuple[list[Any], list[Any]]:
            longer = b.builder.add(carried[0], I64(1))
            longer = b.builder.select(b.builder.icmp_signed(">", longer, I64(longest)), I64(longest), longer)
            value = b.builder.select(held[0], longer, I64(0))
            return [value], [value]

        (vector,) = b.scan([], [mask], [begin], step, 1)
        return vector

    low = counted(operand.sure)
    if operand.known:
        return Number(low, LONGEST)
    return Number(low, LONGEST, high=counted(operand.maybe))


# ---------------------------------------------------------------- totals
def total(b: Build, op: ir.Total, operand: Value, window: Window) -> Number:
    if isinstance(operand, YesNo):
        low = _windowed(b, op, Number(0, 1), operand.sure, window)
        if operand.known:
            return Number(low, LONGEST)
        return Number(low, LONGEST, high=_windowed(b, op, Number(0, 1), operand.maybe, window))
    if not isinstance(operand.den, int):
        raise NotNative("a total of numbers over changing denominators")
    from compiler.backends.kernels.reckoning import settled

    operand = settled(b, operand)
    counted = b.negated(b.either(operand.none, operand.doubt))
    sums = _windowed(b, op, operand, counted, window)
    doubt = operand.doubt
    if doubt is not False:
        doubt = _touched(b, op, doubt, window)
    return Number(sums, operand.top * LONGEST, operand.den, operand.den_top, doubt=doubt)


def _touched(b: Build, op: ir.Total, doubt: Flag, window: Window) -> Flag:
    """The months in whose window something is in doubt."""
    if b.steady(doubt):
        return doubt
    mask = b.mask(doubt)
    match op.window:
        case "so far":
            # until the first month with a value nothing has begun; from then on every month counts
            begun = b.lowest(b.builder.not_(mask))
            before = b.builder.sub(begun, b.wide(1))
            after = b.builder.and_(mask, b.builder.not_(before))
            return b.builder.or_(before, ever_flag(b, after))
        case "last months":
            have, span = 1, op.months or 1
            fill = b.starts(mask)
            while have < span:
                step = min(have, span - have)
                mask = b.builder.or_(mask, b.shifted(mask, step, fill))
                have += step
            return mask
        case _:
            return _touched_years(b, op, mask, window)


def _touched_years(b: Build, op: ir.Total, mask: Any, window: Window) -> Any:
    touched: Any = b.wide(0)
    last_year: Any = b.starts(mask)  # before the window it was as in its first month
    for year in years(window):
        of_year = b.builder.and_(mask, b.wide(year))
        if op.window == "this year":
            held = b.builder.and_(ever_flag(b, of_year), b.wide(year))
        else:
            held = b.builder.select(last_year, b.wide(year), b.wide(0))
        touched = b.builder.or_(touched, held)
        last_year = b.any_month(of_year)
    return touched


def years(window: Window) -> list[int]:
    """The months of each calendar year of the window, as bits."""
    found: dict[int, int] = {}
    for i in range(window.months):
        year = year_of(window.start + i)
        found[year] = found.get(year, 0) | 1 << i
    return list(found.values())


def _windowed(b: Build, op: ir.Total, operand: Number, flag: Flag, window: Window) -> Vector:
    """Sums of the operand (of a flag: of its months) over the window of each month."""
    of_months = operand.top == 1 and operand.data == 0 and isinstance(operand.data, int)
    data = 1 if of_months else operand.data
    mask = b.mask(flag)
    first = b.builder.select(b.starts(mask), b.number_at(data, I64(0)), I64(0))
    januaries = sum(1 << i for i in range(b.months) if month_number(window.start + i) == 1)
    span = op.months or 1

    def step(month: Any, numbers: list[Any], held: list[Any], carried: list[Any]) -> tuple[list[Any], list[Any]]:
        now = b.builder.select(held[0], numbers[0], I64(0))
        match op.window:
            case "last months":
                ago = b.builder.sub(month, I64(span))
                back = b.builder.icmp_signed("<", ago, I64(0))
                at = b.builder.select(back, I64(0), ago)
                left = b.builder.select(b.holds_at(mask, at), b.number_at(data, at), I64(0))
                sum_ = b.builder.sub(b.builder.add(carried[0], now), left)
                return [sum_], [sum_]
            case _:
                january = b.holds_at(januaries, month)
                this = b.builder.select(january, I64(0), carried[0])
                last = b.builder.select(january, carried[0], carried[1])
                this = b.builder.add(this, now)
                return [this, last], [this if op.window == "this year" else last]

    match op.window:
        case "so far":
            return b.running_sums(data, mask, b.builder.mul(first, I64(for_ever(window.start) - 1)))
        case "last months":
            begin = [b.builder.mul(first, I64(span))]
        case _:
            # a window that begins in January follows a whole year
            before = month_number(window.start) - 1 or 12
            begin = [b.builder.mul(first, I64(before)), b.builder.mul(first, I64(12))]
    (vector,) = b.scan([data], [mask], begin, step, 1)
    return vector


# ---------------------------------------------------------------- ever, previous
def ever(b: Build, operand: YesNo) -> YesNo:
    sure = ever_flag(b, operand.sure)
    return YesNo(sure, sure if operand.known else ever_flag(b, operand.maybe))


def ever_flag(b: Build, flag: Flag) -> Flag:
    """The lowest bit and all above it."""
    if b.steady(flag):
        return flag
    mask = b.mask(flag)
    return b.builder.or_(mask, b.builder.neg(mask))


def previous(b: Build, operand: Value) -> Value:
    def flag(held: Flag) -> Flag:
        if b.steady(held):
            return held
        mask = b.mask(held)
        return b.shifted(mask, 1, b.starts(mask))

    if isinstance(operand, YesNo):
        sure = flag(operand.sure)
        return YesNo(sure, sure if operand.known else flag(operand.maybe), flag(operand.none))

    def number(data: Any) -> Any:
        if isinstance(data, tuple):
            return (data[0], *data[:-1])
        if not isinstance(data, Vector):
            return data

        def step(month: Any, numbers: list[Any], _: list[Any], carried: list[Any]) -> tuple[list[Any], list[Any]]:
            return [numbers[0]], [carried[0]]

        (moved,) = b.scan([data], [], [b.number_at(data, I64(0))], step, 1)
        return moved

    return Number(
        number(operand.data), operand.top, number(operand.den), operand.den_top, flag(operand.none),
        flag(operand.doubt), None if operand.high is None else number(operand.high),
    )  # fmt: skip
