"""From a piece to its trellis: the automaton's parts in order, on one page."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from compiler import ir
from compiler.backends.columns.bounds import sizes
from compiler.backends.columns.program import closure, roots
from compiler.parameters import settled
from lang.dates import Month
from simulator.automaton.kinds import Combinations, Kinds, combinations, kinds
from simulator.automaton.people import making
from simulator.automaton.pieces import Piece
from simulator.automaton.step_program import StepProgram, step_program
from simulator.automaton.transitions import Transitions
from simulator.automaton.trellis import Trellis, trellis
from simulator.engines.person import Ready


@frozen(kw_only=True, eq=False)
class Built:
    """`arrivals`: the months in which units of the piece arrive."""

    piece: Piece
    combos: Combinations
    arrivals: tuple[Month, ...]
    trellis: Trellis


def build(ready: Ready, piece: Piece, arrivals: Sequence[Month]) -> Built:
    """Raises NotFinite (too many kinds or states) and Unsupported (numbers too large)."""
    plan, program = ready.plan, ready.program
    extra = {name: labels(ready, name) for name in piece.clauses}
    live: set[ir.Id] = set()
    for name in piece.clauses:
        clause = program.clauses[name]
        live |= roots(program, clause) | set(extra[name])
        if name in ready.payees:
            live |= {rule.payee for rule in clause.alternatives if rule.payee is not None}
    live = closure(program, live)
    old_sizes = sizes(program, live, settled(program, plan.scenario.sets))
    step = step_program(
        program,
        piece.clauses,
        [row.entity for row in piece.rows],
        piece.links,
        piece.moving,
        old_sizes,
        ready.payees,
        extra,
    )
    quotas = {program.clauses[n].entity for n in piece.clauses if program.clauses[n].quota is not None}
    yearly = step.reads_january or any(_yearly(program, name) for name in piece.clauses)
    combos = combinations(piece.factors, piece.shared, piece.rows, len(arrivals))
    of_kinds: Kinds = kinds(
        plan,
        step,
        piece.rows,
        combos,
        arrivals,
        yearly=yearly,
        arrival_of=sorted(quotas | piece.ordered),
    )
    transitions = _transitions(ready, piece, step, of_kinds)
    return Built(piece=piece, combos=combos, arrivals=tuple(arrivals), trellis=trellis(of_kinds, transitions))


def labels(ready: Ready, name: str) -> tuple[ir.Id, ...]:
    """The streams read for each payment: pots, then the group."""
    found = [stream for stream in (*ready.pots[name], ready.by[name]) if stream is not None]
    return tuple(dict.fromkeys(found))


def _yearly(program: ir.Program, name: str) -> bool:
    clause = program.clauses[name]
    quota = program.quotas.get(clause.quota or "")
    return any(r.frequency == "once per year" or r.per_year is not None for r in clause.alternatives) or (
        quota is not None and quota.period == "year"
    )


def _transitions(ready: Ready, piece: Piece, step: StepProgram, of_kinds: Kinds) -> Transitions:
    flags = {fact: name for name, fact in step.flags.items()}
    chains = tuple(chain for chain in piece.chains if chain.fact in flags)
    return Transitions(
        step=step,
        names=of_kinds.names,
        dens=of_kinds.dens,
        letters=of_kinds.letters,
        chains=chains,
        flag_names=tuple(flags[chain.fact] for chain in chains),
        clauses=piece.clauses,
        entity_of={name: ready.program.clauses[name].entity for name in piece.clauses},
        codes=making(ready.plan).codes,
        ordered=piece.ordered,
    )
