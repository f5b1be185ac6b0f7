"""What passes share: other operands for an operation, and other streams for a program.

A pass decides for each stream what stands in its place; here every reader is told: streams, clauses, groups, quotas,
targets and definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve

from compiler import ir

Rename = Callable[[ir.Id], ir.Id]


def with_operands(op: ir.Op, new: Rename) -> ir.Op:
    """The same operation, reading other streams."""
    match op:
        case ir.Constant() | ir.Fact() | ir.Parameter() | ir.Settlement():
            return op
        case ir.Through(link, target):
            return ir.Through(new(link), new(target))
        case ir.And(operands):
            return ir.And(tuple(map(new, operands)))
        case ir.Or(operands):
            return ir.Or(tuple(map(new, operands)))
        case ir.Select(condition, then, otherwise):
            return ir.Select(new(condition), new(then), new(otherwise))
        case ir.Arithmetic() | ir.Compare():
            return evolve(op, left=new(op.left), right=new(op.right))
        case ir.Later(day, length, unit):
            return ir.Later(new(day), new(length), unit)
        case ir.InPeriod(day):
            return evolve(op, day=new(day))
        case ir.Aggregate():
            return evolve(op, where=_optional(op.where, new), value=_optional(op.value, new))
        case ir.Not() | ir.OneOf() | ir.Known() | ir.Run() | ir.Total() | ir.Ever() | ir.Previous():
            return evolve(op, operand=new(op.operand))


def with_streams(program: ir.Program, streams: Sequence[ir.Stream], new: Rename) -> ir.Program:
    """The program over other streams; `new` tells what stands in the place of each old one."""
    return evolve(
        program,
        streams=tuple(streams),
        clauses={name: _clause(clause, new) for name, clause in program.clauses.items()},
        groups={name: _group(group, new) for name, group in program.groups.items()},
        quotas={
            name: evolve(
                quota, places=new(quota.places), per=_optional(quota.per, new), order=_optional(quota.order, new)
            )
            for name, quota in program.quotas.items()
        },
        targets={name: evolve(target, condition=new(target.condition)) for name, target in program.targets.items()},
        definitions={key: new(stream) for key, stream in program.definitions.items()},
    )


def read_from_outside(program: ir.Program) -> set[ir.Id]:
    """The streams that something other than a stream reads."""
    read: set[ir.Id] = set()

    def keep(stream: ir.Id) -> ir.Id:
        read.add(stream)
        return stream

    with_streams(program, (), keep)
    return read


def _optional(stream: ir.Id | None, new: Rename) -> ir.Id | None:
    return None if stream is None else new(stream)


def _clause(clause: ir.Clause, new: Rename) -> ir.Clause:
    funds = clause.funds
    if funds is not None:
        funds = evolve(funds, pots=tuple(_optional(pot, new) for pot in funds.pots))
    alternatives = tuple(
        evolve(
            a,
            when=_optional(a.when, new),
            amount=new(a.amount),
            months=_optional(a.months, new),
            per_year=_optional(a.per_year, new),
            in_all=_optional(a.in_all, new),
            payee=_optional(a.payee, new),
        )
        for a in clause.alternatives
    )
    return evolve(clause, alternatives=alternatives, funds=funds)


def _group(group: ir.Group, new: Rename) -> ir.Group:
    members = tuple(evolve(m, paid=_optional(m.paid, new), link=_optional(m.link, new)) for m in group.members)
    return evolve(group, members=members)
