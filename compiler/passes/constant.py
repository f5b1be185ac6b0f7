"""Fold what is known before any fact is: operations on constants, and conditions that a constant decides.

`and` without its `yes` operands (a `no` decides it), `or` likewise; a select whose condition is constant, or whose
branches are the same; arithmetic, comparison and membership of constants; a date to which nothing is added. Parameters
are not constants: a run may set them. What a fold leaves unread stays in the list for the pass `dead`.
"""

from __future__ import annotations

from attrs import define, evolve

from compiler import ir
from compiler.interpreter import values
from compiler.lowering.builder import Builder
from compiler.passes.rewrite import with_operands, with_streams
from lang.types import NONE, UNKNOWN, YES_NO, Type


def constant(program: ir.Program) -> ir.Program:
    """The same program with constants folded."""
    fold = _Fold(Builder(), {})
    for stream in program.streams:
        op = with_operands(stream.op, fold.place.__getitem__)
        place = fold.fold(op, stream.type)
        if place is None:
            place = fold.builder.add(op, stream.type, entity=stream.entity, origin=stream.origin)
        if stream.name is not None:
            fold.builder.name(place, stream.name)
        fold.place[stream.id] = place
    folded = with_streams(program, fold.builder.streams, fold.place.__getitem__)
    return evolve(folded, clauses={name: fold.without_yes(clause) for name, clause in folded.clauses.items()})


@define
class _Fold:
    """`place`: which new stream stands for an old one."""

    builder: Builder
    place: dict[ir.Id, ir.Id]

    def fold(self, op: ir.Op, type: Type) -> ir.Id | None:
        """The stream that an operation comes down to; None when it stays what it is."""
        match op:
            case ir.And(operands):
                return self._junction(ir.And, operands, decides=False)
            case ir.Or(operands):
                return self._junction(ir.Or, operands, decides=True)
            case ir.Select(condition, then, otherwise):
                if then == otherwise:
                    return then
                holds = self._truth(condition)
                return None if holds is None else then if holds else otherwise
            case ir.Later(day, length, _) if self._value(length) == 0:
                return day
        read = [self._value(operand) for operand in ir.operands(op)]
        constants = [value for value in read if value is not None]
        if not read or len(constants) < len(read):
            return None
        folded = _evaluate(op, constants)
        return None if folded is None or isinstance(folded, values.Unsure) else self.builder.constant(folded, type)

    def without_yes(self, clause: ir.Clause) -> ir.Clause:
        """A condition that is `yes` is none."""
        alternatives = tuple(
            evolve(a, when=None) if a.when is not None and self._value(a.when) is True else a
            for a in clause.alternatives
        )
        return evolve(clause, alternatives=alternatives)

    def _junction(self, kind: type[ir.And] | type[ir.Or], operands: tuple[ir.Id, ...], decides: bool) -> ir.Id | None:
        truths = {operand: self._truth(operand) for operand in operands}
        if decides in truths.values():
            return self.builder.constant(decides, YES_NO)
        left = tuple(operand for operand, truth in truths.items() if truth is None)
        if len(left) == len(operands):
            return None
        if not left:
            return self.builder.constant(not decides, YES_NO)
        return left[0] if len(left) == 1 else self.builder.add(kind(left), YES_NO)

    def _truth(self, stream: ir.Id) -> bool | None:
        """Of a constant condition; NONE counts as no."""
        value = self._value(stream)
        return None if value is None else value is True

    def _value(self, stream: ir.Id) -> values.Known | None:
        op = self.builder.streams[stream].op
        return op.value if isinstance(op, ir.Constant) and op.value is not UNKNOWN else None


def _evaluate(op: ir.Op, operands: list[values.Known]) -> values.Maybe | None:
    """The operation on constants, as the interpreter has it; None for what is left to the evaluators."""
    match op:
        case ir.Known():
            return operands[0] is not NONE
        case ir.Not():
            return values.negate(operands[0])
        case ir.OneOf(_, members):
            return operands[0] in members
        case ir.Compare(operator, _, _):
            return values.compare(operator, operands[0], operands[1])
        case ir.Arithmetic(operator, _, _):
            return values.arithmetic(operator, operands[0], operands[1])
        case _:
            return None
