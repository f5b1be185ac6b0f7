"""Checked expressions become streams.

In: expressions of `lang.typed` and the definitions lowered so far. Out: stream numbers, in a `Builder` that keeps equal
streams apart only once; and diagnostics for what a policy may say but no evaluator can do yet.

Decisions taken here:
- Lengths of time are whole months (int). Days are kept only where they are exact: as the length that is added to a date
  (`since D ≥ 30 days`) and in rate × duration, where 30 days count as a month.
- A run that is compared with a constant counts no further than the comparison needs (its cap), so that it is a small
  register.
- An `and` inside an `and` is one flat `and`; a definition stays a stream of its own, so that all its readers share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, assert_never

from attrs import define, field

from compiler import ir
from compiler.lowering.builder import Builder
from compiler.lowering.tables import lower_table
from compiler.messages import days_not_supported
from compiler.parameters import unit_of
from lang import model, typed
from lang.dates import Duration, Unit
from lang.diagnostics import CompilerBug, Diagnostic
from lang.source import Span
from lang.types import COUNT, DURATION, MONEY, NUMBER, YES_NO, Value

MIRRORED: Mapping[str, Literal["=", "≠", "<", "≤", ">", "≥"]] = {
    "=": "=", "≠": "≠", "<": ">", "≤": "≥", ">": "<", "≥": "≤",
}  # fmt: skip

DAYS_OF_A_MONTH = 30


@define
class Expressions:
    """Lowers the expressions of one program. `definitions` fills up as definitions are lowered, readers after read."""

    program: model.Program
    builder: Builder = field(factory=Builder)
    definitions: dict[tuple[str, str], ir.Id] = field(factory=dict)
    diagnostics: list[Diagnostic] = field(factory=list)

    # ------------------------------------------------------------ the expressions, one case each
    def lower(self, expr: typed.Expr) -> ir.Id:
        """The stream of `expr`."""
        add = self.builder.add
        span = expr.span
        match expr:
            case typed.Constant(value, type):
                return self._constant(value, expr)
            case typed.FactRead(entity, attribute, type):
                return add(ir.Fact(attribute), type, entity=entity, origin=span)
            case typed.ParameterRead(parameter, type):
                self._months_only(span, self._values(parameter))
                return add(ir.Parameter(parameter), type, origin=span)
            case typed.DefineRead(entity, name):
                return self.definitions[entity, name]
            case typed.Through(link, body, type):
                return add(ir.Through(self.lower(link), self.lower(body)), type, origin=span)
            case typed.TableRead():
                return self._table(expr)
            case typed.Not(operand):
                return add(ir.Not(self.lower(operand)), YES_NO, origin=span)
            case typed.All() | typed.Either():
                return self._junction(expr)
            case typed.Arithmetic():
                return self._arithmetic(expr)
            case typed.Compare():
                return self._compare(expr)
            case typed.Run(operand, type):
                return add(ir.Run(self.lower(operand), None), type, origin=span)
            case typed.Total(operand, window, months, type):
                return add(ir.Total(self.lower(operand), window, months), type, origin=span)
            case typed.Ever(operand):
                return add(ir.Ever(self.lower(operand)), YES_NO, origin=span)
            case typed.Previous(operand, type):
                return add(ir.Previous(self.lower(operand)), type, origin=span)
            case typed.SettlementDate(type):
                return add(ir.Settlement(), type, origin=span)
            case typed.Later(day, length, type):
                day_stream = self.lower(day)
                length_stream, unit = self._length(length)
                return add(ir.Later(day_stream, length_stream, unit), type, origin=span)
            case typed.InPeriod(day, period, value, duration):
                return add(ir.InPeriod(self.lower(day), period, value, duration), YES_NO, origin=span)
            case typed.OneOf(operand, members):
                return add(ir.OneOf(self.lower(operand), members), YES_NO, origin=span)
            case typed.IsKnown(operand):
                return add(ir.Known(self.lower(operand)), YES_NO, origin=span)
            case typed.Aggregate():
                return self._aggregate(expr)
            case typed.If(condition, then, otherwise, type):
                branches = (self.lower(condition), self.lower(then), self.lower(otherwise))
                return add(ir.Select(*branches), type, origin=span)
            case typed.PaidBy() | typed.UnknownRead() | typed.Function():
                raise CompilerBug(f"{type_name(expr)} outside a property or a scenario")
            case _:
                assert_never(expr)

    def conjunction(self, parts: Sequence[typed.Expr], origin: Span) -> ir.Id:
        """All of `parts`, as one flat `and`; a single part is itself."""
        streams = tuple(dict.fromkeys(self.lower(part) for part in flat(typed.All, parts)))
        if len(streams) == 1:
            return streams[0]
        return self.builder.add(ir.And(streams), YES_NO, origin=origin)

    # ------------------------------------------------------------ cases that need more than a line
    def _constant(self, value: Value, expr: typed.Constant) -> ir.Id:
        self._months_only(expr.span, (value,))
        return self.builder.constant(value, expr.type, expr.span)

    def _junction(self, expr: typed.All | typed.Either) -> ir.Id:
        if isinstance(expr, typed.All):
            return self.conjunction(expr.operands, expr.span)
        streams = tuple(dict.fromkeys(self.lower(part) for part in flat(typed.Either, expr.operands)))
        return streams[0] if len(streams) == 1 else self.builder.add(ir.Or(streams), YES_NO, origin=expr.span)

    def _arithmetic(self, expr: typed.Arithmetic) -> ir.Id:
        """Down the left side by a loop, because `a + b + c + …` is as deep as it is long."""
        spine = [expr]
        while isinstance(spine[-1].left, typed.Arithmetic):
            spine.append(spine[-1].left)
        left = self._factor(spine[-1].left, spine[-1])
        for node in reversed(spine):
            op = ir.Arithmetic(node.operator, left, self._factor(node.right, node))
            left = self.builder.add(op, node.type, origin=node.span)
        return left

    def _factor(self, operand: typed.Expr, of: typed.Arithmetic) -> ir.Id:
        """An operand; the days of a rate × duration are months of 30 days."""
        if of.operator == "×" and of.type == MONEY and operand.type == DURATION and self._holds_days(operand):
            if isinstance(operand, typed.Constant) and isinstance(operand.value, Duration):
                months = Fraction(operand.value.count, DAYS_OF_A_MONTH)
                return self.builder.add(ir.Constant(months), NUMBER, origin=operand.span)
            days, thirty = self._in_days(operand), self.builder.add(ir.Constant(DAYS_OF_A_MONTH), COUNT)
            return self.builder.add(ir.Arithmetic("/", days, thirty), NUMBER, origin=operand.span)
        return self.lower(operand)

    def _compare(self, expr: typed.Compare) -> ir.Id:
        operator, left, right = expr.operator, expr.left, expr.right
        given = left.type == right.type == DURATION and not (counts_months(left) or counts_months(right))
        if given and (self._holds_days(left) or self._holds_days(right)):
            op = ir.Compare(operator, self._in_days(left), self._in_days(right))
            return self.builder.add(op, YES_NO, origin=expr.span)
        if isinstance(left, typed.Constant) and not isinstance(right, typed.Constant):
            operator, left, right = MIRRORED[operator], right, left
        if isinstance(right, typed.Constant):
            if operator == "=" and right.type.base == "kind" and isinstance(right.value, str):
                return self.builder.add(ir.OneOf(self.lower(left), (right.value,)), YES_NO, origin=expr.span)
            if isinstance(right.value, Duration) and right.value.unit == "months":
                cap = right.value.count + (0 if operator in ("≥", "<") else 1)
                op = ir.Compare(operator, self._capped(left, max(cap, 1)), self.lower(right))
                return self.builder.add(op, YES_NO, origin=expr.span)
        return self.builder.add(ir.Compare(operator, self.lower(left), self.lower(right)), YES_NO, origin=expr.span)

    def _capped(self, expr: typed.Expr, cap: int) -> ir.Id:
        """A run that is asked only how it compares with something below `cap` need not count further."""
        match expr:
            case typed.Run(operand, type):
                return self.builder.add(ir.Run(self.lower(operand), cap), type, origin=expr.span)
            case typed.Through(link, body, type):
                op = ir.Through(self.lower(link), self._capped(body, cap))
                return self.builder.add(op, type, origin=expr.span)
            case _:
                return self.lower(expr)

    def _aggregate(self, expr: typed.Aggregate) -> ir.Id:
        owner = None
        if expr.via is not None:
            owner = self.program.entities[expr.entity].attributes[expr.via].type.name
        where = self.lower(expr.where) if expr.where is not None else None
        value = self.lower(expr.value) if expr.value is not None else None
        if expr.word != "any":
            op = ir.Aggregate(expr.word, expr.entity, expr.via, where, value)
            return self.builder.add(op, expr.type, entity=owner, origin=expr.span)
        count = ir.Aggregate("count", expr.entity, expr.via, where, None)
        members = self.builder.add(count, COUNT, entity=owner, origin=expr.span)
        one = self.builder.add(ir.Constant(1), COUNT, origin=expr.span)
        return self.builder.add(ir.Compare("≥", members, one), YES_NO, origin=expr.span)

    def _table(self, expr: typed.TableRead) -> ir.Id:
        table = self.program.tables[expr.table]
        self._months_only(table.span, [row.value for row in table.rows])
        return lower_table(self.builder, table, tuple(self.lower(key) for key in expr.keys), expr.span)

    # ------------------------------------------------------------ lengths of time
    def _holds_days(self, expr: typed.Expr) -> bool:
        """Whether a length has a part that the policy gives in days."""
        match expr:
            case typed.Arithmetic(_, left, right):
                return any(side.type == DURATION and self._holds_days(side) for side in (left, right))
            case typed.If(_, then, otherwise):
                return self._holds_days(then) or self._holds_days(otherwise)
            case _:
                return self._unit(expr) == "days"

    def _in_days(self, expr: typed.Expr) -> ir.Id:
        """A length that is added to no date, as a number of days: 30 days count as a month."""
        add = self.builder.add
        match expr:
            case typed.Arithmetic(operator, left, right):
                sides = [self._in_days(side) if side.type == DURATION else self.lower(side) for side in (left, right)]
                return add(ir.Arithmetic(operator, sides[0], sides[1]), NUMBER, origin=expr.span)
            case typed.If(condition, then, otherwise):
                branches = (self.lower(condition), self._in_days(then), self._in_days(otherwise))
                return add(ir.Select(*branches), NUMBER, origin=expr.span)
            case _ if self._unit(expr) == "days":
                return self._days(expr)
            case _:
                thirty = add(ir.Constant(DAYS_OF_A_MONTH), COUNT)
                return add(ir.Arithmetic("×", self.lower(expr), thirty), NUMBER, origin=expr.span)

    def _length(self, expr: typed.Expr) -> tuple[ir.Id, Unit]:
        """What is added to a date: a number of months or of days."""
        unit = self._unit(expr)
        return (self._days(expr), unit) if unit == "days" else (self.lower(expr), unit)

    def _unit(self, expr: typed.Expr) -> Unit:
        """The unit of a length. One that mixes units counts as months here and is refused where its days are read."""
        match expr:
            case typed.Constant(Duration(_, unit)):
                return unit
            case typed.ParameterRead(name):
                return unit_of(self._values(name))
            case typed.Arithmetic(_, left, right):
                lengths = [side for side in (left, right) if side.type == DURATION]
                return "days" if lengths and all(self._unit(side) == "days" for side in lengths) else "months"
            case _:
                return "months"

    def _days(self, expr: typed.Expr) -> ir.Id:
        """A length that is wholly in days, as a count of days."""
        match expr:
            case typed.Constant(Duration(count, _)):
                return self.builder.add(ir.Constant(count), COUNT, origin=expr.span)
            case typed.ParameterRead(name):
                return self.builder.add(ir.Parameter(name), COUNT, origin=expr.span)
            case typed.Arithmetic(operator, left, right):
                sides = [self._days(side) if side.type == DURATION else self.lower(side) for side in (left, right)]
                return self.builder.add(ir.Arithmetic(operator, sides[0], sides[1]), COUNT, origin=expr.span)
            case _:
                raise CompilerBug(f"{type_name(expr)} is not a length in days")

    def _values(self, parameter: str) -> list[Value]:
        return [value for _, value in self.program.parameters[parameter].values]

    def _months_only(self, span: Span, values: Sequence[Value]) -> None:
        """Report a length in days where only whole months are exact."""
        if any(isinstance(value, Duration) and value.unit == "days" for value in values):
            self.diagnostics.append(days_not_supported(span))


def counts_months(expr: typed.Expr) -> bool:
    """Whether a length was counted month by month: days are no measure for it."""
    match expr:
        case typed.Run() | typed.Total():
            return True
        case typed.Arithmetic(_, left, right) | typed.If(_, left, right):
            return counts_months(left) or counts_months(right)
        case typed.Through(_, body):
            return counts_months(body)
        case _:
            return False


def flat(kind: type[typed.All] | type[typed.Either], parts: Sequence[typed.Expr]) -> list[typed.Expr]:
    """The operands, with those of inner junctions of the same kind in their place."""
    result: list[typed.Expr] = []
    waiting = list(reversed(parts))
    while waiting:
        part = waiting.pop()
        if isinstance(part, kind):
            waiting.extend(reversed(part.operands))
        else:
            result.append(part)
    return result


def type_name(expr: object) -> str:
    return type(expr).__name__
