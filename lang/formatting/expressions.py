"""Expressions, with exactly the brackets that binding needs.

`LEVELS` follow the grammar, loosest first: a node that binds looser than its place asks for stands in brackets. Places
to break stand before `and`, `or`, `then`, `else` and operators, the outermost first.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import assert_never

from attrs import frozen

from lang.formatting.layout import break_at, joined
from lang.formatting.words import Spelling
from lang.tree import syntax as s


class Level(IntEnum):
    EXPRESSION = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    WINDOWED = 5
    ARITHMETIC = 6
    SUM = 7
    PRODUCT = 8
    SIGNED = 9
    PREFIXED = 10
    POSTFIX = 11
    ATOM = 12


_BINARY: dict[s.Operator, tuple[Level, Level, str]] = {
    "up to": (Level.ARITHMETIC, Level.SUM, "UP_TO"),
    "at least": (Level.ARITHMETIC, Level.SUM, "AT_LEAST"),
    "+": (Level.SUM, Level.PRODUCT, "+"),
    "-": (Level.SUM, Level.PRODUCT, "-"),
    "×": (Level.PRODUCT, Level.SIGNED, "×"),
    "/": (Level.PRODUCT, Level.SIGNED, "/"),
}
_PREFIXES: dict[s.PrefixWord, str] = {
    "total": "TOTAL", "ever": "EVER", "previous": "PREVIOUS", "since": "SINCE",
}  # fmt: skip
_AGGREGATES: dict[s.AggregateWord, str] = {"count": "COUNT_OF", "sum": "SUM_OF", "share": "SHARE_OF", "any": "ANY"}
_PERIODS = {"this month": "IN_THIS_MONTH", "this year": "IN_THIS_YEAR", "last year": "IN_LAST_YEAR"}
_LITERALS = (s.Number, s.Money, s.Percent, s.Length)
_FIRST_DEPTH = 2


@frozen
class Expressions:
    """Writes expressions in one language."""

    spelling: Spelling

    # ------------------------------------------------------------ entries
    def expression(self, node: s.Expr, depth: int = _FIRST_DEPTH) -> str:
        """Where the grammar takes any expression."""
        return self.at(node, Level.EXPRESSION, depth)

    def first(self, node: s.Expr, level: Level = Level.EXPRESSION) -> str:
        """An expression that begins a line or follows its opening word.

        One that would continue the line before, or make a name of the opening word, stands in brackets.
        """
        text = self.at(node, level, _FIRST_DEPTH)
        alone = text.startswith("-") or isinstance(_leftmost(node), s.InTime)
        return self.spelling.brackets(self.expression(node)) if alone else text

    def arithmetic(self, node: s.Expr) -> str:
        return self.at(node, Level.ARITHMETIC, _FIRST_DEPTH)

    def amount(self, node: s.Expr) -> str:
        """`if … then … else …` of amounts may stand without brackets."""
        if isinstance(node, s.If):
            return self._if(node, _FIRST_DEPTH, amounts=True)
        return self.arithmetic(node)

    def rate(self, node: s.Expr) -> str:
        """An amount, or an amount per month or year, without brackets."""
        if not isinstance(node, s.Rate):
            return self.amount(node)
        return self._per(self.amount(node.amount), node)

    def sum(self, node: s.Expr) -> str:
        return self.at(node, Level.SUM, _FIRST_DEPTH)

    def range(self, low: s.Expr, to: str, high: s.Expr, level: Level = Level.ARITHMETIC) -> str:
        """`2 to 8 months`: the unit is said once where both have it and read back so."""
        return joined(self._bound(low, high, level), to, self.at(high, level, _FIRST_DEPTH))

    # ------------------------------------------------------------ levels
    def at(self, node: s.Expr, level: Level, depth: int) -> str:
        own = level_of(node)
        if own >= level:
            return self._bare(node, depth)
        return self.spelling.brackets(self._bare(node, depth + 2))

    def _bare(self, node: s.Expr, depth: int) -> str:
        spelling, word = self.spelling, self.spelling.word
        match node:
            case s.Ref():
                return spelling.name(node.name)
            case s.Number() | s.Money() | s.Percent() | s.Length() | s.Day() | s.CalendarMonth() | s.CalendarYear():
                return self._literal(node)
            case s.YesNo():
                return word("YES" if node.value else "NO")
            case s.String():
                return spelling.quoted(node.value)
            case s.Nothing():
                return word("NONE", "CASE_LINE")
            case s.Rate():
                return spelling.brackets(self._per(self.expression(node.amount, depth), node))
            case s.Attribute():
                return self._attribute(node, depth)
            case s.Lookup():
                keys = [self.at(key, Level.ARITHMETIC, depth + 1) for key in node.keys]
                return f"{spelling.name(node.table)}[{self._commas(keys)}]"
            case s.Call():
                arguments = self._commas(self._argument(argument) for argument in node.arguments)
                return spelling.function(node.function) + spelling.brackets(arguments)
            case s.Not():
                return joined(word("NOT"), self.at(node.operand, Level.NOT, depth))
            case s.Negate():
                return f"-{self.at(node.operand, Level.SIGNED, depth)}"
            case s.Prefix():
                return joined(word(_PREFIXES[node.word], "RULE_LINE"), self.at(node.operand, Level.PREFIXED, depth))
            case s.TotalPaidBy():
                return joined(word("TOTAL_PAID_BY"), spelling.name(node.clause))
            case s.Aggregate():
                return self._aggregate(node, depth)
            case s.All():
                return self._chain(node.operands, "AND", Level.NOT, depth)
            case s.Either():
                return self._chain(node.operands, "OR", Level.AND, depth)
            case s.Binary():
                return self._binary(node, depth)
            case s.Compare():
                return self._compare(node, depth)
            case s.IsKnown():
                known = word("IS_NOT_KNOWN" if node.negated else "IS_KNOWN")
                return joined(self.at(node.operand, Level.ARITHMETIC, depth), known)
            case s.Within():
                return self._within(node, depth)
            case s.InSet():
                return self._in_set(node, depth)
            case s.InTime():
                return self._in_time(node, depth)
            case s.If():
                return self._if(node, depth)
            case _:
                assert_never(node)

    # ------------------------------------------------------------ literals
    def _literal(
        self, node: s.Number | s.Money | s.Percent | s.Length | s.Day | s.CalendarMonth | s.CalendarYear
    ) -> str:
        spelling = self.spelling
        match node:
            case s.Number():
                return spelling.number(node.value)
            case s.Money():
                return spelling.money(node.yuan)
            case s.Percent():
                return f"{spelling.number(node.value)}%"
            case s.Length():
                return spelling.length(node.duration, node.written)
            case s.Day():
                return spelling.day(node.value)
            case s.CalendarMonth():
                return spelling.month(node.value)
            case s.CalendarYear():
                return f"{node.value:04d}年"  # four bare digits are a number, but where a year is due

    def _bound(self, low: s.Expr, high: s.Expr, level: Level) -> str:
        match low, high:
            case s.Money(), s.Money():
                large = self.spelling.in_large_units(high.yuan) or self.spelling.in_large_units(low.yuan)
                if low.yuan == 0 or not large:
                    return self.spelling.money(low.yuan, unit=False)
            case s.Length(), s.Length() if low.written == high.written and low.duration.count < 1000:
                return self.spelling.length(low.duration, low.written, unit=False)
        return self.at(low, level, _FIRST_DEPTH)

    def _per(self, amount: str, rate: s.Rate) -> str:
        if self.spelling.zh and isinstance(rate.amount, s.Money):
            return f"{amount}/{'月' if rate.per == 'month' else '年'}"
        return joined(amount, self.spelling.word("PER_MONTH" if rate.per == "month" else "PER_YEAR"))

    # ------------------------------------------------------------ paths and calls
    def _attribute(self, node: s.Attribute, depth: int) -> str:
        steps = isinstance(node.owner, s.Ref | s.Attribute | s.Lookup)
        owner = self._bare(node.owner, depth)
        if not steps:
            owner = self.spelling.brackets(owner)
        name = self.spelling.name(node.name)
        return f"{owner}的{name}" if self.spelling.zh else f"{owner}'s {name}"

    def _argument(self, argument: s.Argument) -> str:
        value = self.arithmetic(argument.value)
        if argument.name is None:
            return value
        name = self.spelling.function(argument.name)
        return joined(name, value) if isinstance(argument.value, _LITERALS) else joined(name, "=", value)

    def _commas(self, texts: Iterable[str]) -> str:
        return (self.spelling.comma + ("" if self.spelling.zh else " ")).join(texts)

    def _aggregate(self, node: s.Aggregate, depth: int) -> str:
        text = joined(self.spelling.word(_AGGREGATES[node.word]), self.at(node.path, Level.POSTFIX, depth))
        if node.where is None:
            return text
        where = self._bare(node.where, depth + 2)
        if not isinstance(node.where, s.Ref):
            where = self.spelling.brackets(where)
        break_here = break_at(depth) if isinstance(node.where, s.All | s.Either) else ""
        return joined(text, break_here + joined(self.spelling.word("WHERE"), where))

    # ------------------------------------------------------------ operators
    def _chain(self, operands: tuple[s.Expr, ...], token: str, level: Level, depth: int) -> str:
        word = self.spelling.word(token)
        first, *rest = (self.at(operand, level, depth + 1) for operand in operands)
        return first + "".join(break_at(depth) + joined(word, text) for text in rest)

    def _binary(self, node: s.Binary, depth: int) -> str:
        own, behind, token = _BINARY[node.operator]
        sign = self.spelling.word(token) if token.isalpha() or "_" in token else token
        right = joined(sign, self.at(node.right, behind, depth + 1))
        return self.at(node.left, own, depth) + break_at(max(depth, 5)) + right

    def _compare(self, node: s.Compare, depth: int) -> str:
        left = self.at(node.left, Level.WINDOWED, depth + 1)
        right = joined(self._relation(node.operator, node.right), self.at(node.right, Level.WINDOWED, depth + 1))
        # Behind a count of many conditions the comparison goes on a line of its own, not behind a closing bracket;
        # but a line that begins with > would be a quotation.
        own_line = break_at(depth + 1) in left and not right.startswith(">")
        text = joined(left, (break_at(depth + 1) if own_line else "") + right)
        if node.companion is None:
            return text
        return text + break_at(depth + 2) + joined(self.spelling.word("WITH"), self._companion(node.companion, depth))

    def _companion(self, node: s.Expr, depth: int) -> str:
        """Behind `with` stands a name, one comparison, or `not` of such; all else in brackets."""
        if isinstance(node, s.Not):
            return joined(self.spelling.word("NOT"), self._companion(node.operand, depth))
        if isinstance(node, s.Compare) and node.companion is None:
            return self._compare(node, depth)
        return self.at(node, Level.WINDOWED, depth)

    def _relation(self, operator: s.Comparison, right: s.Expr) -> str:
        """In Chinese 满 for lengths, 不早于 for dates, 不少于 for the rest."""
        if operator in ("is", "is not"):
            return self.spelling.word("IS" if operator == "is" else "IS_NOT")
        if not self.spelling.zh or operator not in ("≥", "≤"):
            return operator
        if isinstance(right, s.Day):
            return "不早于" if operator == "≥" else "不晚于"
        if operator == "≤":
            return "不超过"
        return "满" if isinstance(right, s.Length) else "不少于"

    # ------------------------------------------------------------ sets and time
    def _in_set(self, node: s.InSet, depth: int) -> str:
        names = [self.spelling.name(name) for name in node.members]
        members = names[0] if len(names) == 1 else self.spelling.brackets(self._commas(names))
        return joined(self.at(node.subject, Level.ARITHMETIC, depth), self.spelling.word("IN"), members)

    def _within(self, node: s.Within, depth: int) -> str:
        word = self.spelling.word
        subject = "" if node.subject is None else self.at(node.subject, Level.ARITHMETIC, depth)
        distance = self.at(node.distance, Level.ARITHMETIC, depth)
        anchor = self.at(node.anchor, Level.ARITHMETIC, depth)
        if not self.spelling.zh:
            return joined(subject, word("WITHIN"), distance, word("OF"), anchor)
        if isinstance(node.anchor, s.CalendarYear | s.CalendarMonth):
            anchor = self.spelling.brackets(anchor)  # behind 在 they would be a time
        inside = word("INSIDE")
        last = distance + inside if isinstance(node.distance, s.Length) else joined(distance, inside)
        return joined(subject, word("AT_TIME"), anchor, word("COUNTED_FROM"), last)

    def _in_time(self, node: s.InTime, depth: int) -> str:
        subject = "" if node.subject is None else self.at(node.subject, Level.ARITHMETIC, depth)
        return joined(subject, self._time(node))

    def _time(self, node: s.InTime) -> str:
        spelling = self.spelling
        if node.period in _PERIODS:
            return spelling.word(_PERIODS[node.period])
        if node.period == "last" and node.length is not None:
            length = spelling.length(node.length)
            return spelling.word("IN_LAST") + ("" if spelling.zh else " ") + length
        value = node.value or 0
        if node.period == "month number":
            return f"在{value}月" if spelling.zh else f"{spelling.word('IN_MONTH')} {value}"
        when = spelling.year(value) if node.period == "year" else spelling.month(value)
        return joined(spelling.word("AT_TIME" if spelling.zh else "IN"), when)

    def _if(self, node: s.If, depth: int, amounts: bool = False) -> str:
        word = self.spelling.word
        then, otherwise = (
            self.amount(branch) if amounts else self.expression(branch, depth + 1)
            for branch in (node.then, node.otherwise)
        )
        return (
            joined(word("IF"), self.expression(node.condition, depth + 1))
            + break_at(depth)
            + joined(word("THEN"), then)
            + break_at(depth)
            + joined(word("ELSE"), otherwise)
        )


def level_of(node: s.Expr) -> Level:
    """How tightly a node binds."""
    match node:
        case s.If():
            return Level.EXPRESSION
        case s.Either():
            return Level.OR
        case s.All():
            return Level.AND
        case s.Not():
            return Level.NOT
        case s.Compare() | s.IsKnown() | s.Within():
            return Level.COMPARISON
        case s.InSet() | s.InTime():
            return Level.WINDOWED
        case s.Binary():
            return _BINARY[node.operator][0]
        case s.Negate():
            return Level.SIGNED
        case s.Prefix() | s.TotalPaidBy() | s.Aggregate():
            return Level.PREFIXED
        case s.Attribute() | s.Lookup():
            return Level.POSTFIX
        case _:
            return Level.ATOM


def _leftmost(node: s.Expr) -> s.Expr:
    """The part that an expression begins with; a time without a subject begins with a word that continues a line."""
    while True:
        match node:
            case s.All(operands=(first, *_)) | s.Either(operands=(first, *_)):
                node = first
            case s.Compare(left=first):
                node = first
            case s.InTime(subject=None):
                return node
            case s.InTime(subject=first) | s.InSet(subject=first) | s.IsKnown(operand=first) if first is not None:
                node = first
            case s.Binary(left=first):
                node = first
            case _:
                return s.Nothing()
