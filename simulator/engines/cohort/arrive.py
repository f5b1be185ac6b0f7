"""How many units of each piece arrive, by month and by the family's shared attributes.

The numbers that arrive by themselves are those of the person engine, word for word, so that parts of one run that are
simulated by different engines have the same number of people. A count divides over weighted kinds by halving: a
binomial draw for the first half of the kinds, the rest for the second, and so on down to single kinds.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from lang import model
from lang.dates import Month
from simulator.automaton.pieces import Family, Piece
from simulator.chance import counts
from simulator.chance import keyed_random as random
from simulator.chance.scenario_values import bad_value, evaluate, probability
from simulator.people.arrivals import Draws, monthly_numbers
from simulator.plan import Floats, Ints, Plan


@frozen(eq=False)
class Cells:
    """`count` units in draw `draw` (from 0 in the chunk) of cell `cell`; only where there are any."""

    draw: Ints
    cell: Ints
    count: Ints


NOBODY = Cells(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


def family_arrivals(plan: Plan, family: Family, draws: Draws) -> dict[Month, Cells]:
    """By month: how many rows of the head arrive, by shared attributes."""
    size = len(draws.numbers)
    totals: dict[Month, Ints] = {}
    population = plan.scenario.populations[family.head]
    for index, line in enumerate(population.arrivals):
        months, numbers = monthly_numbers(plan.scenario, family.head, index, line, draws)
        for month, number in zip(months.tolist(), numbers, strict=True):
            totals[month] = totals.get(month, np.zeros(size, np.int64)) + number
    weights = np.ones((1, size))
    for factor in family.shared:
        chances = factor.chances(draws.unknowns, size)
        weights = (weights[:, None, :] * chances[None, :, :]).reshape(-1, size)
    found = {}
    for month, number in sorted(totals.items()):
        there = np.flatnonzero(number)
        whole = Cells(there, np.zeros(len(there), np.int64), number[there])
        divided = divide(
            whole, np.array([0, len(weights)]), cumulated(weights), draws, family.head, "kinds shared", int(month)
        )
        found[int(month)] = divided
    return found


def child_arrivals(plan: Plan, piece: Piece, parents: Mapping[Month, Cells], draws: Draws) -> dict[Month, Cells]:
    """By month: how many rows arrive by one line for the family's rows, by the family's cells."""
    assert piece.line is not None
    line = plan.scenario.populations[piece.head].arrivals[piece.line]
    last = plan.scenario.last
    batches: list[tuple[Month, Month, Cells]] = []  # arrival, the month that keys it, those for whom it may arrive
    if line.first is None:
        batches = [(m + line.after, m, cells) for m, cells in parents.items()]
    else:
        end = line.first if line.last is None else line.last
        for month in range(line.first, end + 1):
            batches.append((month + line.after, month, _joined([c for m, c in parents.items() if m <= month])))
    found: dict[Month, Cells] = {}
    for arrival, month, cells in batches:
        if arrival > last or not len(cells.count):
            continue
        came = _numbers(line, piece, cells, month, draws)
        if len(came.count):
            found[arrival] = _joined([found[arrival], came]) if arrival in found else came
    return found


def _joined(parts: list[Cells]) -> Cells:
    """The same cells are one."""
    if not parts:
        return NOBODY
    draw, cell, count = (np.concatenate([getattr(p, f) for p in parts]) for f in ("draw", "cell", "count"))
    code, inverse = np.unique(draw << 32 | cell, return_inverse=True)
    sums = np.zeros(len(code), np.int64)
    np.add.at(sums, inverse, count)
    return Cells(code >> 32, code & 0xFFFFFFFF, sums)


def _numbers(line: model.Arrive, piece: Piece, cells: Cells, month: Month, draws: Draws) -> Cells:
    count = cells.count
    keys = cells.cell.astype(np.uint64)
    if line.chance is not None:
        p = draws.by_row(probability(line.chance, draws.unknowns), cells.draw)
        s = draws.streams(piece.head, f"cohort arrival chance {piece.line}", keys, cells.draw)
        count = counts.binomial(random.uniform(random.words(s, month)), count, np.broadcast_to(p, count.shape))
    arguments = {n: draws.by_row(evaluate(e, draws.unknowns), cells.draw) for n, e in line.number.arguments.items()}
    s = draws.streams(piece.head, f"cohort arrivals {piece.line}", keys, cells.draw)
    u = random.uniform(random.words(s, month))
    match line.number.family:
        case "poisson":
            (mean,) = arguments.values()
            count = counts.poisson(u, np.broadcast_to(mean, count.shape) * count)
        case "binomial":
            n, p = (np.broadcast_to(arguments[name], count.shape) for name in ("n", "p"))
            count = counts.binomial(u, _whole(n, line) * count, p)
        case _:
            (number,) = arguments.values()
            count = _whole(np.broadcast_to(number, count.shape), line) * count
    there = np.flatnonzero(count)
    return Cells(cells.draw[there], cells.cell[there], count[there])


def _whole(number: Floats, line: model.Arrive) -> Ints:
    if np.any(number != np.floor(number)) or np.any(number < 0):
        raise bad_value(line.span, "the number of arrivals must be whole", "新增数量须为整数")
    return number.astype(np.int64)


# ---------------------------------------------------------------- dividing a count
def cumulated(weights: Floats) -> Floats:
    """Sums of the weights of the leaves before each leaf, and of all: (leaves + 1, draws)."""
    return np.concatenate([np.zeros((1, weights.shape[1])), np.cumsum(weights, axis=0)])


def divide(cells: Cells, begin: Ints, sums: Floats, draws: Draws, entity: str, purpose: str, month: Month) -> Cells:
    """Each cell over its leaves: those of cell c are begin[c] to begin[c + 1]. Gives counts by leaf."""
    draw, count = cells.draw, cells.count
    low, high = begin[cells.cell].astype(np.int64), begin[cells.cell + 1].astype(np.int64)
    k = random.key(draws.seed, entity, f"cohort {purpose}")
    done: list[tuple[Ints, Ints, Ints]] = []
    while len(draw):
        single = high - low == 1
        if single.any():
            done.append((draw[single], low[single], count[single]))
            rest = ~single
            draw, count, low, high = draw[rest], count[rest], low[rest], high[rest]
            continue
        middle = (low + high) // 2
        whole = sums[high, draw] - sums[low, draw]
        first = sums[middle, draw] - sums[low, draw]
        p = np.divide(first, whole, out=np.zeros(len(draw)), where=whole > 0)
        s = random.streams(k, low.astype(np.uint64) << np.uint64(32) | high.astype(np.uint64), draws.numbers[draw])
        left = counts.binomial(random.uniform(random.words(s, month)), count, np.clip(p, 0.0, 1.0))
        right = count - left
        a, b = np.flatnonzero(left), np.flatnonzero(right)
        draw = np.concatenate([draw[a], draw[b]])
        count = np.concatenate([left[a], right[b]])
        low, high = np.concatenate([low[a], middle[b]]), np.concatenate([middle[a], high[b]])
    if not done:
        return NOBODY
    joined = [np.concatenate([part[i] for part in done]) for i in range(3)]
    order = np.lexsort((joined[1], joined[0]))
    return Cells(joined[0][order], joined[1][order], joined[2][order])
