"""A clause for one row: alternatives, gate, amount and limits (docs/ir.md, stages 1 to 4), over all months at once.

Where a row's answer hangs on something unknown, nothing is paid here: the row is marked, and the evaluators say what
it gets (`doubts`). A clause without limits needs no walk through the months: what is paid once is paid in the lowest
bit, what is paid once a year in the lowest bit of each year, what is paid monthly in every bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen

from compiler import ir
from compiler.backends.kernels.build import I1, I64, Build
from compiler.backends.kernels.reckoning import is_monthly, like, settled
from compiler.backends.kernels.registers import years
from compiler.backends.kernels.sinks import Sink
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import LARGEST, Data, Flag, NotNative, Number, YesNo


@frozen(eq=False)
class Rule:
    """An alternative: in which months it is the row's, and what it pays then, in whole fen, not below 0."""

    number: int
    alternative: ir.Alternative
    months: Flag
    amount: Data
    payee: Data | None
    limits: tuple[Number | None, Number | None, Number | None]  # months, per year, in all


@frozen(eq=False)
class Claim:
    """`doubt`: i1 or bool, whether the row goes to the evaluators; `maybe`: whether anything may be paid."""

    rules: tuple[Rule, ...]
    doubt: Flag
    maybe: Flag


Use = Callable[[Claim], Flag]


def claim(streams: Streams, clause: ir.Clause, use: Use) -> Flag:
    """What the rules of a clause say for the row at hand is given to `use`, which gives whether the row is in doubt.

    Where amounts are dear to find, all of that is code that runs only for rows in which some rule may hold.
    """
    b = streams.build
    held = _held(streams, clause)
    reads = {i for rule in clause.alternatives for i in (rule.amount, rule.months, rule.per_year, rule.in_all) if i}
    some = b.any_month(held.possible)
    if not reads & streams.dear or isinstance(some, bool):
        return use(_claim(streams, clause, held))
    doubt = b.space(I1)
    b.builder.store(I1(0), doubt)

    def body() -> None:
        with streams.scope():
            b.builder.store(b.bit(use(_claim(streams, clause, held))), doubt)

    b.when(some, body)
    return b.builder.load(doubt, typ=I1)


def claim_now(streams: Streams, clause: ir.Clause) -> Claim:
    return _claim(streams, clause, _held(streams, clause))


@frozen(eq=False)
class _Held:
    """By rule: in which months it is the row's for sure, and in which it may be; `possible`: in which any may be."""

    sure: tuple[Flag, ...]
    maybe: tuple[Flag, ...]
    known: tuple[bool, ...]
    possible: Flag


def _held(streams: Streams, clause: ir.Clause) -> _Held:
    b = streams.build
    inside = streams.inside()
    sure: list[Flag] = []
    maybe: list[Flag] = []
    known: list[bool] = []
    taken: Flag = False
    possible: Flag = False
    for alternative in clause.alternatives:
        when = YesNo(True, True) if alternative.when is None else streams.yes_no(alternative.when)
        sure.append(b.both(b.without(when.sure, taken), inside))
        maybe.append(sure[-1] if when.known else b.both(b.without(when.maybe, taken), inside))
        known.append(when.known)
        taken, possible = b.either(taken, when.sure), b.either(possible, maybe[-1])
    return _Held(tuple(sure), tuple(maybe), tuple(known), possible)


def _claim(streams: Streams, clause: ir.Clause, found: _Held) -> Claim:
    b = streams.build
    rules: list[Rule] = []
    doubts: list[Flag] = []
    for number, alternative in enumerate(clause.alternatives):
        held, maybe = found.sure[number], found.maybe[number]
        amount = settled(b, streams.number(alternative.amount))
        b.most = max(b.most, _most_fen(amount, alternative))
        payee = None if alternative.payee is None else _payable(streams, alternative.payee)
        limits = tuple(
            None if limit is None else settled(b, streams.number(limit))
            for limit in (alternative.months, alternative.per_year, alternative.in_all)
        )
        for part in (amount, payee, *limits):
            if part is not None and part.doubt is not False:
                doubts.append(b.both(part.doubt, maybe))
        if not found.known[number]:
            doubts.append(b.without(maybe, held))
        if payee is not None:
            held = b.without(held, payee.none)
        rules.append(
            Rule(
                number,
                alternative,
                held,
                whole_fen(streams, amount, alternative),
                None if payee is None else payee.data,
                (limits[0], limits[1], limits[2]),
            )
        )
    maybe = b.any_month(found.possible)
    if not doubts:
        return Claim(tuple(rules), False, maybe)
    doubt = doubts[0]
    for other in doubts[1:]:
        doubt = b.either(doubt, other)
    only = rules[0]
    if len(rules) == 1 and only.alternative.frequency == "once" and not any(only.limits) and clause.quota is None:
        # what comes after the first sure month no longer matters (who finds no place tries again)
        first = b.lowest(b.mask(only.months))
        doubt = b.both(doubt, b.builder.or_(first, b.builder.sub(first, b.wide(1))))
    return Claim(tuple(rules), b.any_month(doubt), maybe)


def _payable(streams: Streams, stream: ir.Id) -> Number:
    """A payee that was not given is in doubt here: only the evaluators know its key."""
    b = streams.build
    payee = settled(b, streams.number(stream))
    rows = streams.facts.rows(streams.program.streams[stream].type.name or "")
    away = b.without(streams.reckon.compared("≥", payee.data, rows), payee.none)
    return Number(payee.data, payee.top, 1, 1, payee.none, b.either(payee.doubt, away))


def whole_fen(streams: Streams, amount: Number, alternative: ir.Alternative) -> Data:
    """Rounded, half away from zero or as written; nothing where there is none or it is below 0."""
    b = streams.build
    data: Data = amount.data
    if amount.den != 1 or alternative.unit != 1:
        if 2 * amount.top + amount.den_top * alternative.unit > LARGEST:
            raise NotNative("an amount that may grow beyond 62 bits when it is rounded")
        step = streams.reckon.each(lambda x, y: b.builder.mul(x, y), lambda x, y: x * y, amount.den, alternative.unit)
        mode, unit = alternative.mode, alternative.unit

        def exact(x: int, y: int) -> int:
            x = max(x, 0)
            return unit * ((2 * x + y) // (2 * y) if mode == "nearest" else x // y if mode == "down" else -(-x // y))

        def lane(x: Any, y: Any) -> Any:
            m = b.builder
            zero, one = like(x, 0), like(x, 1)
            x = m.select(m.icmp_signed("<", x, zero), zero, x)
            if mode == "nearest":
                steps = m.udiv(m.add(m.add(x, x), y), m.add(y, y))
            elif mode == "down":
                steps = m.udiv(x, y)
            else:
                steps = m.udiv(m.add(x, m.sub(y, one)), y)
            return m.mul(steps, like(x, unit))

        data = streams.reckon.each(lane, exact, data, step)
    elif not isinstance(data, int | tuple) or data != 0:
        data = streams.reckon.each(lambda x, y: _larger(b, x, y), max, data, 0)
    return streams.reckon.picked(amount.none, 0, data)


def _most_fen(amount: Number, alternative: ir.Alternative) -> int:
    """No payment of the rule is larger."""
    most = amount.top // (amount.den if isinstance(amount.den, int) else 1)
    return most + (alternative.unit if amount.den != 1 or alternative.unit != 1 else 0)


def _larger(b: Build, x: Any, y: Any) -> Any:
    return b.builder.select(b.builder.icmp_signed(">", x, y), x, y)


# ---------------------------------------------------------------- paying
def pay(streams: Streams, clause: ir.Clause, number: int, made: Claim, sink: Sink) -> None:
    """Stages 2 to 4 for the row, into the sink."""
    if any(limit is not None for rule in made.rules for limit in rule.limits):
        most = _most_months(made)
        if most is None:
            _walk(streams, number, made, sink)
        else:
            _pay_months(streams, number, made, most, sink)
        return
    b = streams.build
    sure = b.negated(made.doubt)
    for frequency in ("once", "once per year"):
        rules = [rule for rule in made.rules if rule.alternative.frequency == frequency]
        if not rules:
            continue
        held = b.both(union(b, rules), sure)
        if frequency == "once":
            if held is not False:
                _pay_first(streams, number, rules, b.lowest(b.mask(held)), sink)
            continue
        firsts: Any = b.wide(0)
        mask = b.mask(held)
        for year in years(streams.window):
            if year & streams.window.inside:
                firsts = b.builder.or_(firsts, b.lowest(b.builder.and_(mask, b.wide(year))))
        for rule in rules:
            months = b.builder.and_(firsts, b.mask(rule.months))
            sink.many(number, months, rule.amount, rule.number, rule.payee)
    for rule in made.rules:
        if rule.alternative.frequency == "per month":
            months = b.both(rule.months, sure)
            if months is not False:
                sink.many(number, b.mask(months), rule.amount, rule.number, rule.payee)


def telling(streams: Streams, rules: Sequence[Rule]) -> Flag:
    """The months in which a clause by itself may pay: of what is paid once, the first."""
    b = streams.build
    held: Flag = False
    for frequency in ("once", "once per year", "per month"):
        of = [rule for rule in rules if rule.alternative.frequency == frequency]
        if not of:
            continue
        months = union(b, of)
        if frequency == "once":
            months = b.lowest(b.mask(months))
        held = b.either(held, months)
    return held


def union(b: Build, rules: Sequence[Rule]) -> Flag:
    held = rules[0].months
    for rule in rules[1:]:
        held = b.either(held, rule.months)
    return held


def _pay_first(streams: Streams, number: int, rules: Sequence[Rule], first: Any, sink: Sink) -> None:
    b = streams.build
    place = b.place(first)
    read = place
    if any(is_monthly(data) for rule in rules for data in (rule.amount, rule.payee)):
        read = b.chosen(b.builder.icmp_signed("<", place, I64(b.months)), place, I64(0))
    amount, which, payee = b.number_at(rules[0].amount, read), I64(rules[0].number), _payee(b, rules[0], read)
    for rule in rules[1:]:
        here = b.any_month(b.both(rule.months, first))
        amount = b.chosen(here, b.number_at(rule.amount, read), amount)
        which = b.chosen(here, I64(rule.number), which)
        payee = b.chosen(here, _payee(b, rule, read), payee)
    sink.one(number, place, amount, which, payee)


def _payee(b: Build, rule: Rule, month: Any) -> Any:
    return I64(-1) if rule.payee is None else b.number_at(rule.payee, month)


# ---------------------------------------------------------------- with limits
def _most_months(made: Claim) -> int | None:
    """How many months are paid at most, where that is the only limit and every month in which the only rule holds
    counts."""
    if len(made.rules) != 1:
        return None
    rule = made.rules[0]
    months, *others = rule.limits
    amounts = (rule.amount,) if isinstance(rule.amount, int) else rule.amount
    if rule.alternative.frequency != "per month" or months is None or any(others):
        return None
    if not isinstance(amounts, tuple) or min(amounts) <= 0 or months.none is not False:
        return None
    if not isinstance(months.data, int) or not isinstance(months.den, int):
        return None
    return -(-months.data // months.den)


def _pay_months(streams: Streams, number: int, made: Claim, most: int, sink: Sink) -> None:
    """The first months in which the rule holds."""
    b = streams.build
    (rule,) = made.rules
    held = b.both(rule.months, b.negated(made.doubt))

    def body() -> None:
        sink.many(number, b.lowest_bits(b.mask(held), most), rule.amount, rule.number, rule.payee)

    b.when(b.any_month(held), body)


def _walk(streams: Streams, number: int, made: Claim, sink: Sink) -> None:
    """The months in which a rule holds, in order, with what the clause remembers of the row."""
    b = streams.build
    held = b.both(union(b, made.rules), b.negated(made.doubt))
    if held is False:
        return
    registers = begun(b)

    def month(at: Any) -> None:
        alone = claimed(streams, made.rules, registers, at)
        sink.one(number, at, alone.amount, alone.rule, alone.payee)

    b.each_month(b.mask(held), month)


@frozen(eq=False)
class Registers:
    """Places on the stack: whether it was paid once; the year in which it was paid for the year; the year of the sum;
    number of monthly payments; sums of the year and in all."""

    paid_once: Any
    paid_year: Any
    year: Any
    months: Any
    sum_in_year: Any
    sum_in_all: Any

    def all(self) -> tuple[Any, ...]:
        return self.paid_once, self.paid_year, self.year, self.months, self.sum_in_year, self.sum_in_all


@frozen(eq=False)
class Alone:
    """What a clause by itself pays in a month: i64 each; `amount` 0: nothing."""

    amount: Any
    rule: Any
    payee: Any


def begun(b: Build, together: int = 1) -> Registers:
    """`together`: so many clauses are held against each other by what a row is paid."""
    if b.most * b.months * together > LARGEST:
        raise NotNative("what a row is paid in all may grow beyond 62 bits")
    registers = Registers(*(b.space(type) for type in (I1, I64, I64, I64, I64, I64)))
    for place, begin in zip(registers.all(), (I1(0), I64(-1), I64(-1), I64(0), I64(0), I64(0)), strict=True):
        b.builder.store(begin, place)
    return registers


def claimed(streams: Streams, rules: Sequence[Rule], registers: Registers, month: Any) -> Alone:
    """Gate, amount and limits of a month; the registers are written as if it were paid."""
    b = streams.build
    m = b.builder
    year = m.udiv(m.add(month, I64(streams.window.start)), I64(12))

    def read(place: Any, type: Any = I64) -> Any:
        return m.load(place, typ=type)

    same = m.icmp_signed("==", read(registers.year), year)
    in_year = m.select(same, read(registers.sum_in_year), I64(0))
    in_all, count = read(registers.sum_in_all), read(registers.months)
    paid_once, paid_year = read(registers.paid_once, I1), m.icmp_signed("==", read(registers.paid_year), year)
    amount, which, payee, monthly = I64(0), I64(0), I64(-1), I1(0)
    uses_once, uses_year = paid_once, paid_year
    for rule in rules:
        here = b.holds_at(rule.months, month)
        worth = b.number_at(rule.amount, month)
        match rule.alternative.frequency:
            case "once":
                worth = m.select(paid_once, I64(0), worth)
                uses_once = m.or_(uses_once, here)
            case "once per year":
                worth = m.select(paid_year, I64(0), worth)
                uses_year = m.or_(uses_year, here)
            case "per month":
                monthly = m.or_(monthly, here)
        worth = _limited(b, rule, month, worth, in_year, in_all, count)
        amount = m.select(here, worth, amount)
        which = m.select(here, I64(rule.number), which)
        payee = m.select(here, _payee(b, rule, month), payee)
    paid = m.icmp_signed(">", amount, I64(0))
    m.store(uses_once, registers.paid_once)
    m.store(m.select(uses_year, year, read(registers.paid_year)), registers.paid_year)
    m.store(year, registers.year)
    m.store(m.add(count, m.zext(m.and_(paid, monthly), I64)), registers.months)
    m.store(m.add(in_year, amount), registers.sum_in_year)
    m.store(m.add(in_all, amount), registers.sum_in_all)
    return Alone(amount, which, payee)


def _limited(b: Build, rule: Rule, month: Any, amount: Any, in_year: Any, in_all: Any, count: Any) -> Any:
    m = b.builder
    months, per_year, all_ = rule.limits
    for limit, paid in ((per_year, in_year), (all_, in_all)):
        if limit is None:
            continue
        top = b.number_at(limit.data, month)
        if limit.den != 1:
            top = m.sdiv(top, b.number_at(limit.den, month))  # limits are not below 0, or leave no room either way
        room = m.sub(top, paid)
        room = m.select(m.icmp_signed("<", room, I64(0)), I64(0), room)
        cut = m.select(m.icmp_signed("<", room, amount), room, amount)
        amount = b.chosen(b.holds_at(limit.none, month), amount, cut)
    if months is not None and rule.alternative.frequency == "per month":
        den = b.number_at(months.den, month)
        left = m.icmp_signed("<", m.mul(count, den), b.number_at(months.data, month))
        left = m.or_(left, b.holds_at(months.none, month))
        amount = m.select(left, amount, I64(0))
    return amount
