"""One month of some clauses as a pure function: the IR rewritten so that nothing remembers.

In: a program, its clauses that are followed together, and which attributes are chains or follow chains. Out: a program
of one entity, the *unit* (a row with the rows that arrived for it, side by side), in which

    a stream that reads only what is fixed, and the calendar, is a fact `given N`     (kinds.py knows its values)
    a chain's flag is a fact `flag N`
    a register is a fact `memory N` with a stream that says what it will hold next month
    a link between rows of the unit is no step at all

so that any evaluator of the IR gives the step from (given, flags, memory) to (claims, next memory). A row that has
not arrived is no or absent in everything that is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from compiler import ir
from compiler.backends.columns.bounds import Size
from compiler.backends.columns.program import closure, roots
from simulator.automaton.people import Chain, Fact, Follow
from simulator.automaton.rewriting import UNIT, Door, Memory, Rewriting


@frozen(kw_only=True)
class StepProgram:
    """`old`: the program whose streams are given (with conjunctions of them added), and their sizes. `given`: streams
    of it by the fact that holds them. `flags`: chains by fact. `coins`: fixed yes/no facts that the followers read.
    `present`: the fact that says whether the row of an entity has arrived. `doors`: one a rule; a given fact that
    only rules read (`behind`: which) says nothing where all their doors are shut. `extra`: the streams of a clause's
    labels, in the new numbering."""

    old: ir.Program
    old_sizes: Mapping[ir.Id, Size]
    program: ir.Program
    doors: tuple[Door, ...]
    behind: Mapping[str, tuple[int, ...]]
    sizes: Mapping[ir.Id, Size]
    given: Mapping[str, ir.Id]
    flags: Mapping[str, Fact]
    coins: Mapping[str, Fact]
    present: Mapping[str, str]
    memories: tuple[Memory, ...]
    extra: Mapping[str, tuple[ir.Id, ...]]
    reads_january: bool


def group_link(program: ir.Program, clause: str) -> Fact | None:
    """The attribute by which a clause's rows reach the rows of its group; None where they are the same rows."""
    group = program.groups.get(program.clauses[clause].group or "")
    if group is None:
        return None
    (member,) = (m for m in group.members if m.clause == clause)
    if member.link is None:
        return None
    stream = program.streams[member.link]
    return (stream.entity or "", stream.op.attribute if isinstance(stream.op, ir.Fact) else "")


def _leads_nowhere(program: ir.Program, clause: str, links: Mapping[Fact, str]) -> bool:
    """Whether the rows of a clause have no row of its group, so that nobody is in their way (pieces.py refuses links
    that lead out of the unit to somebody)."""
    link = group_link(program, clause)
    return link is not None and link not in links


def step_program(
    program: ir.Program,
    clauses: Sequence[str],
    entities: Sequence[str],
    links: Mapping[Fact, str],
    moving: Mapping[Fact, Chain | Follow],
    old_sizes: Mapping[ir.Id, Size],
    payees: frozenset[str],
    extra: Mapping[str, tuple[ir.Id, ...]],
) -> StepProgram:
    """`entities`: those of the unit; `links`: attributes that lead from one row of the unit to another. NotFinite says
    what of the program has no such step."""
    work = Rewriting(program=program, links=links, moving=moving, old_sizes=old_sizes)
    for entity in entities:
        work.present[entity] = f"(present {entity})"
    wanted: set[ir.Id] = set()
    for name in clauses:
        clause = program.clauses[name]
        wanted |= roots(program, clause) | set(extra.get(name, ()))
        if name in payees:
            wanted |= {rule.payee for rule in clause.alternatives if rule.payee is not None}
    live = closure(program, wanted)
    for stream in sorted(live):
        work.changing[stream] = work.changes(program.streams[stream])
    alone = {name for name in clauses if _leads_nowhere(program, name, links)}
    mapped = {name: work.clause(program.clauses[name], name in payees) for name in clauses}
    mapped |= {name: evolve(mapped[name], group=None) for name in alone}
    extras = {name: tuple(work.label(name, stream) for stream in extra.get(name, ())) for name in clauses}
    groups = {
        name: evolve(
            group,
            entity=UNIT,
            members=tuple(
                evolve(m, link=None, paid=None if m.paid is None else work.of(m.paid))
                for m in group.members
                if m.clause not in alone
            ),
        )
        for name, group in program.groups.items()
        if any(m.clause in mapped and m.clause not in alone for m in group.members)
    }
    quotas = {
        name: evolve(
            quota,
            places=work.label(quota.clause, quota.places),
            per=None if quota.per is None else work.label(quota.clause, quota.per),
            order=None if quota.order is None else work.label(quota.clause, quota.order),
        )
        for name, quota in program.quotas.items()
        if quota.clause in mapped
    }
    step = evolve(
        program,
        streams=tuple(work.streams),
        clauses=mapped,
        order=tuple(name for name in program.order if name in mapped),
        groups=groups,
        quotas=quotas,
        targets={},
        definitions={},
    )
    return StepProgram(
        old=evolve(program, streams=(*program.streams, *work.added)),
        old_sizes={**old_sizes, **{stream.id: Size(1) for stream in work.added}},
        program=step,
        doors=tuple(work.doors),
        behind={name: tuple(sorted(rules)) for name, rules in work.behind.items() if name not in work.inner},
        sizes=work.sizes,
        given=work.given,
        flags=work.flags,
        coins=work.coins,
        present=work.present,
        memories=tuple(work.memories),
        extra=extras,
        reads_january=work.reads_january,
    )
