"""How large the numbers of a column program can become: before it runs, so that int64 never wraps in silence.

In: the program, the parameters' values that replace its own, and the denominators in which number facts are held. Out:
for each number stream a bound of its numerator and of its denominator, or `Unsupported` that names the expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm

from attrs import frozen

from compiler import ir
from compiler.backends.columns.values import LARGEST
from lang.dates import Duration
from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from lang.types import Given, Type, Value

MOST_ROWS = 10_000_000
MOST_MONTHS = 12_000
SHARE_UNIT = 1_000_000  # a share given by a fact has six decimals
DEFAULT_HIGH: Mapping[str, int] = {"count": 1_000_000, "money": 10**11, "rate": 10**11, "duration": 12_000}
DATES = 4_000_000  # ordinals and months


class Unsupported(Exception):
    """What the column evaluator cannot do, with the place in the policy."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.message.en)


def unsupported(span: Span, en: str, zh: str) -> Unsupported:
    return Unsupported(
        Diagnostic("HC603", span, Text(f"not supported yet by the person engine: {en}", f"逐人引擎暂不支持：{zh}"))
    )


@frozen
class Size:
    """|numerator| ≤ `top`. `den`: the denominator of every row, or (`varies`) a bound of it."""

    top: int
    den: int = 1
    varies: bool = False


def fact_denominator(type: Type) -> int:
    """In what a number fact is counted: shares in millionths, money in fen, everything else in ones."""
    return SHARE_UNIT if type.base in ("share", "number") else 1


def number(value: Value) -> int | Fraction:
    """A number to reckon with: lengths are months, and 30 days count as a month."""
    if isinstance(value, Duration):
        return value.count if value.unit == "months" else Fraction(value.count, 30)
    if isinstance(value, int | Fraction):
        return value
    raise TypeError(value)


def sizes(
    program: ir.Program, live: Iterable[ir.Id], parameters: Mapping[str, Value], drawn: Mapping[str, Size] | None = None
) -> dict[ir.Id, Size]:
    """The size of each live stream; of those that are no numbers it says nothing. `drawn`: sizes of the parameters
    that have another value in each draw."""
    found: dict[ir.Id, Size] = {}
    for stream in sorted(live):
        op = program.streams[stream].op
        if drawn and isinstance(op, ir.Parameter) and op.parameter in drawn:
            found[stream] = drawn[op.parameter]
        else:
            found[stream] = _size(program, program.streams[stream], found, parameters)
        if found[stream].top > LARGEST // 4 or found[stream].den > LARGEST // 4:
            raise too_large(program.streams[stream])
    return found


def too_large(stream: ir.Stream) -> Unsupported:
    return Unsupported(
        Diagnostic(
            "HC590",
            stream.origin,
            Text("this value may grow too large for exact 64-bit numbers", "该数值可能超出 64 位整数的精确范围"),
            Text("Give the attributes that it reads the range that they really have.", "请给所用栏目写明实际范围。"),
        )
    )


def _size(program: ir.Program, stream: ir.Stream, found: Mapping[ir.Id, Size], parameters: Mapping[str, Value]) -> Size:
    match stream.op:
        case ir.Constant(value):
            return _of_values([value])
        case ir.Parameter(name):
            values = [parameters[name]] if name in parameters else [v for _, v in program.parameters[name].values]
            return _of_values(values)
        case ir.Fact(attribute):
            about = program.attributes[stream.entity or "", attribute]
            den = fact_denominator(stream.type)
            high = about.high if about.high is not None else Fraction(DEFAULT_HIGH.get(stream.type.base, DATES))
            low = about.low if about.low is not None else Fraction(0)
            if stream.type.base == "share":
                high = max(high, Fraction(1))
            return Size(int(max(abs(high), abs(low)) * den) + 1, den)
        case ir.Arithmetic(operator, left, right):
            constant = isinstance(program.streams[right].op, ir.Constant)
            return _arithmetic(operator, found[left], found[right], constant)
        case ir.Compare(_, left, right):
            top, _ = _together(found[left], found[right])
            if top > LARGEST // 4:
                raise too_large(stream)
            return Size(1)
        case ir.Select(_, then, otherwise):
            top, den = _together(found[then], found[otherwise])
            return Size(top, den, found[then].varies or found[otherwise].varies)
        case ir.Through(_, target) | ir.Previous(target):
            return found[target]
        case ir.Aggregate(word, _, _, _, value):
            if word == "sum" and value is not None:
                if found[value].varies:
                    raise unsupported(stream.origin, "the sum of quotients by a fact", "对以事实为除数的商求和")
                return Size(found[value].top * MOST_ROWS, found[value].den)
            return Size(MOST_ROWS, MOST_ROWS if word == "share" else 1, word == "share")
        case ir.Run():
            return Size(MOST_MONTHS)
        case ir.Total(operand):
            if found[operand].varies:
                raise unsupported(stream.origin, "the total of quotients by a fact", "对以事实为除数的商累计")
            return Size(found[operand].top * MOST_MONTHS, found[operand].den)
        case ir.Settlement() | ir.Later():
            return Size(DATES)
        case _:
            return Size(1)


def _of_values(values: Iterable[Given]) -> Size:
    numbers = [Fraction(number(v)) for v in values if isinstance(v, int | Fraction | Duration)]
    den = lcm(*(n.denominator for n in numbers))
    return Size(max((abs(int(n * den)) for n in numbers), default=DATES), den)


def _together(a: Size, b: Size) -> tuple[int, int]:
    """The larger numerator and the denominator when both are over one denominator."""
    if a.varies or b.varies:
        return max(a.top * b.den, b.top * a.den), a.den * b.den
    den = lcm(a.den, b.den)
    return max(a.top * (den // a.den), b.top * (den // b.den)), den


def _arithmetic(operator: str, a: Size, b: Size, by_constant: bool) -> Size:
    varies = a.varies or b.varies
    if operator == "×":
        return Size(a.top * b.top, a.den * b.den, varies)
    if operator == "/":
        return Size(a.top * b.den, a.den * max(b.top, 1), varies or not by_constant)
    top, den = _together(a, b)
    return Size(2 * top if operator in ("+", "-") else top, den, varies)
