"""In which order the entities are passed over, and what a pass leaves for later ones.

A row reads another entity's rows in two ways: through a link (a certificate asks for its holder's county) and by an
aggregate (an enterprise counts its staff). Facts are read where they stand. What must be computed first is computed in
an earlier pass over the other entity and kept: a flag as bits, a number a row, and an aggregate as what was added up.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from compiler import ir


@frozen(order=True)
class Pass:
    """One walk over the rows of `entity`. `keep`: streams that others read; `feed`: aggregates that this entity's rows
    go into; `races`: clauses (or "" for what others paid) of whose rows it is found when they would first pay;
    `clauses`: those that are paid here."""

    phase: int
    entity: str
    keep: tuple[ir.Id, ...] = field(default=(), order=False)
    feed: tuple[ir.Id, ...] = field(default=(), order=False)
    races: tuple[tuple[str, str], ...] = field(default=(), order=False)  # (group, clause)
    clauses: tuple[str, ...] = field(default=(), order=False)


def roots(program: ir.Program, clause: ir.Clause) -> set[ir.Id]:
    """The streams that a clause reads of its own rows, payees too."""
    found: set[ir.Id | None] = set()
    for rule in clause.alternatives:
        found |= {rule.when, rule.amount, rule.months, rule.per_year, rule.in_all, rule.payee}
    if clause.group is not None:
        found |= {m.link for m in program.groups[clause.group].members if m.clause == clause.name}
    if clause.quota is not None:
        quota = program.quotas[clause.quota]
        found |= {quota.places, quota.per, quota.order}
    return {i for i in found if i is not None}


def schedule(program: ir.Program, clauses: Iterable[str], without: frozenset[ir.Id] = frozenset()) -> tuple[Pass, ...]:
    """The passes in order. `without`: streams that cannot be kept."""
    names = tuple(clauses)
    wanted = set().union(*(roots(program, program.clauses[name]) for name in names))
    groups = {program.clauses[name].group for name in names} - {None}
    wanted |= {m.paid for name in groups if name for m in program.groups[name].members if m.paid is not None}
    live = _closure(program, wanted)
    phases = _phases(program)
    keep: dict[tuple[int, str], set[ir.Id]] = {}
    feed: dict[tuple[int, str], set[ir.Id]] = {}
    paid: dict[tuple[int, str], list[str]] = {}
    for stream in sorted(live - without):
        op = program.streams[stream].op
        match op:
            case ir.Through(_, target):
                to = program.streams[target]
                if to.entity is not None and not isinstance(to.op, ir.Fact) and target not in without:
                    keep.setdefault((phases[target], to.entity), set()).add(target)
            case ir.Aggregate(_, entity, _, where, value):
                at = max((phases[i] for i in (where, value) if i is not None), default=0)
                feed.setdefault((at, entity), set()).add(stream)
            case _:
                pass
    races: dict[tuple[int, str], list[tuple[str, str]]] = {}

    def phase_of(name: str) -> int:
        return max((phases[i] for i in roots(program, program.clauses[name])), default=0)

    for name in names:
        clause = program.clauses[name]
        at = phase_of(name)
        if clause.group is not None:
            # all members' rows must have been seen before one of them is paid
            group = program.groups[clause.group]
            members = [m.clause for m in group.members if m.clause is not None]
            last = max(phase_of(member) for member in members)
            last = max([last, *(phases[m.paid] for m in group.members if m.paid is not None)])
            if group.take == "first":
                races.setdefault((at, clause.entity), []).append((group.name, name))
                last += 1
            at = last
        paid.setdefault((at, clause.entity), []).append(name)
    for name in sorted(name for name in groups if name):
        group = program.groups[name]
        for member in group.members:
            if member.paid is not None and group.take == "first":
                races.setdefault((phases[member.paid], group.entity), []).append((name, ""))
                break
    passes: list[Pass] = []
    for of in sorted({*keep, *feed, *races, *paid}):
        phase, entity = of
        walks = _walks(program, paid.get(of, []))
        first = walks[0] if walks else ()
        kept, fed = tuple(sorted(keep.get(of, ()))), tuple(sorted(feed.get(of, ())))
        passes.append(Pass(phase, entity, kept, fed, tuple(races.get(of, ())), first))
        passes += [Pass(phase, entity, clauses=walk) for walk in walks[1:]]
    return tuple(passes)


COLUMNS_A_WALK = 8  # a processor follows about so many arrays at once before it loses them


def _walks(program: ir.Program, clauses: list[str]) -> list[tuple[str, ...]]:
    """The clauses of a pass in walks of their own, so that none reads too many columns side by side. Members of a group
    that takes the highest are paid together."""
    walks: list[list[str]] = []
    read: set[tuple[str, str]] = set()
    groups: dict[str | None, list[str]] = {}  # that take the highest
    for name in clauses:
        group = program.clauses[name].group
        if group in groups:
            groups[group].append(name)
            continue
        facts = _facts(program, roots(program, program.clauses[name]))
        if not walks or len(read | facts) > COLUMNS_A_WALK:
            walks.append([])
            read = set()
        walks[-1].append(name)
        read |= facts
        if group is not None and program.groups[group].take == "highest":
            groups[group] = walks[-1]
    return [tuple(walk) for walk in walks]


def _facts(program: ir.Program, streams: set[ir.Id]) -> set[tuple[str, str]]:
    return {
        (stream.entity or "", stream.op.attribute)
        for i in _closure(program, streams)
        if isinstance((stream := program.streams[i]).op, ir.Fact)
    }


def dear(program: ir.Program) -> frozenset[ir.Id]:
    """The streams that need a number a month of their row: a wage, a count of staff. Runs that are only compared with a
    length do not."""
    numbers: set[ir.Id] = set()
    found: set[ir.Id] = set()
    for stream in program.streams:
        of = ir.operands(stream.op)
        match stream.op:
            case ir.Fact(attribute):
                about = program.attributes[stream.entity or "", attribute]
                made = about.monthly and stream.type.base != "yes/no"
            case ir.Aggregate() | ir.Total():
                made = True
            case ir.Run() | ir.Constant() | ir.Parameter() | ir.Settlement():
                made = False
            case _:
                made = any(i in numbers for i in of)
        if stream.type.base != "yes/no":
            numbers |= {stream.id} if made else set()
        if made or any(i in found for i in of):
            found.add(stream.id)
    return frozenset(found)


def _phases(program: ir.Program) -> list[int]:
    found: list[int] = []
    for stream in program.streams:
        at = max((found[i] for i in ir.operands(stream.op)), default=0)
        match stream.op:
            case ir.Through(_, target) if not isinstance(program.streams[target].op, ir.Fact):
                at = max(at, found[target] + 1)
            case ir.Aggregate():
                at += 1
            case _:
                pass
        found.append(at)
    return found


def _closure(program: ir.Program, streams: set[ir.Id]) -> set[ir.Id]:
    found: set[ir.Id] = set()
    waiting = list(streams)
    while waiting:
        stream = waiting.pop()
        if stream not in found:
            found.add(stream)
            waiting += ir.operands(program.streams[stream].op)
    return found
