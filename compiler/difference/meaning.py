"""What a compiled clause means, as a value that can be compared: a proof that two versions pay everybody the same.

In: compiled programs. Out: a value for each clause, made of everything that its payments depend on (streams, facts with
their defaults and ranges, parameters with their values, its group and quota, the months of the policy). Equal values
are equal answers for every roster: streams are equal up to their numbers, names, labels and places. The reverse does
not hold; two ways to say one thing may differ here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.passes.rewrite import with_operands

Meaning = Hashable
Of = Callable[[ir.Id | None], int | None]  # the number of a stream


@define
class Interned:
    """Equal streams, of one program or of several, have one number here."""

    numbers: dict[Hashable, int] = field(factory=dict)

    def number(self, key: Hashable) -> int:
        return self.numbers.setdefault(key, len(self.numbers))


@frozen
class Meanings:
    """`clauses` and `targets` by name; `frame`: the months of the policy."""

    frame: Meaning
    clauses: Mapping[str, Meaning]
    targets: Mapping[str, Meaning]

    def same_answers(self, other: Meanings) -> bool:
        """Proved: whatever the roster, both pay the same."""
        return (self.frame, self.clauses) == (other.frame, other.clauses)


def meanings(program: ir.Program, kinds: Mapping[str, frozenset[str]], interned: Interned) -> Meanings:
    """`kinds`: the members of each kind. Two programs are compared when both were given one `interned`."""
    own = _streams(program, kinds, interned)

    def of(stream: ir.Id | None) -> int | None:
        return None if stream is None else own[stream]

    alone = {name: _alone(clause, program, of) for name, clause in program.clauses.items()}
    groups = {
        name: (
            group.entity, group.take,
            tuple((m.clause and alone[m.clause], of(m.paid), of(m.link)) for m in group.members),
        )
        for name, group in program.groups.items()
    }  # fmt: skip
    frame = (program.first, program.last, program.due_from)
    return Meanings(
        frame=frame,
        clauses={
            name: (frame, alone[name], groups.get(clause.group or "")) for name, clause in program.clauses.items()
        },
        targets={
            name: (frame, of(t.condition), t.by, t.every_year, t.per) for name, t in program.targets.items()
        },
    )  # fmt: skip


def _streams(program: ir.Program, kinds: Mapping[str, frozenset[str]], interned: Interned) -> list[int]:
    """The number of each stream."""
    own: list[int] = []
    for stream in program.streams:
        op = with_operands(stream.op, lambda i: own[i])
        match op:
            case ir.And(operands):
                op = ir.And(tuple(sorted(set(operands))))
            case ir.Or(operands):
                op = ir.Or(tuple(sorted(set(operands))))
        extra: Hashable = None
        match stream.op:
            case ir.Fact(attribute):
                assert stream.entity is not None
                extra = _attribute(program, stream.entity, attribute, kinds)
            case ir.Aggregate(_, entity, str(via)):
                extra = _attribute(program, entity, via, kinds)
            case ir.Parameter(name):
                extra = program.parameters[name]
            case ir.Constant(value):
                extra = type(value).__name__  # True is not 1
        own.append(interned.number((stream.entity, stream.type, op, extra)))
    return own


def _attribute(program: ir.Program, entity: str, name: str, kinds: Mapping[str, frozenset[str]]) -> Hashable:
    attribute = evolve(program.attributes[entity, name], label=None)
    return attribute, kinds.get(attribute.type.name or "") if attribute.type.base == "kind" else None


def _alone(clause: ir.Clause, program: ir.Program, of: Of) -> Meaning:
    """A clause without its group."""
    alternatives = tuple(
        (of(a.when), of(a.amount), a.frequency, a.mode, a.unit, of(a.months), of(a.per_year), of(a.in_all), of(a.payee))
        for a in clause.alternatives
    )
    funds = clause.funds
    paid = None if funds is None else (funds.funds, funds.shares, tuple(of(pot) for pot in funds.pots))
    quota = None
    if clause.quota is not None:
        q = program.quotas[clause.quota]
        quota = (of(q.places), of(q.per), q.period, of(q.order))
    return clause.entity, alternatives, paid, quota
