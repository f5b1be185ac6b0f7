"""From a plan to its components: one small net for each clause, or for clauses of one exclusive group.

In: what the person engine makes ready of a plan. Out: `Household`s, one for each population that arrives by itself,
with the components of its clauses; SimulationError names each clause that cannot be computed, its line and why.

Fixed attributes of which the chances depend on the world, and those that several components read, are a **cell** of
the household: its weights are known from outside. All others are private to a component and stay hidden in it
(beliefs.py). Who is paid repeatedly claims all of it or nothing (take-up is drawn once an entity and clause): a coin,
which a component can be entered with either way up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product as every
from math import prod

import numpy as np
from attrs import frozen

from compiler.backends.columns.bounds import Unsupported
from lang import typed
from lang.dates import Month
from lang.diagnostics import Diagnostic, Text
from lang.source import NOWHERE
from simulator.automaton.again import Again
from simulator.automaton.build import Built, build
from simulator.automaton.kinds import MOST_KINDS, UnitRow
from simulator.automaton.people import Chain, Fact, Factor, NotFinite, fault
from simulator.automaton.pieces import split
from simulator.automaton.trellis import Layer
from simulator.chance.scenario_values import evaluate
from simulator.engines.cohort.prepare import arrival_months, lag_faults
from simulator.engines.exact.beliefs import beliefs, believed
from simulator.engines.exact.nets import Marks, Net, NetLayer, Payment, minimised, paying
from simulator.engines.person import Ready
from simulator.plan import Floats, Ints, SimulationError

Key = tuple[int, ...]  # of a household's cell factors: which value each has; -1 where a component does not read it
_ROOM = 20_000  # nodes that beliefs may have beyond those of the trellis


@frozen(kw_only=True, eq=False)
class Component:
    """`clauses`: positions in the plan. `coins`: those of them that pay one row repeatedly, where not everybody claims.
    `line`: of rows that arrive by themselves for others, else None. `entry[month][key, coins]`: the node that is
    entered, with a bit a coin (1: claims). `own`: cell factors of an arriving row itself (of a `line`), by position.
    """

    clauses: tuple[int, ...]
    coins: tuple[int, ...]
    head: str
    line: int | None
    chains: tuple[Chain, ...]
    net: Net
    entry: Mapping[Month, Mapping[tuple[Key, Key], int]]
    reads: tuple[int, ...]
    own: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        return sum(layer.nodes for layer in self.net.layers)


@frozen(kw_only=True, eq=False)
class Household:
    """Everybody who arrives with a row of `head`. `cells`: the factors that are told apart outside the nets; `rows`:
    the rows that a unit may have, with the position among `cells` of whether they arrive."""

    head: str
    cells: tuple[Factor, ...]
    existence: Mapping[str, int]
    components: tuple[Component, ...]


@frozen(kw_only=True, eq=False)
class Population:
    """All households of a plan, and the marks of their nets."""

    ready: Ready
    households: tuple[Household, ...]
    marks: Marks


def refusals(ready: Ready, engine: str = "exact") -> dict[str, Diagnostic]:
    """By clause, why it cannot be computed, as far as that is seen without building its automaton."""
    refused = dict(split(ready, ready.clauses, engine).refused)
    for name in ready.clauses:
        clause = ready.program.clauses[name]
        if clause.quota is not None:
            quota = ready.program.quotas[clause.quota]
            reason = Text("its limit ties people to each other", "其名额限制使人与人之间相互关联")
            refused[name] = fault(clause, reason, quota.origin, engine)
    refused |= {n: fault(ready.program.clauses[n], e.reason, engine=engine) for n, e in lag_faults(ready).items()}
    for group in ready.program.groups.values():
        members = [m.clause for m in group.members if m.clause in ready.clauses]
        stuck = [m for m in members if m in refused]
        for member in members:
            if stuck and member is not None and member not in refused:
                reason = Text(
                    f"it stands in the group `{group.name}` with {stuck[0]}, which cannot be computed",
                    f"它与不能精确计算的 {stuck[0]} 同在“{group.name}”中",
                )
                refused[member] = fault(ready.program.clauses[member], reason, engine=engine)
    return refused


def population(ready: Ready) -> Population:
    """Raises SimulationError with everything that stands in the way."""
    refused = refusals(ready)
    if refused:
        raise SimulationError(*(refused[name] for name in ready.clauses if name in refused))
    faults: list[Diagnostic] = []
    built: dict[str, list[Built]] = {}
    for names in _coupled(ready):
        for family in split(ready, names, "exact").families:
            for piece in family.pieces:
                try:
                    built.setdefault(family.head, []).append(build(ready, piece, arrival_months(ready.plan, piece)))
                except NotFinite as error:
                    at = error.span if error.span != NOWHERE and error.span.source is not NOWHERE.source else None
                    faults += [fault(ready.program.clauses[n], error.reason, at, "exact") for n in piece.clauses]
                except Unsupported as error:
                    faults.append(error.diagnostic)
    if faults:
        raise SimulationError(*faults)
    marks = Marks()
    households = tuple(_household(ready, head, parts, marks) for head, parts in built.items())
    return Population(ready=ready, households=households, marks=marks)


def _coupled(ready: Ready) -> list[tuple[str, ...]]:
    """Clauses by exclusive group; the others alone."""
    parts: dict[str, list[str]] = {}
    for name in ready.clauses:
        group = ready.program.clauses[name].group
        parts.setdefault(f"group {group}" if group is not None else name, []).append(name)
    return [tuple(part) for part in parts.values()]


def constant(weight: typed.Expr | None) -> bool:
    """Whether a chance is the same in every world."""
    if weight is None:
        return True
    try:
        evaluate(weight, {})
    except KeyError:
        return False
    return True


# ---------------------------------------------------------------- households
def _household(ready: Ready, head: str, parts: Sequence[Built], marks: Marks) -> Household:
    readers: dict[Fact, int] = {}
    factors: dict[Fact, Factor] = {}
    moving = False
    for part in parts:
        for factor in part.piece.factors:
            factors[factor.fact] = factor
            # What rows read of the one for which they arrived, others that arrive for it read too; what is theirs,
            # each draws for itself.
            more = 1 if part.piece.line is None else 2 if factor.fact[0] == head else 0
            readers[factor.fact] = readers.get(factor.fact, 0) + more
        moving = moving or bool(part.piece.chains)
    cells = tuple(
        f
        for fact, f in factors.items()
        if len(f.values) > 1 and (readers[fact] > 1 or not all(constant(w) for w in f.weights))
    )
    if prod(len(f.values) for f in cells) > MOST_KINDS:
        clause = ready.program.clauses[parts[0].piece.clauses[0]]
        reason = Text("there are too many kinds of people to compute with", "需区分的人员类别过多，无法精确计算")
        raise SimulationError(fault(clause, reason, engine="exact"))
    chains = tuple(dict.fromkeys(c for part in parts if part.piece.line is None for c in part.piece.chains))
    existence = {row.entity: _position(cells, part, row) for part in parts for row in part.piece.rows}
    return Household(
        head=head,
        cells=cells,
        existence={entity: at for entity, at in existence.items() if at is not None},
        components=tuple(_component(ready, part, cells, head, chains, marks) for part in parts),
    )


def _position(cells: Sequence[Factor], part: Built, row: UnitRow) -> int | None:
    if row.exists is None:
        return None
    fact = part.piece.factors[row.exists].fact
    return next((at for at, f in enumerate(cells) if f.fact == fact), None)


def _component(
    ready: Ready, built: Built, cells: Sequence[Factor], head: str, chains: tuple[Chain, ...], marks: Marks
) -> Component:
    piece = built.piece
    own = piece.chains if piece.line is not None else chains
    names = tuple(name for name in piece.clauses)
    plan = ready.plan
    position = {name: plan.clauses.index(name) if name in plan.clauses else -1 for name in names}
    net = _net(built, own, marks, [position[name] for name in names])
    facts = [f.fact for f in piece.factors]
    reads = tuple(at for at, f in enumerate(cells) if f.fact in facts)
    keys, of_key = _keys(built, cells, reads)
    weight = _hidden(built, {cells[at].fact for at in reads})
    enter = Again(lambda nodes: beliefs(of_key, nodes, weight, len(keys)))
    entering = {m: enter(built.trellis.entry[m]) for m in built.arrivals}
    nodes = sum(layer.nodes for layer in net.layers)
    made = believed(net, entering, len(own), nodes + _ROOM)
    if made is None:
        raise SimulationError(
            fault(
                ready.program.clauses[names[0]],
                Text("what is known of its people has too many states", "其人员状态过多，无法精确计算"),
                engine="exact",
            )
        )
    net, entry = made if made[0] is net else minimised(*made)
    coins = tuple(
        position[name]
        for name in names
        if plan.scenario.taken_up is not None
        and any(rule.frequency != "once" for rule in ready.program.clauses[name].alternatives)
    )
    net, by_coins = _with_coins(net, entry, coins, len(set(position.values())) == 1, marks)
    return Component(
        clauses=tuple(position[name] for name in names),
        coins=coins,
        head=piece.head,
        line=piece.line,
        chains=own,
        net=net,
        entry={
            month: {(key, c): int(of[i]) for c, of in by_coins[month].items() for i, key in enumerate(keys)}
            for month in entry
        },
        reads=reads,
        own=tuple(at for at in reads if piece.line is not None and cells[at].fact[0] != head),
    )


def _net(built: Built, chains: Sequence[Chain], marks: Marks, clauses: Sequence[int]) -> Net:
    """The trellis with the household's outcomes and marks."""
    transitions = built.trellis.transitions
    own = transitions.chains
    payments = [
        Payment(clause=clauses[label.clause], amount=label.amount, extra=label.extra)
        for label in transitions.labels.items
    ]
    mark = np.array([marks.number(tuple(payments[i] for i in m.payments)) for m in transitions.marks.items], np.int64)

    def renamed(layer: Layer) -> NetLayer:
        outcome = np.zeros(len(layer.outcome), np.int64)
        for at, chain in enumerate(own):
            outcome += layer.outcome // 5**at % 5 * 5 ** chains.index(chain)
        return NetLayer(layer.start, outcome, np.ones(len(outcome)), mark[layer.mark], layer.target)

    return Net(built.trellis.first, tuple(map(Again(renamed), built.trellis.layers)))


def _keys(built: Built, cells: Sequence[Factor], reads: Sequence[int]) -> tuple[list[Key], Ints]:
    """The cells that a component tells apart, and which of them each combination is in."""
    combos = built.combos
    facts = [f.fact for f in combos.factors]
    columns = [combos.index[facts.index(cells[at].fact)] for at in reads]
    table = np.stack(columns, axis=1) if columns else np.zeros((combos.size, 0), np.int64)
    unique, inverse = np.unique(table, axis=0, return_inverse=True)
    keys = []
    for line in unique.tolist():
        key = [-1] * len(cells)
        for at, value in zip(reads, line, strict=True):
            key[at] = value
        keys.append(tuple(key))
    return keys, inverse.reshape(-1)


def _hidden(built: Built, known: Collection[Fact]) -> Floats:
    """The weight of each combination among those with the same known attributes."""
    combos = built.combos
    weight: Floats = np.ones(combos.size)
    for number, factor in enumerate(combos.factors):
        if factor.fact not in known and len(factor.values) > 1:
            part = factor.chances({}, 1)[:, 0][combos.index[number]]
            weight = weight * np.where(combos.counted[number], part, 1.0)
    return weight


# ---------------------------------------------------------------- coins
def _with_coins(
    net: Net, entry: Mapping[Month, Ints], coins: Sequence[int], alone: bool, marks: Marks
) -> tuple[Net, dict[Month, dict[Key, Ints]]]:
    """A copy of the net for each set of coins, without the payments that are not claimed."""
    every_bit = list(every((1, 0), repeat=len(coins)))
    if not coins:
        return net, {month: {(): nodes} for month, nodes in entry.items()}
    if alone:  # who does not claim is as one who is never paid
        return net, {month: {(1,): nodes, (0,): np.zeros(len(nodes), np.int64)} for month, nodes in entry.items()}
    copies = []
    for bits in every_bit:
        out = {clause for clause, bit in zip(coins, bits, strict=True) if not bit}
        kept = np.array(
            [marks.number(tuple(p for p in items if p.clause not in out)) for items in list(marks.items)], np.int64
        )
        copies.append(paying(net, kept))
    joined, offsets = _side_by_side(copies)
    count = {month: len(nodes) for month, nodes in entry.items()}
    inside = {
        month: np.concatenate([np.where(nodes == 0, 0, nodes + offset[month]) for offset in offsets])
        for month, nodes in entry.items()
    }
    made, entered = minimised(joined, inside)
    return made, {
        month: {bits: nodes[i * count[month] : (i + 1) * count[month]] for i, bits in enumerate(every_bit)}
        for month, nodes in entered.items()
    }


def _side_by_side(nets: Sequence[Net]) -> tuple[Net, list[dict[Month, int]]]:
    """One net of all, with one dead node; and how far the nodes of each have moved, by month."""
    layers, moved = [], [dict[Month, int]() for _ in nets]
    for at in range(len(nets[0].layers)):
        parts = [net.layers[at] for net in nets]
        size = [part.nodes - 1 for part in parts]
        after = [net.layers[at + 1].nodes - 1 if at + 1 < len(net.layers) else 0 for net in nets]
        starts, targets, shift, onward = [np.zeros(1, np.int64)], [], 0, 0
        edges = 0
        for number, part in enumerate(parts):
            moved[number][nets[0].first + at] = shift
            first = 0 if number == 0 else int(part.start[1])
            starts.append(part.start[1 if number == 0 else 2 :] - first + edges)
            edges += len(part.target) - first
            own = part.target[first:]
            targets.append(np.where(own == 0, 0, own + onward))
            shift, onward = shift + size[number], onward + after[number]
        cut = [0 if number == 0 else int(part.start[1]) for number, part in enumerate(parts)]
        layers.append(
            NetLayer(
                start=np.concatenate(starts),
                outcome=np.concatenate([p.outcome[c:] for p, c in zip(parts, cut, strict=True)]),
                weight=np.concatenate([p.weight[c:] for p, c in zip(parts, cut, strict=True)]),
                mark=np.concatenate([p.mark[c:] for p, c in zip(parts, cut, strict=True)]),
                target=np.concatenate(targets),
            )
        )
    return Net(nets[0].first, tuple(layers)), moved
