"""What a policy needs to know of whom: every attribute that a clause reads, and which clauses read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler import ir

Fact = tuple[str, str]  # (entity, attribute)


def needs(program: ir.Program) -> Mapping[Fact, tuple[str, ...]]:
    """For each attribute read the clauses that read it, in the order of the file."""
    found: dict[Fact, list[str]] = {}
    for clause in sorted(program.clauses.values(), key=lambda c: c.index):
        for fact in dict.fromkeys(_facts(program, _roots(program, clause))):
            found.setdefault(fact, []).append(clause.name)
    return {fact: tuple(clauses) for fact, clauses in found.items()}


def _roots(program: ir.Program, clause: ir.Clause) -> Iterator[ir.Id]:
    """Every stream that has a say in what the clause pays, to whom, and from which pot."""
    streams: list[ir.Id | None] = []
    for rule in clause.alternatives:
        streams += [rule.when, rule.amount, rule.months, rule.per_year, rule.in_all, rule.payee]
    if clause.funds is not None:
        streams += clause.funds.pots
    if clause.group is not None:
        for member in program.groups[clause.group].members:
            streams += [member.link if member.clause == clause.name else None, member.paid]
    if clause.quota is not None:
        quota = program.quotas[clause.quota]
        streams += [quota.places, quota.per, quota.order]
    return (stream for stream in streams if stream is not None)


def _facts(program: ir.Program, streams: Iterable[ir.Id]) -> Iterator[Fact]:
    seen: set[ir.Id] = set()
    waiting = list(streams)
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        stream = program.streams[number]
        if isinstance(stream.op, ir.Fact) and stream.entity is not None:
            yield stream.entity, stream.op.attribute
        if isinstance(stream.op, ir.Aggregate) and stream.op.via is not None:
            yield stream.op.entity, stream.op.via
        waiting.extend(ir.operands(stream.op))
