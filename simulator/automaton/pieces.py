"""Which clauses are followed together, and for whom.

In: what the person engine makes ready of a plan (clauses, labels, payees). Out: `Family`s, one for each population that
arrives by itself, with their `Piece`s; or, by clause, why it cannot be followed by counting.

Clauses that read one chain of chances, that are in one group, or that belong to one entity that arrives for another,
make one piece: their payments to one person depend on each other beyond what is fixed. Pieces of one family share the
number of people, and the fixed attributes that more than one of them reads; given these they are independent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from attrs import field, frozen

from compiler import ir
from compiler.backends.columns.program import closure, roots
from lang import model, typed
from lang.dates import Month
from lang.diagnostics import Diagnostic, Text
from lang.source import NOWHERE
from simulator.automaton.kinds import UnitRow
from simulator.automaton.order import Order, order_of
from simulator.automaton.people import Chain, Fact, Factor, Follow, NotFinite, describe, existence, fault
from simulator.automaton.step_program import group_link
from simulator.engines.coverage import facts_read
from simulator.engines.person import Ready
from simulator.notes import entity_title
from simulator.plan import Plan

MOST_CELLS = 4096
TOO_MANY_ALIKE = Text(
    "its rows read attributes of the row that they arrive for, and these have too many combinations to be counted",
    "其各行读取所属对象的属性，而这些属性的组合过多，无法按类计数",
)


@frozen(kw_only=True)
class Piece:
    """Clauses in order of processing, followed over one unit.

    head        the entity whose arrivals are units; for a `line` of a population that arrives for another entity: that
                population's, and the unit's `context` is the row that it arrived for
    factors     fixed attributes: the family's shared ones that are read here come first
    moving      chains and what follows them, by attribute
    ordered     entities whose arrival month is kept: who is served first depends on it
    shuffled    clauses whose claims of a month stand in random order, one by one
    """

    name: str
    clauses: tuple[str, ...]
    head: str
    line: int | None
    rows: tuple[UnitRow, ...]
    factors: tuple[Factor, ...]
    shared: int
    moving: Mapping[Fact, Chain | Follow]
    links: Mapping[Fact, str]
    ordered: frozenset[str] = frozenset()
    shuffled: frozenset[str] = frozenset()

    @property
    def chains(self) -> tuple[Chain, ...]:
        return tuple(about for about in self.moving.values() if isinstance(about, Chain))


@frozen(kw_only=True)
class Family:
    """Everybody who arrives with a row of `head`. `shared`: fixed attributes that more than one piece reads."""

    head: str
    shared: tuple[Factor, ...]
    pieces: tuple[Piece, ...]


@frozen(kw_only=True)
class Split:
    """`refused`: by clause, why it is in no piece."""

    families: tuple[Family, ...]
    refused: Mapping[str, Diagnostic] = field(factory=dict)


@frozen(kw_only=True)
class _Need:
    """What one clause reads. `unit`: the entities of its unit, the head first; `line`: of a detached one."""

    clause: str
    head: str
    unit: tuple[str, ...]
    detached: bool
    facts: tuple[Fact, ...]
    fixed: tuple[Factor, ...]
    moving: Mapping[Fact, Chain | Follow]
    links: Mapping[Fact, str]


def split(ready: Ready, clauses: Sequence[str], engine: str = "cohort") -> Split:
    """Pieces for the clauses (in order of processing, with all members of their groups).

    `engine`: `exact` puts nobody in a queue, so it does not matter to it who comes first; and a row of which at most
    one arrives for another goes with that one, so that few rows are left that arrive by themselves for others.
    """
    refused: dict[str, Diagnostic] = {}
    needs: dict[str, _Need] = {}
    ordered: dict[str, Order] = {}
    for name in clauses:
        clause = ready.program.clauses[name]
        try:
            ordered[name] = order_of(ready, name) if engine == "cohort" else "alike"
            needs[name] = _need(ready, name, attach=engine == "exact")
        except NotFinite as error:
            span = error.span if error.span != NOWHERE and error.span.source is not NOWHERE.source else None
            refused[name] = fault(clause, error.reason, span, engine)
    for group in ready.program.groups.values():
        members = [m.clause for m in group.members if m.clause in clauses]
        stuck = [m for m in members if m in refused]
        for member in members:
            if stuck and member is not None and member not in refused:
                del needs[member]
                reason = Text(
                    f"it stands in the group `{group.name}` with {stuck[0]}, which cannot be followed by counting",
                    f"它与不能按类计数的 {stuck[0]} 同在“{group.name}”中",
                )
                refused[member] = fault(ready.program.clauses[member], reason, engine=engine)
    families: list[Family] = []
    for head in dict.fromkeys(need.head for need in needs.values()):
        family, apart = _family(ready, head, [n for n in needs.values() if n.head == head], ordered)
        families.append(family)
        refused |= {name: fault(ready.program.clauses[name], TOO_MANY_ALIKE, engine=engine) for name in apart}
    return Split(families=tuple(families), refused=refused)


# ---------------------------------------------------------------- what a clause reads
def _need(ready: Ready, name: str, attach: bool = False) -> _Need:
    """`attach`: a row of which at most one arrives for another is followed with it even where it need not be."""
    plan, program = ready.plan, ready.program
    clause = program.clauses[name]
    wanted = roots(program, clause) | {s for s in (*ready.pots[name], ready.by[name]) if s is not None}
    if name in ready.payees:
        wanted |= {rule.payee for rule in clause.alternatives if rule.payee is not None}
    live = closure(program, wanted)
    _no_counting(plan, program, live)
    facts = [f for f in facts_read(program, live) if f[0] in plan.scenario.populations]
    links = {f: per for f in facts if (per := _arrived_for(plan, f)) is not None}
    entities = list(dict.fromkeys([clause.entity, *(f[0] for f in facts)]))
    parents = [per for (entity, _), per in links.items() if entity == clause.entity]
    group = program.groups.get(clause.group or "")
    if len(set(parents)) > 1:
        raise NotFinite(clause.origin, "its row arrives for more than one entity", "其行由多个台账带来")
    parent = parents[0] if parents else None
    for entity in entities:
        if entity not in (clause.entity, parent):
            raise NotFinite(
                clause.origin,
                f"it reads `{entity}`, and who is linked to whom is drawn one by one",
                f"它读取“{entity_title(plan, entity)}”，而关联是逐个抽取的",
            )
    moving, fixed = _described(plan, facts, links)
    link = group_link(program, name)
    if link is not None and link not in links and not _nobody(plan, link):
        raise NotFinite(
            clause.origin,
            f"its group is reached through `{link[1] or 'a link'}`, and who is linked to whom is drawn one by one",
            f"其不重复享受经由{link[1] or '关联'}判断，而关联是逐个抽取的",
        )
    population = plan.scenario.populations[clause.entity]
    lines = population.arrivals
    if population.roster is not None:
        raise NotFinite(population.span, "its people come from a roster", "其人员来自台账")
    own_lines = {line.per for line in lines}
    joined = parent is not None and (
        any(entity == parent for entity, _ in moving) or (group is not None and group.entity == parent)
    )
    if own_lines == {None}:
        return _Need(
            clause=name, head=clause.entity, unit=(clause.entity,), detached=False, facts=tuple(facts),
            fixed=tuple(fixed), moving=moving, links=links,
        )  # fmt: skip
    if len(own_lines) > 1:
        raise NotFinite(population.span, "some of its rows arrive for others and some do not", "其行来源不一")
    (per,) = own_lines
    assert per is not None
    above = plan.scenario.populations.get(per)
    if above is None or any(line.per is not None for line in above.arrivals) or above.roster is not None:
        raise NotFinite(
            population.span, f"`{per}`, for which it arrives, does not arrive by itself", "上级群体并非自行新增"
        )
    single = (
        len(lines) == 1 and _one(lines[0].number) and (lines[0].first or 0) == (lines[0].last or lines[0].first or 0)
    )
    if joined or (attach and single):
        if not single:
            raise NotFinite(
                population.span,
                f"more than one {clause.entity} may arrive for one {per}, and it follows that row's chances",
                "同一上级可带来多行，而其结果随上级的变化而定",
            )
        return _Need(
            clause=name, head=per, unit=(per, clause.entity), detached=False, facts=tuple(facts), fixed=tuple(fixed),
            moving=moving, links=links,
        )  # fmt: skip
    for line in lines:
        if line.number.family not in ("fixed", "poisson", "binomial"):
            raise NotFinite(
                line.span, "the number that arrives is neither fixed, poisson nor binomial", "新增数量的分布不支持"
            )
        if line.first is not None and any(f.offsets and f.fact[0] == per for f in fixed):
            raise NotFinite(line.span, f"it reads when the {per} arrived", "它读取上级的进入日")
    return _Need(
        clause=name, head=per, unit=(per, clause.entity), detached=True, facts=tuple(facts), fixed=tuple(fixed),
        moving=moving, links=links,
    )  # fmt: skip


def _nobody(plan: Plan, link: Fact) -> bool:
    """Whether a link leads to nobody, for certain."""
    about = describe(plan, link)
    return isinstance(about, Factor) and bool(about.none) and all(about.none)


def _no_counting(plan: Plan, program: ir.Program, live: Iterable[ir.Id]) -> None:
    for stream in sorted(live):
        op = program.streams[stream].op
        if isinstance(op, ir.Parameter) and op.parameter in plan.scenario.drawn_sets:
            raise NotFinite(
                program.streams[stream].origin,
                f"its parameter `{op.parameter}` has another value in each draw",
                f"其标准“{plan.policy.parameters[op.parameter].label or op.parameter}”每次抽样取值不同",
            )
        if isinstance(op, ir.Aggregate):
            raise NotFinite(
                program.streams[stream].origin,
                f"it counts rows of `{op.entity}`, which ties people to each other",
                f"它要统计“{entity_title(plan, op.entity)}”，人与人之间相互关联",
            )


def _arrived_for(plan: Plan, fact: Fact) -> str | None:
    """The entity for whose rows this link's rows arrive."""
    for line in plan.scenario.populations[fact[0]].arrivals:
        if line.link == fact[1] and line.per is not None:
            return line.per
    return None


def _described(
    plan: Plan, facts: Sequence[Fact], links: Mapping[Fact, str]
) -> tuple[dict[Fact, Chain | Follow], list[Factor]]:
    moving: dict[Fact, Chain | Follow] = {}
    fixed: dict[Fact, Factor] = {}

    def add(fact: Fact) -> None:
        if fact in moving or fact in fixed or fact in links:
            return
        about = describe(plan, fact)
        if isinstance(about, Factor):
            fixed[fact] = about
            return
        if isinstance(about, Follow):
            if about.coin is not None:
                fixed[fact] = about.coin
            add(about.leader)
        moving[fact] = about

    for fact in facts:
        add(fact)
    return moving, list(fixed.values())


def _one(number: model.Distribution) -> bool:
    if number.family != "fixed":
        return False
    (amount,) = number.arguments.values()
    return isinstance(amount, typed.Constant) and amount.value == 1


# ---------------------------------------------------------------- pieces
def _family(
    ready: Ready, head: str, needs: Sequence[_Need], ordered: Mapping[str, Order]
) -> tuple[Family, tuple[str, ...]]:
    """And the clauses that cannot be followed with it: where shared attributes have too many combinations, rows that
    arrive for one row would not know that they share its attributes."""
    bundles = _bundles(ready, needs)
    shared: list[Factor] = []
    seen: dict[Fact, int] = {}
    for bundle in bundles:
        for factor in {f.fact: f for need in bundle for f in need.fixed if f.fact[0] == head}.values():
            seen[factor.fact] = seen.get(factor.fact, 0) + (2 if bundle[0].detached else 1)
            if seen[factor.fact] >= 2 and factor not in shared:
                shared.append(factor)
    order = list(ready.plan.scenario.populations[head].assumptions)
    shared.sort(key=lambda f: order.index(f.fact[1]) if f.fact[1] in order else -1)
    shared = [f for f in shared if len(f.values) > 1]
    apart: list[list[_Need]] = []
    if prod(len(f.values) for f in shared) > MOST_CELLS:
        common = {factor.fact for factor in shared}
        apart = [b for b in bundles if b[0].detached and any(f.fact in common for need in b for f in need.fixed)]
        bundles = [b for b in bundles if b not in apart]
        shared = []
        attached = [n for bundle in bundles for n in bundle if not n.detached]
        bundles = [*([attached] if attached else []), *(b for b in bundles if b[0].detached)]
    pieces: list[Piece] = []
    for bundle in bundles:
        lines: Sequence[int | None] = (None,)
        if bundle[0].detached:
            lines = range(len(ready.plan.scenario.populations[bundle[0].unit[1]].arrivals))
        pieces += [_piece(ready, head, bundle, line, shared, ordered) for line in lines]
    family = Family(head=head, shared=tuple(shared), pieces=tuple(pieces))
    return family, tuple(need.clause for bundle in apart for need in bundle)


def _bundles(ready: Ready, needs: Sequence[_Need]) -> list[list[_Need]]:
    """Clauses that depend on each other given what is fixed, in order of processing."""
    root = {need.clause: need.clause for need in needs}

    def find(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    seen: dict[object, str] = {}
    for need in needs:
        marks: list[object] = [*need.moving]
        if len(need.unit) > 1:
            marks.append(("entity", need.unit[1]))
        group = ready.program.clauses[need.clause].group
        if group is not None:
            marks.append(("group", group))
        for mark in marks:
            if mark in seen:
                root[find(need.clause)] = find(seen[mark])
            seen[mark] = find(need.clause)
    bundles: dict[str, list[_Need]] = {}
    for need in needs:
        bundles.setdefault(find(need.clause), []).append(need)
    result = []
    for bundle in bundles.values():
        # A child that follows its parent's chances is in the parent's unit, and so are its other clauses.
        if any(n.detached for n in bundle) and not all(n.detached for n in bundle):
            bundle = [_attached(n) for n in bundle]
        result.append(bundle)
    return result


def _attached(need: _Need) -> _Need:
    from attrs import evolve

    return evolve(need, detached=False)


def _piece(
    ready: Ready,
    head: str,
    bundle: Sequence[_Need],
    line: int | None,
    shared: Sequence[Factor],
    ordered: Mapping[str, Order],
) -> Piece:
    plan = ready.plan
    detached = line is not None
    factors: dict[Fact, Factor] = {}
    moving: dict[Fact, Chain | Follow] = {}
    links: dict[Fact, str] = {}
    for need in bundle:
        factors |= {f.fact: f for f in need.fixed}
        moving |= need.moving
        links |= need.links
    entities = list(dict.fromkeys(e for need in bundle for e in need.unit))
    first = [f for f in shared if f.fact in factors or detached]
    # Detached units are drawn from the family's cells, so they know all shared attributes; so does every piece.
    first = list(shared)
    rest = [f for f in factors.values() if f.fact not in {s.fact for s in first}]
    rows = []
    listed: list[Factor] = [*first, *rest]
    for entity in entities:
        if entity == head and not detached:
            rows.append(UnitRow(entity=entity))
        elif entity == head:
            arrive = plan.scenario.populations[entities[1]].arrivals[line or 0]
            rows.append(UnitRow(entity=entity, outside=True, delay=-arrive.after))
        elif detached:
            rows.append(UnitRow(entity=entity, link=_link(links, entity), to=head))
        else:
            (arrive,) = plan.scenario.populations[entity].arrivals
            exists = existence(entity, 0, arrive)
            listed.append(exists)
            rows.append(
                UnitRow(
                    entity=entity, link=_link(links, entity), to=head, delay=arrive.after,
                    fixed=None if arrive.first is None else arrive.first + arrive.after, exists=len(listed) - 1,
                )
            )  # fmt: skip
    names = tuple(n for n in ready.program.order if n in {need.clause for need in bundle})
    program = ready.program
    kept = {program.clauses[n].entity for n in names if ordered[n] == "arrival"}
    return Piece(
        name=f"{head}|{names[0]}|{'' if line is None else line}",
        clauses=names,
        head=head if line is None else entities[1],
        line=line,
        rows=tuple(rows),
        factors=tuple(listed),
        shared=len(first),
        moving=moving,
        links={fact: per for fact, per in links.items() if fact[0] in entities},
        ordered=frozenset(kept),
        shuffled=frozenset(n for n in names if ordered[n] != "alike"),
    )


def _link(links: Mapping[Fact, str], entity: str) -> str | None:
    return next((name for (of, name) in links if of == entity), None)


def months_of(line: model.Arrive, first: Month, last: Month) -> range:
    """The months in which a line brings people by itself."""
    begin = first if line.first is None else line.first
    end = begin if line.last is None else line.last
    return range(begin, min(end, last) + 1)
