"""Expressions: what the parser matched → nodes of `lang.tree.syntax`.

One method a rule of grammar.lark (or its alias); each takes the matched children, tokens included, and gives a node,
or a `Part` where the tree has no node for it. Knows nothing of the parser library.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from attrs import evolve, frozen

from lang.dates import Duration
from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from lang.text.keywords import ARGUMENTS, FUNCTIONS
from lang.text.tokens import Token
from lang.tree import syntax as s


class Refused(Exception):
    """A statement that the grammar takes and the tree cannot hold; caught where statements are parsed."""

    def __init__(self, code: str, span: Span, en: str, zh: str, mend: tuple[str, str] | None = None) -> None:
        self.diagnostic = Diagnostic(code, span, Text(en, zh), Text(*mend) if mend else None)
        super().__init__(en)


@frozen
class Part:
    """A piece of a statement that is no node of its own."""

    kind: str
    value: Any
    span: Span


Children = Sequence[Any]


def whole(children: Children) -> Span:
    """From the first to the last child that is there."""
    there = [child for child in children if child is not None]
    return cast(Span, there[0].span.to(there[-1].span))


def name(token: Token) -> s.Name:
    return s.Name(token.value, span=token.span)


_LITERALS: dict[str, Callable[[Token], s.Expr]] = {
    "NUMBER": lambda t: s.Number(t.value, span=t.span),
    "MONEY": lambda t: s.Money(t.value, span=t.span),
    "PERCENT": lambda t: s.Percent(t.value, span=t.span),
    "LENGTH": lambda t: s.Length(Duration(t.value[0], t.value[1]), t.value[2], span=t.span),
    "DATE": lambda t: s.Day(t.value, span=t.span),
    "MONTH": lambda t: s.CalendarMonth(t.value, span=t.span),
    "YEAR": lambda t: s.CalendarYear(t.value, span=t.span),
    "YES": lambda t: s.YesNo(True, span=t.span),
    "NO": lambda t: s.YesNo(False, span=t.span),
    "STRING": lambda t: s.String(t.value, span=t.span),
}
_RELATIONS: dict[str, s.Comparison] = {
    "EQ": "=", "NE": "≠", "LT": "<", "LE": "≤", "GT": ">", "GE": "≥", "IS": "is", "IS_NOT": "is not",
}  # fmt: skip
_OPERATORS: dict[str, s.Operator] = {
    "PLUS": "+", "MINUS": "-", "TIMES": "×", "DIV": "/", "UP_TO": "up to", "AT_LEAST": "at least",
}  # fmt: skip
_PREFIXES: dict[str, s.PrefixWord] = {"TOTAL": "total", "EVER": "ever", "PREVIOUS": "previous", "SINCE": "since"}
_AGGREGATES: dict[str, s.AggregateWord] = {"COUNT_OF": "count", "SUM_OF": "sum", "SHARE_OF": "share", "ANY": "any"}
_PERIODS = {"IN_THIS_MONTH": "this month", "IN_THIS_YEAR": "this year", "IN_LAST_YEAR": "last year"}


def literal(token: Token) -> s.Expr:
    return _LITERALS[token.type](token)


def four_digits(token: Token) -> int:
    """A calendar year: `2022年` or four digits."""
    if token.type == "YEAR":
        return int(token.value)
    if len(token.text) == 4 and token.text.isdigit() and token.text != "0000":
        return int(token.text)
    raise Refused("HC111", token.span, f"`{token.text}` is no calendar year", f"“{token.text}”不是年份")


def share_unit(low: s.Expr, high: s.Expr) -> s.Expr:
    """`2 to 8 months`: a bare first number has the unit of the second."""
    if isinstance(low, s.Number):
        match high:
            case s.Money():
                return s.Money(low.value, span=low.span)
            case s.Percent():
                return s.Percent(low.value, span=low.span)
            case s.Length() if low.value % 1 == 0:
                count = int(low.value) * (12 if high.written == "years" else 1)
                return s.Length(Duration(count, high.duration.unit), high.written, span=low.span)
    return low


class ExpressionBuilder:
    """Rules of the expressions."""

    # ------------------------------------------------------------ atoms and paths
    def ref(self, c: Children) -> s.Expr:
        return s.Ref(name(c[0]), span=c[0].span)

    def literal(self, c: Children) -> s.Expr:
        return literal(c[0])

    def paren(self, c: Children) -> s.Expr:
        # The brackets are part of the place: what encloses the node must reach over them.
        return cast(s.Expr, evolve(c[1], span=whole(c)))

    def paren_rate(self, c: Children) -> s.Expr:
        return s.Rate(c[1], "month" if c[2].type == "PER_MONTH" else "year", span=whole(c))

    def rate(self, c: Children) -> s.Expr:
        return s.Rate(c[0], "month" if c[1].type == "PER_MONTH" else "year", span=whole(c))

    def rate_before(self, c: Children) -> s.Expr:
        return s.Rate(c[1], "month", span=whole(c))

    def attribute(self, c: Children) -> s.Expr:
        return s.Attribute(c[0], name(c[2]), span=whole(c))

    def lookup(self, c: Children) -> s.Expr:
        keys = tuple(child for child in c[2:] if not isinstance(child, Token))
        return s.Lookup(name(c[0]), keys, span=whole(c))

    def call(self, c: Children) -> s.Expr:
        function = s.Name(FUNCTIONS.get(c[0].value, c[0].value), span=c[0].span)
        return s.Call(function, c[2].value if c[2] is not None else (), span=whole(c))

    def arguments(self, c: Children) -> Part:
        return Part("arguments", tuple(child for child in c if not isinstance(child, Token)), whole(c))

    def argument(self, c: Children) -> s.Argument:
        if len(c) == 1:
            return s.Argument(None, c[0], span=whole(c))
        word = s.Name(ARGUMENTS.get(c[0].value, c[0].value), span=c[0].span)
        return s.Argument(word, literal(c[1]) if len(c) == 2 else c[2], span=whole(c))

    # ------------------------------------------------------------ operators
    def negate(self, c: Children) -> s.Expr:
        return s.Negate(c[1], span=whole(c))

    def negation(self, c: Children) -> s.Expr:
        return s.Not(c[1], span=whole(c))

    def binary(self, c: Children) -> s.Expr:
        return s.Binary(_OPERATORS[c[1].type], c[0], c[2], span=whole(c), operator_span=c[1].span)

    def prefix(self, c: Children) -> s.Expr:
        return s.Prefix(_PREFIXES[c[0].type], c[1], span=whole(c))

    def total_paid_by(self, c: Children) -> s.Expr:
        return s.TotalPaidBy(name(c[1]), span=whole(c))

    def aggregate(self, c: Children) -> s.Expr:
        condition = c[2].value if c[2] is not None else None
        return s.Aggregate(_AGGREGATES[c[0].type], c[1], condition, span=whole(c))

    def members(self, c: Children) -> Part:
        if len(c) == 2:
            return Part("members", s.Ref(name(c[1]), span=c[1].span), whole(c))
        return Part("members", evolve(c[2], span=whole(c[1:])), whole(c))

    def if_(self, c: Children) -> s.Expr:
        return s.If(c[1], c[3], c[5], span=whole(c))

    def all(self, c: Children) -> s.Expr:
        return s.All(tuple(c[::2]), span=whole(c))

    def either(self, c: Children) -> s.Expr:
        return s.Either(tuple(c[::2]), span=whole(c))

    def joined(self, c: Children) -> s.Expr:
        """`employed with social insurance`: both, as one condition."""
        return s.All((c[0], c[2]), span=whole(c))

    # ------------------------------------------------------------ comparisons
    def relation(self, c: Children) -> Part:
        return Part("relation", _RELATIONS[c[0].type], c[0].span)

    def companion(self, c: Children) -> Part:
        return Part("companion", c[1], whole(c))

    def compare(self, c: Children) -> s.Expr:
        companion = c[3].value if c[3] is not None else None
        return s.Compare(c[1].value, c[0], c[2], companion, span=whole(c), operator_span=c[1].span)

    def compare_plain(self, c: Children) -> s.Expr:
        return s.Compare(c[1].value, c[0], c[2], None, span=whole(c), operator_span=c[1].span)

    def is_known(self, c: Children) -> s.Expr:
        return s.IsKnown(c[0], c[1].type == "IS_NOT_KNOWN", span=whole(c))

    def within(self, c: Children) -> s.Expr:
        return s.Within(c[0], c[2], c[4], span=whole(c))

    def within_zh(self, c: Children) -> s.Expr:
        return s.Within(c[0], c[4], c[2], span=whole(c))

    def names(self, c: Children) -> Part:
        return Part("names", tuple(name(token) for token in c[::2]), whole(c))

    def in_set(self, c: Children) -> s.Expr:
        members = (name(c[2]),) if len(c) == 3 else c[3].value
        return s.InSet(c[0], members, span=whole(c))

    def in_time(self, c: Children) -> s.Expr:
        return self._in_time(c[0], c[1], whole(c))

    def in_month_alone(self, c: Children) -> s.Expr:
        return self._in_time(None, c[0], whole(c))

    def is_in_set(self, c: Children) -> s.Expr:
        """`origin is in leshan`, `origin is not in leshan`: as without `is`."""
        if c[1].value not in ("is", "is not"):
            raise Refused("HC111", c[2].span, f"`{c[2].text}` cannot stand behind `{c[1].span.text}`",
                          f"“{c[1].span.text}”之后不能写“{c[2].text}”")  # fmt: skip
        found = self.in_set([c[0], *c[2:]])
        return s.Not(found, span=found.span) if c[1].value == "is not" else found

    def not_in_set(self, c: Children) -> s.Expr:
        """`origin not in leshan`: that is `not origin in leshan`."""
        start = next(i for i, child in enumerate(c) if isinstance(child, Token) and child.type in ("IN", "NOT_IN"))
        found = evolve(self.in_set([c[0], *c[start:]]), span=whole(c))
        return s.Not(found, span=found.span)

    def _in_time(self, subject: s.Expr | None, time: Part, span: Span) -> s.Expr:
        period, value, length = time.value
        return s.InTime(subject, period, value, length, span=span)

    def time(self, c: Children) -> Part:
        first = c[0]
        if isinstance(first, Part):
            return first
        if first.type == "IN_LAST":
            return Part("time", ("last", None, Duration(c[1].value[0], c[1].value[1])), whole(c))
        if first.type in _PERIODS:
            return Part("time", (_PERIODS[first.type], None, None), whole(c))
        if c[1].type == "MONTH":
            return Part("time", ("month", c[1].value, None), whole(c))
        return Part("time", ("year", four_digits(c[1]), None), whole(c))

    def month_number(self, c: Children) -> Part:
        number = c[1].value
        if number % 1 or not 1 <= number <= 12:
            raise Refused("HC125", c[1].span, f"there is no month {c[1].text}", f"没有 {c[1].text} 月")
        return Part("time", ("month number", int(number), None), whole(c))
