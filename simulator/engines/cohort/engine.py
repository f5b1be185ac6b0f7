"""The cohort engine: counts of people along the clauses' automata, for some draws at a time.

In: what prepare.py made of a plan, the worlds, the draws. Out: a Chunk, as the person engine gives, with payments by
count. A draw's figures do not depend on which other draws are in the chunk.
"""

from __future__ import annotations

import numpy as np

from lang.dates import Month
from lang.diagnostics import CompilerBug
from simulator.automaton.pieces import Family
from simulator.engines.cohort.arrive import Cells, child_arrivals, family_arrivals
from simulator.engines.cohort.payments import payments, refused
from simulator.engines.cohort.prepare import Prepared, Walked
from simulator.engines.cohort.walk import Walk
from simulator.engines.outside_targets import met, outside_targets
from simulator.people.arrivals import Draws
from simulator.plan import Chunk, ClausePayments, Ints, Ints16, Worlds

_WORK_OF_CELL = 4  # a cell and month is about so many row-months of the person engine


def simulate_counts(prepared: Prepared, worlds: Worlds, draws: range) -> Chunk:
    """The accrued payments of some draws, by count."""
    plan = prepared.plan
    context = Draws(numbers=np.arange(draws.start, draws.stop), unknowns=worlds.of(draws), seed=plan.seed)
    found: dict[str, list[ClausePayments]] = {}
    turned_away: dict[str, Ints] = {}
    arrived: dict[str, Ints] = {}
    work = 0
    for family, pieces in zip(prepared.families, prepared.pieces, strict=True):
        heads = family_arrivals(plan, family, context)
        arrived[family.head] = _sum(heads, len(draws))
        for entity, number in _children(prepared, family, pieces, heads, context).items():
            arrived[entity] = number
        for walked in pieces:
            units = heads if walked.piece.line is None else child_arrivals(plan, walked.piece, heads, context)
            walk = Walk(plan, walked, context)
            walk.run(units)
            work += walk.tally.units
            for name, given in payments(prepared, walk, context, draws.start).items():
                found.setdefault(name, []).append(given)
            for name, number in refused(walk, len(draws)).items():
                turned_away[name] = turned_away.get(name, np.zeros(len(draws), np.int64)) + number
    result = {name: joined(parts) for name, parts in found.items() if name in plan.clauses}
    return Chunk(
        draws=draws,
        payments=result,
        refused={name: number for name, number in turned_away.items() if name in plan.clauses},
        arrivals=arrived,
        targets=met(prepared.ready, outside_targets(prepared.ready), worlds, draws),
        person_months=work * _WORK_OF_CELL,
    )


def _children(
    prepared: Prepared, family: Family, pieces: tuple[Walked, ...], heads: dict[Month, Cells], context: Draws
) -> dict[str, Ints]:
    """How many rows arrived for rows of the family, where pieces of their own count them."""
    found: dict[str, Ints] = {}
    seen: set[tuple[str, int]] = set()
    for walked in pieces:
        line = walked.piece.line
        if line is None or (walked.piece.head, line) in seen:
            continue
        seen.add((walked.piece.head, line))
        number = _sum(child_arrivals(prepared.plan, walked.piece, heads, context), len(context.numbers))
        found[walked.piece.head] = found.get(walked.piece.head, np.zeros(len(number), np.int64)) + number
    return found


def _sum(cells: dict[Month, Cells], draws: int) -> Ints:
    total = np.zeros(draws, np.int64)
    for of_month in cells.values():
        np.add.at(total, of_month.draw, of_month.count)
    return total


def joined(parts: list[ClausePayments]) -> ClausePayments:
    """Payments of one clause from several pieces, in the order that ClausePayments asks for."""
    if len(parts) == 1:
        return parts[0]
    columns = {
        name: np.concatenate([getattr(p, name) for p in parts])
        for name in ("draw", "month", "due", "amount", "key_month", "key_number", "group", "taken_up", "lag", "count")
    }
    order = np.lexsort((columns["key_number"], columns["key_month"], columns["month"], columns["draw"]))
    pots: list[Ints16 | None] = []
    for place in range(len(parts[0].pots)):
        of_fund = [p.pots[place] for p in parts]
        known = [pot for pot in of_fund if pot is not None]
        if known and len(known) < len(parts):
            raise CompilerBug("a fund of pots in one part of a clause and not in another")
        pots.append(np.concatenate(known)[order] if known else None)
    return ClausePayments(
        row=np.arange(len(order)), pots=tuple(pots), **{name: column[order] for name, column in columns.items()}
    )
