"""What of a plan is the same for all draws: the families, and the trellis of every piece with what the walk needs.

In: a plan. Out: `Prepared`; SimulationError names each clause that cannot be followed by counting, with its line.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from compiler.backends.columns.bounds import Unsupported
from lang import model
from lang.dates import Month
from lang.diagnostics import Diagnostic, Text
from lang.source import NOWHERE
from simulator.automaton.build import Built, build
from simulator.automaton.marks import Mark
from simulator.automaton.people import NotFinite, fault
from simulator.automaton.pieces import Family, Piece, Split, months_of, split
from simulator.automaton.transitions import LEAVE, OUT, RETURN, STAY
from simulator.chance.scenario_values import evaluate
from simulator.engines.person import Ready, prepare
from simulator.plan import Floats, Ints, Plan, SimulationError


@frozen(kw_only=True, eq=False)
class Walked:
    """A piece ready to be walked.

    clause      of each of the piece's clauses its number in the plan
    coins       positions (in the piece) of clauses of which take-up must be remembered: they pay one row repeatedly
    lasting     by layer and node: which coins still matter, as bits
    paying      by mark: the labels paid, flat; of mark i they are paying[mark_start[i] : mark_start[i + 1]]
    refusing    by mark: (clause position, ±1)
    """

    built: Built
    clause: tuple[int, ...]
    coins: tuple[int, ...]
    lasting: tuple[Ints, ...]
    paying: Ints
    mark_start: Ints
    refusing: Mapping[int, tuple[tuple[int, int], ...]]

    @property
    def piece(self) -> Piece:
        return self.built.piece


@frozen(kw_only=True, eq=False)
class Prepared:
    """`pieces` stand by family, in order."""

    plan: Plan
    ready: Ready
    families: tuple[Family, ...]
    pieces: tuple[tuple[Walked, ...], ...]


def prepared(plan: Plan) -> Prepared:
    """Raises SimulationError with everything that stands in the way."""
    ready = prepare(plan)
    divided = split(ready, ready.clauses)
    faults = dict(divided.refused)
    faults |= {name: fault(ready.program.clauses[name], e.reason) for name, e in lag_faults(ready).items()}
    if faults:
        raise SimulationError(*faults.values())
    found: list[tuple[Walked, ...]] = []
    problems: list[Diagnostic] = []
    for family in divided.families:
        walks = []
        for piece in family.pieces:
            try:
                built = build(ready, piece, arrival_months(plan, piece))
                unfair = not_alike(built)
                if unfair is not None:
                    quota = ready.program.quotas[ready.program.clauses[unfair].quota or ""]
                    problems.append(fault(ready.program.clauses[unfair], NOT_ALIKE, quota.origin))
                walks.append(_walked(plan, ready, built))
            except NotFinite as error:
                at = error.span if error.span != NOWHERE and error.span.source is not NOWHERE.source else None
                problems += [fault(ready.program.clauses[name], error.reason, at) for name in piece.clauses]
            except Unsupported as error:
                problems.append(error.diagnostic)
        found.append(tuple(walks))
    if problems:
        raise SimulationError(*problems)
    return Prepared(plan=plan, ready=ready, families=divided.families, pieces=tuple(found))


def refusals(plan: Plan) -> dict[str, Diagnostic]:
    """By clause, why it cannot be followed by counting, as far as that is seen without building the automaton."""
    ready = prepare(plan)
    divided: Split = split(ready, ready.clauses)
    return dict(divided.refused) | {
        name: fault(ready.program.clauses[name], e.reason) for name, e in lag_faults(ready).items()
    }


def lag_faults(ready: Ready) -> dict[str, NotFinite]:
    """A lag of a distribution that cannot be counted by."""
    lag = ready.plan.scenario.lag
    if lag is None or lag.family in ("choice", "fixed", "poisson", "binomial", "chance"):
        return {}
    error = NotFinite(lag.span, f"the lag is drawn from `{lag.family}`", "时滞的分布不能按类计数")
    return dict.fromkeys(ready.clauses, error)


def arrival_months(plan: Plan, piece: Piece) -> tuple[Month, ...]:
    """The months in which units of a piece can arrive."""
    first, last = plan.scenario.first, plan.scenario.last
    family = piece.rows[0].entity
    lines = plan.scenario.populations[family].arrivals
    months = sorted({m for line in lines for m in months_of(line, first, last)})
    if piece.line is None:
        return tuple(months)
    line = plan.scenario.populations[piece.head].arrivals[piece.line]
    return tuple(sorted(set(child_months(line, months, last))))


def child_months(line: model.Arrive, parents: list[Month], last: Month) -> list[Month]:
    """When rows arrive that arrive for rows of these months."""
    if line.first is None:
        return [m + line.after for m in parents if m + line.after <= last]
    end = line.first if line.last is None else line.last
    return [
        m + line.after for m in range(line.first, end + 1) if parents and parents[0] <= m and m + line.after <= last
    ]


NOT_ALIKE = Text(
    "those who wait for a place in its limit are not all alike, and the same of them would come first each month",
    "等候名额的人并不相同，而每月排在前面的总是同一些人",
)


def not_alike(built: Built) -> str | None:
    """The clause whose quota would be given wrongly by counting: of people of one rank, who differ in what they are
    paid or may yet be paid, some find no place and wait on. (Who comes first among them lasts for good; to draw it
    anew each month would be another law.)"""
    transitions = built.trellis.transitions
    if not transitions.place_claims.items:
        return None
    marks: list[Mark] = transitions.marks.items
    paying = {mark.payments: number for number, mark in reversed(list(enumerate(marks)))}
    plain = np.array([paying[mark.payments] for mark in marks], np.int64)  # whoever was refused before is alike
    after = np.zeros(1, np.int64)
    for layer in reversed(built.trellis.layers):
        asks = layer.claim >= 0
        lines = np.stack(
            [
                layer.outcome,
                plain[layer.mark],
                after[layer.target],
                layer.claim,
                np.where(asks, plain[layer.refused_mark], 0),
                np.where(asks, after[layer.refused_target], 0),
            ],
            axis=1,
        )
        numbers: dict[tuple[tuple[int, ...], ...], int] = {(((0, 0, 0, -1, 0, 0)),): 0}
        rows = [tuple(line) for line in lines.tolist()]
        node = np.zeros(layer.nodes, np.int64)
        for i, (a, b) in enumerate(zip(layer.start.tolist(), layer.start[1:].tolist(), strict=False)):
            own = tuple(rows[a:b])
            node[i] = numbers.setdefault(own if any(r[1:] != rows[a][1:] for r in own) else ((0, *rows[a][1:]),), i)
        by_rank: dict[tuple[object, ...], set[tuple[int, ...]]] = {}
        for line in {(r[3], r[1], r[2], r[4], r[5]) for r in rows if r[3] >= 0}:
            about = transitions.place_claims.items[line[0]]
            by_rank.setdefault((about.clause, about.pool, about.rank), set()).add(line[1:])
        for rank, sorts in by_rank.items():
            if len(sorts) > 1 and any(line[3] != 0 for line in sorts):
                return built.piece.clauses[rank[0]]  # type: ignore[call-overload, no-any-return]
        after = node
    return None


def _walked(plan: Plan, ready: Ready, built: Built) -> Walked:
    piece, transitions = built.piece, built.trellis.transitions
    program = ready.program
    coins: tuple[int, ...] = ()
    if plan.scenario.taken_up is not None:
        coins = tuple(
            position
            for position, name in enumerate(piece.clauses)
            if any(rule.frequency != "once" for rule in program.clauses[name].alternatives)
        )
    marks: list[Mark] = transitions.marks.items
    counts = [len(mark.payments) for mark in marks]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    paying = np.array([label for mark in marks for label in mark.payments], np.int64)
    bit = {position: 1 << number for number, position in enumerate(coins)}
    of_mark = np.array(
        [sum({bit.get(transitions.labels.items[label].clause, 0) for label in mark.payments}) for mark in marks],
        np.int64,
    )
    return Walked(
        built=built,
        clause=tuple(plan.clauses.index(name) if name in plan.clauses else -1 for name in piece.clauses),
        coins=coins,
        lasting=_lasting(built, of_mark),
        paying=paying,
        mark_start=start,
        refusing={number: mark.refusals for number, mark in enumerate(marks) if mark.refusals},
    )


def _lasting(built: Built, of_mark: Ints) -> tuple[Ints, ...]:
    """Backwards: the coins that a node, or what follows it, pays by."""
    found: list[Ints] = []
    after = np.zeros(1, np.int64)
    for layer in reversed(built.trellis.layers):
        bits = of_mark[layer.mark] | of_mark[layer.refused_mark]
        bits |= after[layer.target] | after[layer.refused_target]
        after = np.bitwise_or.reduceat(bits, layer.start[:-1])
        found.append(after)
    return tuple(reversed(found))


def outcome_chances(walked: Walked, unknowns: Mapping[str, Floats], draws: int) -> dict[int, Floats]:
    """The chance of each outcome that a layer names, by draw."""
    chains = walked.built.trellis.transitions.chains
    rates = [chain.rates(unknowns, draws) for chain in chains]
    wanted = {int(o) for layer in walked.built.trellis.layers for o in np.unique(layer.outcome)}
    found: dict[int, Floats] = {}
    for outcome in sorted(wanted):
        chance = np.ones(draws)
        rest = outcome
        for leave, back in rates:
            rest, what = divmod(rest, 5)
            chance = chance * {LEAVE: leave, STAY: 1 - leave, RETURN: back, OUT: 1 - back}.get(what, 1.0)
        found[outcome] = chance
    return found


def number_at(e: object, unknowns: Mapping[str, Floats], draws: int) -> Floats:
    return np.broadcast_to(evaluate(e, unknowns), (draws,))  # type: ignore[arg-type]
