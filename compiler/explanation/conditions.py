"""The conditions of a rule as its drafter wrote them, and which of them decide.

In: the typed condition of a rule. Out: a tree whose leaves are the conditions that a reader would name, each with the
stream that says whether it holds, and the streams of its sides where it compares something. Definitions are opened one
level. The leaves that decide are: of an `and` that fails the failing ones, of an `or` that holds the holding ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import frozen

from compiler import ir
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import Maybe, Unsure, YesNo, number, round_to, yes_no
from compiler.ledger import yuan
from compiler.lowering.builder import Builder
from compiler.lowering.expressions import Expressions
from lang import model, typed
from lang.dates import Month, month_of, month_text
from lang.source import Span
from lang.types import DATE, MONEY, NONE, RATE, Type

ALWAYS = 1200  # months: a run of a hundred years is one that was not given a beginning


@frozen
class Side:
    """What a condition looks at: `limit` is the other side of a comparison."""

    stream: ir.Id
    type: Type


@frozen
class Leaf:
    """One condition. `measured` is what it looks at; with an `operator` it is compared with `limit`."""

    expr: typed.Expr
    span: Span
    stream: ir.Id
    measured: Side | None
    operator: str | None = None
    limit: Side | None = None

    @property
    def text(self) -> str:
        return " ".join(self.span.text.split())


@frozen
class Junction:
    word: Literal["all", "either", "not"]
    parts: tuple[Node, ...]
    stream: ir.Id


Node = Leaf | Junction


# ---------------------------------------------------------------- building
def extended(program: model.Program, compiled: ir.Program) -> Expressions:
    """A lowering that adds streams to those of the compiled program, whose numbers stay."""
    index = {(stream.entity, stream.type, stream.op): stream.id for stream in compiled.streams}
    return Expressions(program, Builder(list(compiled.streams), index), dict(compiled.definitions))


def rule_condition(expressions: Expressions, clause: model.Clause, rule: model.Rule) -> Node | None:
    """The `where` of the clause and the condition of the rule; None: always."""
    parts = [part for part in (clause.where, rule.condition) if part is not None]
    if not parts:
        return None
    return condition(expressions, parts[0] if len(parts) == 1 else typed.All(tuple(parts), span=rule.span))


def condition(expressions: Expressions, expr: typed.Expr, opened: bool = False) -> Node:
    """`opened`: inside a definition, where further definitions stay closed."""
    match expr:
        case typed.All(operands) | typed.Either(operands):
            parts = tuple(condition(expressions, part, opened) for part in operands)
            word: Literal["all", "either"] = "all" if isinstance(expr, typed.All) else "either"
            return Junction(word, parts, expressions.lower(expr))
        case typed.Not(typed.All() | typed.Either() | typed.DefineRead() as operand):
            return Junction("not", (condition(expressions, operand, opened),), expressions.lower(expr))
        case typed.DefineRead(entity, name) if not opened:
            body = expressions.program.defines[entity, name].body
            return condition(expressions, body, True)
        case _:
            return _leaf(expressions, expr)


def _leaf(expressions: Expressions, expr: typed.Expr) -> Leaf:
    stream = expressions.lower(expr)

    def side(of: typed.Expr) -> Side:
        return Side(expressions.lower(of), of.type)

    match expr:
        case typed.Compare(operator, left, right):
            return Leaf(expr, expr.span, stream, side(left), operator, side(right))
        case typed.OneOf(operand) | typed.InPeriod(operand) | typed.Not(operand):
            return Leaf(expr, expr.span, stream, side(operand))
        case typed.IsKnown():
            return Leaf(expr, expr.span, stream, None)
        case _:
            return Leaf(expr, expr.span, stream, Side(stream, expr.type))


# ---------------------------------------------------------------- reading
def holds(streams: Streams, node: Node, key: str, month: Month) -> YesNo:
    return yes_no(streams.value(node.stream, key, month))


def deciding(streams: Streams, node: Node, key: str, month: Month) -> Iterator[Leaf]:
    """The leaves that make the answer what it is."""
    if isinstance(node, Leaf):
        yield node
        return
    answer = holds(streams, node, key, month)
    answers = [holds(streams, part, key, month) for part in node.parts]
    for part, of_part in zip(node.parts, answers, strict=True):
        same = isinstance(of_part, Unsure) if isinstance(answer, Unsure) else of_part is answer
        if node.word == "not" or same:
            yield from deciding(streams, part, key, month)


def lacking(streams: Streams, leaf: Leaf, key: str, month: Month) -> tuple[Maybe, Maybe] | None:
    """Both sides of a comparison of known numbers or dates that fails; None: there is no distance to speak of."""
    if leaf.operator is None or leaf.measured is None or leaf.limit is None:
        return None
    if streams.value(leaf.stream, key, month) is not False:
        return None
    left = streams.value(leaf.measured.stream, key, month)
    right = streams.value(leaf.limit.stream, key, month)
    if NONE in (left, right) or isinstance(left, Unsure | str | bool) or isinstance(right, Unsure | str | bool):
        return None
    return left, right


def shortfall(streams: Streams, leaf: Leaf, key: str, month: Month) -> Fraction:
    """How far a failing condition is from holding, from 0 (nearly) to 1 (as far as one that has no distance)."""
    sides = lacking(streams, leaf, key, month)
    if sides is None or any(isinstance(side, date) for side in sides):
        return Fraction(1)
    left, right = (Fraction(number(side)) for side in sides if isinstance(side, int | Fraction))
    return min(abs(right - left) / max(abs(right), Fraction(1)), Fraction(1))


def distance(streams: Streams, leaf: Leaf, key: str, month: Month) -> str | None:
    """What is lacking: `1 month`, `500.00 yuan`, `3`; of a date that is still to come, the months until then."""
    sides = lacking(streams, leaf, key, month)
    if sides is None or leaf.measured is None:
        return None
    left, right = sides
    if isinstance(left, date) and isinstance(right, date):
        return _until(leaf, left, right)
    if not isinstance(left, int | Fraction) or not isinstance(right, int | Fraction) or leaf.operator in ("=", "≠"):
        return None
    apart: int | Fraction = abs(Fraction(right) - Fraction(left))
    if leaf.operator in ("<", ">") and leaf.measured.type not in (MONEY, RATE):
        apart += 1
    return value_text(apart, leaf.measured.type)


def _until(leaf: Leaf, left: date, right: date) -> str | None:
    """A condition on the settlement date that time will fulfil: `since D ≥ 6 months` is D + 6 months ≤ settlement."""
    assert isinstance(leaf.expr, typed.Compare)
    if isinstance(leaf.expr.right, typed.SettlementDate) and leaf.operator in ("≤", "<"):
        coming, now = left, right
    elif isinstance(leaf.expr.left, typed.SettlementDate) and leaf.operator in ("≥", ">"):
        coming, now = right, left
    else:
        return None
    return months_text(max(1, month_of(coming) - month_of(now)))


# ---------------------------------------------------------------- values as text
def months_text(months: int) -> str:
    return f"{months} month" if months == 1 else f"{months} months"


def value_text(value: Maybe, type: Type) -> str:
    if isinstance(value, Unsure):
        if value.low is None or value.high is None or type.base not in ("count", "duration"):
            return "unknown"
        return f"{value_text(value.low, type)} to {value_text(value.high, type)}"
    if value is NONE:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Fraction):
        match type.base:
            case "money":
                return f"{yuan(round_to(value, 'nearest'))} yuan"
            case "rate":
                return f"{yuan(round_to(value, 'nearest'))} yuan per month"
            case "duration":
                return "always" if value >= ALWAYS else months_text(int(value))
            case "share":
                return f"{float(value * 100):g}%"
            case "month":
                return month_text(int(value))
    if type == DATE and isinstance(value, date):
        return value.isoformat()
    return str(value)
