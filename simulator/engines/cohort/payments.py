"""What the walks have marked, as payments by count: taken up, with a lag, from a pot, for a group.

In: the tally of a piece. Out: `ClausePayments` with counts. Who is paid once is asked now whether the payment is taken
up; lags are drawn for all payments. Claims of which it matters who comes first (amounts differ and money can run short)
are written one by one, in random order within an arrival month.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from attrs import frozen
from scipy import special

from lang import model
from lang.diagnostics import Diagnostic, Text
from simulator.automaton.marks import Label
from simulator.chance import counts
from simulator.chance import keyed_random as random
from simulator.chance.scenario_values import bad_value, evaluate
from simulator.chance.scenario_values import number as as_number
from simulator.engines.cohort.prepare import Prepared, Walked
from simulator.engines.cohort.walk import NO, OPEN, YES, Tally, Walk
from simulator.people.arrivals import Draws
from simulator.plan import ClausePayments, Floats, Ints, SimulationError

MOST_SINGLE = 30_000_000  # claims written one by one in a chunk
_NOWHERE = -1


@frozen(eq=False)
class Line:
    """Payments of one label, month, take-up and lag, by draw: all arrays of one length."""

    draw: Ints
    month: Ints
    label: Ints
    taken: Ints
    lag: Ints
    count: Ints


def payments(prepared: Prepared, walk: Walk, draws: Draws, first: int) -> dict[str, ClausePayments]:
    """Of one piece, by clause. `first`: the number of the chunk's first draw."""
    walked, tally = walk.walked, walk.tally
    line = _lagged(prepared, walked, _asked(walk, tally), draws)
    labels: list[Label] = walked.built.trellis.transitions.labels.items
    clause = np.array([about.clause for about in labels], np.int64)
    found = {}
    for position, name in enumerate(walked.piece.clauses):
        at = np.flatnonzero(clause[line.label] == position) if len(labels) else np.zeros(0, np.int64)
        mine = Line(line.draw[at], line.month[at], line.label[at], line.taken[at], line.lag[at], line.count[at])
        found[name] = _payments(prepared, walked, name, mine, draws)
    return found


def _asked(walk: Walk, tally: Tally) -> Line:
    """Who is paid once, and had not been asked: how many take the payment up."""
    if not tally.paid:
        nothing = np.zeros(0, np.int64)
        return Line(nothing, nothing, nothing, nothing, nothing, nothing)
    draw, label, taken, count = (
        np.concatenate([getattr(p, f) for p in tally.paid]) for f in ("draw", "label", "taken", "count")
    )
    month = np.repeat([p.month for p in tally.paid], [len(p.draw) for p in tally.paid]).astype(np.int64)
    open_ = np.flatnonzero(taken == OPEN)
    s = walk.draws.streams(walk.walked.piece.name, "cohort take-up", label[open_].astype(np.uint64), draw[open_])
    u = random.uniform(random.words_of_months(s, month[open_]))
    yes = counts.binomial(u, count[open_], walk.taken_up(draw[open_]))
    taken[open_] = YES
    left = count[open_] - yes
    count = count.copy()
    count[open_] = yes
    parts = [
        np.concatenate([a, b])
        for a, b in (
            (draw, draw[open_]),
            (month, month[open_]),
            (label, label[open_]),
            (taken, np.full(len(open_), NO)),
            (count, left),
        )
    ]
    keep = parts[4] > 0
    draw, month, label, taken, count = (p[keep] for p in parts)
    return Line(draw, month, label, taken, np.zeros(len(draw), np.int64), count)


# ---------------------------------------------------------------- lags
def _lagged(prepared: Prepared, walked: Walked, line: Line, draws: Draws) -> Line:
    lag = prepared.plan.scenario.lag
    if lag is None or not len(line.draw):
        return line
    months, chances = lag_chances(prepared, lag, draws)
    keys = (line.label * 2 + line.taken).astype(np.uint64)
    left, before = line.count.copy(), np.zeros(len(line.draw))
    parts: list[tuple[int, Ints]] = []
    for turn, month in enumerate(months):
        if turn == len(months) - 1:
            parts.append((month, left))
            break
        p = draws.by_row(chances[turn], line.draw)
        rest = 1 - before
        s = draws.streams(walked.piece.name, f"cohort lag {turn}", keys, line.draw)
        # Payments of one label can fall due together from several months: the month is that of accrual.
        u = random.uniform(random.words_of_months(s, line.month))
        chance = np.clip(np.divide(p, rest, out=np.zeros(len(rest)), where=rest > 0), 0.0, 1.0)
        took = counts.binomial(u, left, chance)
        parts.append((month, took))
        left, before = left - took, before + p
    kept = [(month, np.flatnonzero(count), count) for month, count in parts]
    where = np.concatenate([at for _, at, _ in kept])
    lags = np.concatenate([np.full(len(at), month, np.int64) for month, at, _ in kept])
    number = np.concatenate([count[at] for _, at, count in kept])
    return Line(line.draw[where], line.month[where], line.label[where], line.taken[where], lags, number)


def lag_chances(prepared: Prepared, lag: model.Distribution, draws: Draws) -> tuple[list[int], Floats]:
    """Whole months and their chances, (months, draws); what is later than the period is one month too late."""
    size = len(draws.numbers)
    scenario = prepared.plan.scenario
    beyond = scenario.last - scenario.first + 1
    given = {n: np.broadcast_to(evaluate(e, draws.unknowns), (size,)) for n, e in lag.arguments.items()}
    match lag.family:
        case "choice":
            values = [as_number(v) for v in lag.values]
            weights = [np.broadcast_to(evaluate(w, draws.unknowns), (size,)) for w in lag.weights]
        case "chance":
            (p,) = given.values()
            values, weights = [1.0, 0.0], [p, 1 - p]
        case "fixed":
            (value,) = given.values()
            values = sorted(set(value.tolist()))
            weights = [(value == v).astype(np.float64) for v in values]
        case "poisson":
            (mean,) = given.values()
            below = [special.pdtr(k, mean) for k in range(beyond)]
            values, weights = _steps(below)
        case _:
            n, p = given["n"], given["p"]
            below = [np.where(k >= n, 1.0, special.bdtr(k, n.astype(np.int64), p)) for k in range(beyond)]
            values, weights = _steps(below)
    if any(v < 0 or v != np.floor(v) for v in values):
        raise bad_value(lag.span, "a lag must be a whole number of months, not below 0", "时滞须为非负整月数")
    table = np.array(weights, np.float64)
    if np.any(table < 0) or np.any(np.abs(table.sum(axis=0) - 1) > 1e-9):
        raise bad_value(
            lag.span, "the weights are not shares that sum to 100% in some draw", "在某次抽样中各权重之和不为 100%"
        )
    return [min(int(v), 30_000) for v in values], table


def _steps(below: list[Floats]) -> tuple[list[float], list[Floats]]:
    first = [below[0], *(b - a for a, b in pairwise(below))]
    return [float(k) for k in range(len(below) + 1)], [np.maximum(f, 0) for f in first] + [1 - below[-1]]


# ---------------------------------------------------------------- one clause
def _payments(prepared: Prepared, walked: Walked, name: str, line: Line, draws: Draws) -> ClausePayments:
    ready, plan = prepared.ready, prepared.plan
    labels: list[Label] = walked.built.trellis.transitions.labels.items
    streams = list(dict.fromkeys(s for s in (*ready.pots[name], ready.by[name]) if s is not None))
    used = np.unique(line.label)
    amount, arrival = np.zeros(len(labels), np.int64), np.zeros(len(labels), np.int64)
    columns = np.full((len(streams), len(labels)), _NOWHERE, np.int64)
    for index in used.tolist():
        about = labels[index]
        amount[index], arrival[index] = about.amount, max(about.arrival, 0)
        columns[:, index] = about.extra
    number, draw, month, label = np.zeros(len(line.draw), np.int64), line.draw, line.month, line.label
    taken, lag, count = line.taken, line.lag, line.count
    if name in walked.piece.shuffled and len(count):
        if int(count.sum()) > MOST_SINGLE:
            raise _too_many(prepared, name)
        which = np.repeat(np.arange(len(count)), count)
        copy = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        keys = ((label[which] * 2 + taken[which]) << 6 | np.minimum(lag[which], 63)).astype(np.uint64)
        s = draws.streams(
            walked.piece.name, "cohort order", keys << np.uint64(32) | copy.astype(np.uint64), draw[which]
        )
        number = (random.words_of_months(s, month[which]) >> np.uint64(2)).astype(np.int64)
        draw, month, label, taken, lag = draw[which], month[which], label[which], taken[which], lag[which]
        count = np.ones(len(which), np.int64)
    order = np.lexsort((lag, taken, label, number, arrival[label], month, draw))
    draw, month, label, taken, lag = draw[order], month[order], label[order], taken[order], lag[order]
    count, number = count[order], number[order]
    by = ready.by[name]

    def of(stream: int) -> Ints:
        found: Ints = columns[streams.index(stream), label]
        return found

    nowhere = np.full(len(draw), _NOWHERE, np.int16)
    funds = ready.program.clauses[name].funds
    several = () if funds is None else tuple(plan.policy.funds[fund].pots is not None for fund in funds.funds)
    return ClausePayments(
        draw=draws.numbers[draw].astype(np.int32),
        row=np.arange(len(draw)),
        month=month.astype(np.int32),
        due=np.maximum(month, ready.program.due_from).astype(np.int32),
        amount=amount[label],
        key_month=arrival[label].astype(np.int32),
        key_number=number,
        pots=tuple(
            (nowhere if pot is None else of(pot).astype(np.int16)) if more else None
            for more, pot in zip(several, ready.pots[name], strict=True)
        ),
        group=nowhere if by is None else of(by).astype(np.int16),
        taken_up=taken == YES,
        lag=lag.astype(np.int16),
        count=count,
    )


def _too_many(prepared: Prepared, name: str) -> SimulationError:
    clause = prepared.ready.program.clauses[name]
    return SimulationError(
        Diagnostic(
            "HC605",
            clause.origin,
            Text(
                f"the engine `cohort` cannot run the clause `{name}` for so many people: its amounts differ, its money "
                "can run short, and so its claims must be put in order one by one",
                f"人数过多，分组引擎 cohort 不能模拟条款“{clause.label or name}”：金额不一且资金可能不足，须逐笔排序",
            ),
            help=Text(
                "leave the clause out with `--clauses`, or lift the limit", "请用 --clauses 排除该条款，或取消限额"
            ),
        )
    )


def refused(walk: Walk, draws: int) -> Mapping[str, Ints]:
    """By clause, entities refused at least once and never paid."""
    return {
        name: walk.tally.refused.get(position, np.zeros(draws, np.int64))
        for position, name in enumerate(walk.walked.piece.clauses)
    }
