"""For whom a change counts: who gets more or less, earlier or later, under the same random numbers.

In: the plans and worlds of two versions that were simulated with one scenario, and the clauses that changed. Out: for
each kind of row (person, firm …) and each clause how many rows win or lose, in every draw, and how much. The first
draws are walked once more with these clauses alone; a row is the same row under both versions.

More and less: of what is entitled in the period, in all. Earlier and later: the same sum at other times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
from attrs import define, evolve, field, frozen
from numpy.typing import NDArray

from simulator.engines.person import simulate_chunk
from simulator.figures.statistics import FEN_A_YUAN
from simulator.plan import BLOCKS, Chunk, ClausePayments, Ints, Plan, Worlds

MOST_DRAWS = 1024
CHUNK_WORK = 2_000_000  # row-months at a time, about
NO_GROUP = "unknown"
_SHOWN = 24  # rows of each sort that are kept as possible examples

Outcome = Literal["more", "less", "earlier", "later"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@frozen
class RowKey:
    """A simulated row: the same in both versions."""

    clause: str
    draw: int
    arrival: int
    number: int


@define(eq=False)
class Tally:
    """`rows[outcome]`: how many rows, by draw; `gained`, `lost`: fen, by draw."""

    rows: dict[Outcome, Ints]
    gained: Ints
    lost: Ints

    @classmethod
    def empty(cls, draws: int) -> Tally:
        def zeros() -> Ints:
            return np.zeros(draws, np.int64)

        return cls({outcome: zeros() for outcome in OUTCOMES}, zeros(), zeros())

    @property
    def anybody(self) -> bool:
        return any(counts.any() for counts in self.rows.values())

    def to_dict(self) -> dict[str, Any]:
        spread: dict[str, Any] = {outcome: _spread(counts, 1) for outcome, counts in self.rows.items()}
        return {**spread, "gained": _spread(self.gained, FEN_A_YUAN), "lost": _spread(self.lost, FEN_A_YUAN)}


def _spread(values: Ints, unit: int) -> dict[str, float]:
    return {"mean": float(values.mean() / unit), "min": float(values.min() / unit), "max": float(values.max() / unit)}


@define(kw_only=True, eq=False)
class Affected:
    """`entities`: rows of a kind over all clauses together; `number`: how many arrive, by draw. Groups by their name.

    `examples[outcome]`: rows, in order of draw.
    """

    draws: int
    by: str | None
    entity_of: Mapping[str, str]
    entities: dict[str, Tally] = field(factory=dict)
    clauses: dict[str, Tally] = field(factory=dict)
    groups: dict[str, dict[str, Tally]] = field(factory=dict)  # by entity, then group
    number: dict[str, Ints] = field(factory=dict)
    examples: dict[Outcome, list[RowKey]] = field(factory=lambda: {outcome: [] for outcome in OUTCOMES})

    @property
    def anybody(self) -> bool:
        return any(tally.anybody for tally in self.clauses.values())

    def to_dict(self) -> dict[str, Any]:
        """The key `people` of `huice compare --json`."""
        entities = {}
        for name, tally in self.entities.items():
            entities[name] = {"number": _spread(self.number[name], 1), **tally.to_dict()}
            if self.by is not None:
                entities[name]["groups"] = {g: of.to_dict() for g, of in self.groups.get(name, {}).items()}
        clauses = {name: {"entity": self.entity_of[name], **of.to_dict()} for name, of in self.clauses.items()}
        return {"draws": self.draws, "entities": entities, "clauses": clauses}


def affected(
    a: Plan,
    b: Plan,
    worlds: tuple[Worlds, Worlds],
    clauses: Sequence[str],
    *,
    draws: int = MOST_DRAWS,
    on_progress: Callable[[int, int], None] | None = None,
) -> Affected:
    """Of the first `draws` draws, or as many as there are."""
    draws = min(draws, worlds[0].draws, worlds[1].draws)
    plans = tuple(evolve(plan, clauses=tuple(c for c in plan.clauses if c in clauses)) for plan in (a, b))
    chosen = tuple(name for name in clauses if any(name in plan.clauses for plan in plans))
    entity_of = {n: p.program.clauses[n].entity for p in plans for n in p.clauses}
    found = Affected(draws=draws, by=b.by or a.by, entity_of={name: entity_of[name] for name in chosen})
    groups = _group_names(b if b.by is not None else a)
    start, size = 0, BLOCKS
    while chosen and start < draws:
        part = range(start, min(start + size, draws))
        chunks = [simulate_chunk(plan, of, part) if plan.clauses else None
                  for plan, of in zip(plans, worlds, strict=True)]  # fmt: skip
        _enter(found, chunks, chosen, part, groups)
        work = max((chunk.person_months for chunk in chunks if chunk is not None), default=1)
        size = max(CHUNK_WORK // max(work // len(part), 1) // BLOCKS, 1) * BLOCKS
        start = part.stop
        if on_progress is not None:
            on_progress(start, draws)
    return found


def _group_names(plan: Plan) -> tuple[str, ...]:
    kind = plan.by_kind()
    return () if kind is None else plan.members(kind)


# ---------------------------------------------------------------- one chunk
@frozen(eq=False)
class _Payments:
    """Payments of one version: of the rows of an entity, of one clause or of several."""

    draw: Ints
    arrival: Ints
    number: Ints
    due: Ints
    amount: Ints
    group: Ints


def _of(chunk: Chunk | None, names: Sequence[str]) -> _Payments:
    parts = [] if chunk is None else [chunk.payments[name] for name in names if name in chunk.payments]

    def joined(get: Callable[[ClausePayments], NDArray[Any]]) -> Ints:
        return np.concatenate([get(p).astype(np.int64) for p in parts]) if parts else np.zeros(0, np.int64)

    return _Payments(
        joined(lambda p: p.draw), joined(lambda p: p.key_month), joined(lambda p: p.key_number),
        joined(lambda p: p.due), joined(lambda p: p.amount), joined(lambda p: p.group),
    )  # fmt: skip


def _enter(
    found: Affected, chunks: Sequence[Chunk | None], clauses: Sequence[str], part: range, groups: Sequence[str]
) -> None:
    by_entity: dict[str, list[str]] = {}
    for name in clauses:
        by_entity.setdefault(found.entity_of[name], []).append(name)
    for entity, names in by_entity.items():
        number = found.number.setdefault(entity, np.zeros(found.draws, np.int64))
        known = [chunk.arrivals[entity] for chunk in chunks if chunk is not None and entity in chunk.arrivals]
        if known:
            number[part.start : part.stop] = known[-1]
        for name in names:
            pair = _of(chunks[0], [name]), _of(chunks[1], [name])
            rows, outcome = _tally(found.clauses.setdefault(name, Tally.empty(found.draws)), *pair)
            _keep_examples(found, name, rows, outcome)
        pair = _of(chunks[0], names), _of(chunks[1], names)
        _tally(found.entities.setdefault(entity, Tally.empty(found.draws)), *pair)
        if found.by is not None:
            of_entity = found.groups.setdefault(entity, {})
            for index in sorted({*np.unique(pair[0].group).tolist(), *np.unique(pair[1].group).tolist()}):
                name = groups[index] if index >= 0 else NO_GROUP
                chosen = (_where(pair[0], index), _where(pair[1], index))
                _tally(of_entity.setdefault(name, Tally.empty(found.draws)), *chosen)


def _where(payments: _Payments, group: int) -> _Payments:
    at = payments.group == group
    return _Payments(
        payments.draw[at], payments.arrival[at], payments.number[at], payments.due[at], payments.amount[at],
        payments.group[at],
    )  # fmt: skip


def _tally(tally: Tally, a: _Payments, b: _Payments) -> tuple[NDArray[Any], NDArray[np.int8]]:
    """Enter the rows; give each (draw, arrival, number) with its outcome (-1: none)."""
    columns = [np.concatenate((getattr(a, n), getattr(b, n))) for n in ("draw", "arrival", "number")]
    rows, of = _rows(columns)
    sign = np.concatenate((np.full(len(a.amount), -1), np.full(len(b.amount), 1)))
    amount = np.concatenate((a.amount, b.amount)) * sign
    more, when = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    np.add.at(more, of, amount)
    due = np.concatenate((a.due, b.due))
    np.add.at(when, of, amount * (due - (due.min() if len(due) else 0)))
    outcome = np.full(len(rows), -1, np.int8)
    same = more == 0
    for number, at in enumerate((more > 0, more < 0, same & (when < 0), same & (when > 0))):
        outcome[at] = number
        np.add.at(tally.rows[OUTCOMES[number]], rows[at, 0], 1)
    np.add.at(tally.gained, rows[:, 0], np.maximum(more, 0))
    np.add.at(tally.lost, rows[:, 0], np.maximum(-more, 0))
    return rows, outcome


def _rows(columns: Sequence[Ints]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The different rows, in order, and which of them each payment is of."""
    stacked = np.stack(columns, axis=1)
    if not len(stacked):
        return stacked, np.zeros(0, np.intp)
    low = stacked.min(axis=0)
    width = [int(w) for w in stacked.max(axis=0) - low + 1]
    if width[0] * width[1] * width[2] < 2**62:
        packed = ((stacked[:, 0] - low[0]) * width[1] + stacked[:, 1] - low[1]) * width[2] + stacked[:, 2] - low[2]
        _, first, of = np.unique(packed, return_index=True, return_inverse=True)
        return stacked[first], of.reshape(-1)
    rows, of = np.unique(stacked, axis=0, return_inverse=True)
    return rows, of.reshape(-1)


def _keep_examples(found: Affected, clause: str, rows: NDArray[Any], outcome: NDArray[np.int8]) -> None:
    for number, name in enumerate(OUTCOMES):
        kept = found.examples[name]
        room = _SHOWN - sum(row.clause == clause for row in kept)
        for draw, arrival, of in rows[outcome == number][: max(room, 0)].tolist():
            kept.append(RowKey(clause, draw, arrival, of))
