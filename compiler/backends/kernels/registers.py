"""The operations that remember, over a whole history at once: runs by shifts, totals by one walk over the months.

Before the window everything is taken to have been as in its first month for ever (docs/ir.md), so what is shifted in
from before is the first month's bit. Of what comes back every year (`again`) the first twelve bits are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler import ir
from compiler.backends.kernels.build import I1, I64, Build
from compiler.backends.kernels.facts import Window
from compiler.backends.kernels.values import Data, Flag, NotNative, Number, Value, Vector, YesNo
from compiler.interpreter.registers import for_ever
from compiler.recurring import YEAR, times
from lang.dates import month_number, year_of

if TYPE_CHECKING:
    from compiler.backends.kernels.streams import Streams

LONGEST = 120_000  # months: longer than the calendar
WHOLE_YEAR = 2**YEAR - 1  # the window's first twelve months


# ---------------------------------------------------------------- before the window
def _moved(b: Build, mask: Any, months: int, again: bool) -> Any:
    """As it was `months` ago. What is made of months before so many is made of the same ones in every year, so this may
    be asked of its result again."""
    if not again:
        return b.shifted(mask, months, b.starts(mask))
    builder, back = b.builder, -months % YEAR
    year = builder.and_(mask, b.wide(WHOLE_YEAR))
    before = builder.or_(builder.lshr(year, b.wide(back)), builder.shl(year, b.wide(YEAR - back)))
    before = builder.and_(before, b.wide(WHOLE_YEAR))
    covered = YEAR
    while covered < min(months, b.months):
        before = builder.or_(before, builder.shl(before, b.wide(min(covered, b.months - 1))))
        covered *= 2
    if months >= b.months:
        return before
    return builder.or_(b.shifted(mask, months, None), builder.and_(before, b.wide(2**months - 1)))


def _in_year(b: Build, mask: Any, months: int = WHOLE_YEAR) -> Any:
    """i1: whether it holds in some of the first twelve months (`months`: their bits)."""
    return b.builder.icmp_unsigned("!=", b.builder.and_(mask, b.wide(months)), b.wide(0))


def _earlier(months: int) -> list[int]:
    """Of each of the first twelve months how often it stands among so many months before the window."""
    return [sum(-back % YEAR == later for back in range(1, months + 1)) for later in range(YEAR)]


def _months_earlier(months: int) -> int:
    """The same as bits: which of them do."""
    return sum(1 << later for later, often in enumerate(_earlier(months)) if often)


def _sum_before(b: Build, data: Data, mask: Any, often: list[int]) -> Any:
    """The first twelve months' numbers, each so often (i64)."""
    sum_: Any = I64(0)
    for later, n in enumerate(often):
        if n:
            number = b.builder.select(b.holds_at(mask, I64(later)), b.number_at(data, I64(later)), I64(0))
            sum_ = b.builder.add(sum_, b.builder.mul(number, I64(n)))
    return sum_


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
    operand, again = streams.past_yes_no(op.operand), streams.again(left)
    cap = LONGEST if op.cap is None else op.cap
    sure = long_runs(b, operand.sure, least, cap, streams.window, again)
    maybe = sure if operand.known else long_runs(b, operand.maybe, least, cap, streams.window, again)
    if operator in ("≥", ">"):
        return YesNo(sure, maybe)
    no_longer = b.negated(sure)
    return YesNo(no_longer, no_longer) if operand.known else YesNo(b.negated(maybe), no_longer)


def long_runs(b: Build, flag: Flag, least: int, cap: int, window: Window, again: bool = False) -> Flag:
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
    have = 1
    while have < least:
        step = min(have, least - have)
        mask = b.builder.and_(mask, _moved(b, mask, step, again))
        have += step
    return mask


def run(b: Build, operand: YesNo, cap: int | None, window: Window, again: bool = False) -> Number:
    """The run itself, where it is more than compared with a length."""
    longest = LONGEST if cap is None else cap
    ever = min(longest, for_ever(window.start))

    def counted(flag: Flag) -> Vector:
        if isinstance(flag, bool) and not flag:
            flag = 0
        mask = b.mask(flag)
        begin = b.builder.select(b.starts(mask), I64(ever - 1), I64(0))
        if again:
            broken = b.as_index(b.builder.and_(b.builder.not_(mask), b.wide(WHOLE_YEAR)))
            since = b.builder.ctlz(b.builder.shl(broken, I64(64 - YEAR)), I1(0))
            since = b.builder.select(b.builder.icmp_signed(">", since, I64(longest)), I64(longest), since)
            begin = b.builder.select(b.builder.icmp_signed("==", broken, I64(0)), I64(ever - 1), since)

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
def total(b: Build, op: ir.Total, operand: Value, window: Window, again: bool = False) -> Number:
    if isinstance(operand, YesNo):
        low = _windowed(b, op, 1, operand.sure, window, again)
        if operand.known:
            return Number(low, LONGEST)
        return Number(low, LONGEST, high=_windowed(b, op, 1, operand.maybe, window, again))
    if not isinstance(operand.den, int):
        raise NotNative("a total of numbers over changing denominators")
    from compiler.backends.kernels.reckoning import settled

    operand = settled(b, operand)
    counted = b.negated(b.either(operand.none, operand.doubt))
    sums = _windowed(b, op, operand.data, counted, window, again)
    doubt = operand.doubt
    if doubt is not False:
        doubt = _touched(b, op, doubt, window, again)
    return Number(sums, operand.top * LONGEST, operand.den, operand.den_top, doubt=doubt)


def _touched(b: Build, op: ir.Total, doubt: Flag, window: Window, again: bool) -> Flag:
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
            doubted = b.builder.or_(before, ever_flag(b, after))
            if not again:
                return doubted
            # a year with a value in it was there before, and so was all its doubt
            some = b.builder.and_(_in_year(b, mask), _in_year(b, b.builder.not_(mask)))
            return b.builder.select(some, b.wide(b.every), doubted)
        case "last months":
            have, span = 1, op.months or 1
            while have < span:
                step = min(have, span - have)
                mask = b.builder.or_(mask, _moved(b, mask, step, again))
                have += step
            return mask
        case _:
            return _touched_years(b, op, mask, window, again)


def _touched_years(b: Build, op: ir.Total, mask: Any, window: Window, again: bool) -> Any:
    touched: Any = b.wide(0)
    last_year: Any = b.starts(mask)  # before the window it was as in its first month
    this_year: Any = None  # whether there was doubt in the first year's months before the window
    if again:
        last_year = _in_year(b, mask)
        this_year = _in_year(b, mask, _months_earlier(month_number(window.start) - 1))
    for year in years(window):
        of_year = b.builder.and_(mask, b.wide(year))
        if op.window == "this year":
            held = b.builder.and_(ever_flag(b, of_year), b.wide(year))
            if this_year is not None:
                held = b.builder.select(this_year, b.wide(year), held)
        else:
            held = b.builder.select(last_year, b.wide(year), b.wide(0))
        touched = b.builder.or_(touched, held)
        last_year = b.any_month(of_year)
        if this_year is not None:
            last_year, this_year = b.builder.or_(last_year, this_year), None
    return touched


def years(window: Window) -> list[int]:
    """The months of each calendar year of the window, as bits."""
    found: dict[int, int] = {}
    for i in range(window.months):
        year = year_of(window.start + i)
        found[year] = found.get(year, 0) | 1 << i
    return list(found.values())


def _windowed(b: Build, op: ir.Total, data: Data, flag: Flag, window: Window, again: bool) -> Vector:
    """Sums of the numbers (of a flag: of ones) over the window of each month, of the months in which a flag holds."""
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
                first_of = b.builder.urem(b.builder.add(ago, I64(span * YEAR)), I64(YEAR)) if again else I64(0)
                at = b.builder.select(back, first_of, ago)
                left = b.builder.select(b.holds_at(mask, at), b.number_at(data, at), I64(0))
                sum_ = b.builder.sub(b.builder.add(carried[0], now), left)
                return [sum_], [sum_]
            case _:
                january = b.holds_at(januaries, month)
                this = b.builder.select(january, I64(0), carried[0])
                last = b.builder.select(january, carried[0], carried[1])
                this = b.builder.add(this, now)
                return [this, last], [this if op.window == "this year" else last]

    # a window that begins in January follows a whole year
    before = month_number(window.start) - 1 or YEAR
    match op.window:
        case "so far" if again:
            often = [times(window.start, later) - (later == 0) for later in range(YEAR)]
            return b.running_sums(data, mask, _sum_before(b, data, mask, often))
        case "so far":
            return b.running_sums(data, mask, b.builder.mul(first, I64(for_ever(window.start) - 1)))
        case "last months" if again:
            begin = [_sum_before(b, data, mask, _earlier(span))]
        case "last months":
            begin = [b.builder.mul(first, I64(span))]
        case _ if again:
            begin = [_sum_before(b, data, mask, _earlier(before)), _sum_before(b, data, mask, _earlier(YEAR))]
        case _:
            begin = [b.builder.mul(first, I64(before)), b.builder.mul(first, I64(YEAR))]
    (vector,) = b.scan([data], [mask], begin, step, 1)
    return vector


# ---------------------------------------------------------------- ever, previous
def ever(b: Build, operand: YesNo, again: bool = False) -> YesNo:
    def flag(held: Flag) -> Flag:
        found = ever_flag(b, held)
        if b.steady(found) or not again:
            return found
        return b.builder.select(_in_year(b, b.mask(held)), b.wide(b.every), found)

    sure = flag(operand.sure)
    return YesNo(sure, sure if operand.known else flag(operand.maybe))


def ever_flag(b: Build, flag: Flag) -> Flag:
    """The lowest bit and all above it."""
    if b.steady(flag):
        return flag
    mask = b.mask(flag)
    return b.builder.or_(mask, b.builder.neg(mask))


def previous(b: Build, operand: Value, again: bool = False) -> Value:
    last = YEAR - 1 if again else 0  # the month that stands for the one before the window

    def flag(held: Flag) -> Flag:
        if b.steady(held):
            return held
        return _moved(b, b.mask(held), 1, again)

    if isinstance(operand, YesNo):
        sure = flag(operand.sure)
        return YesNo(sure, sure if operand.known else flag(operand.maybe), flag(operand.none))

    def number(data: Any) -> Any:
        if isinstance(data, tuple):
            return (data[last], *data[:-1])
        if not isinstance(data, Vector):
            return data

        def step(month: Any, numbers: list[Any], _: list[Any], carried: list[Any]) -> tuple[list[Any], list[Any]]:
            return [numbers[0]], [carried[0]]

        (moved,) = b.scan([data], [], [b.number_at(data, I64(last))], step, 1)
        return moved

    return Number(
        number(operand.data), operand.top, number(operand.den), operand.den_top, flag(operand.none),
        flag(operand.doubt), None if operand.high is None else number(operand.high),
    )  # fmt: skip
