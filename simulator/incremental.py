"""Versions of one policy, simulated one after another: what did not change between them is not simulated again.

In: programs, each with the scenario that it is simulated in. Out: for each version the money of as many draws as were
asked for so far, to compare with another version draw by draw.

A clause's payments depend on what it means (its streams, its group, the months of the policy), on what the scenario
says of people and claims, and on words that are keyed by what they decide. Where all of this is as it was, its payments
are as they were, whatever else was written around it. Money is another matter: who is paid under an appropriation
depends on everybody, so all payments go to the books again. Put together (money/alike.py) they are few.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.difference.meaning import Interned, Meanings, meanings
from lang import model
from simulator.chance.unknowns import rounded_draws, worlds
from simulator.choose import choose_scenario, make_plan
from simulator.engines.person import simulate_chunk
from simulator.figures.projection import Money
from simulator.money.alike import alike_together
from simulator.money.books import Books
from simulator.named_files import Files, with_files
from simulator.plan import BLOCKS, Chunk, ClausePayments, Ints, Plan, Worlds

# The frame, the clauses (words for take-up and lags are keyed by name) and their meanings, the stage's first draw.
Key = tuple[int, tuple[tuple[str, Hashable], ...], int]
_MOST_KEPT = 4_000  # pieces of payments; the oldest go


@frozen
class _Frame:
    """What every clause's payments depend on, whatever it says. Compared as it is: scenarios have no hash."""

    scenario: model.Scenario
    attributes: Mapping[tuple[str, str], ir.Attribute]
    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    funds: tuple[tuple[str, str | None], ...]
    rosters: tuple[tuple[str, str], ...]
    cash: bool


@define(eq=False)
class Version:
    """One version, and its money in the draws so far."""

    plan: Plan
    worlds: Worlds
    meanings: Meanings
    frame: int
    simulated: set[str] = field(factory=set)  # clauses whose payments had to be drawn
    _made: int = 0
    _entitled: list[Ints] = field(factory=list)  # by stage: (clauses, months, draws)
    _paid: list[Ints] = field(factory=list)

    @property
    def draws(self) -> int:
        """How many are done."""
        return self._made

    def money(self, draws: int, months_each: int | None = None) -> Money:
        """Entitled and paid of the first so many draws: over the whole period, or by calendar year (12)."""
        first, last = self.plan.scenario.first, self.plan.scenario.last
        periods = [("all", 0, last - first + 1)]
        if months_each is not None:
            periods = [
                (str(start // months_each), max(start, first) - first, min(start + months_each, last + 1) - first)
                for start in range(first - first % months_each, last + 1, months_each)
            ]
        measures = {}
        for name, parts in (("entitled", self._entitled), ("paid", self._paid)):
            flow = np.concatenate(parts, axis=-1)[..., :draws]
            sums = np.add.reduceat(flow, [start for _, start, _ in periods], axis=1)
            measures[name] = np.concatenate((sums.sum(axis=0, keepdims=True), sums))
        return Money(clauses=self.plan.clauses, periods=tuple(name for name, _, _ in periods), measures=measures)

    def _add(self, draws: int, books: Books) -> None:
        self._made = draws
        self._entitled.append(books.flows.entitled)
        self._paid.append(books.flows.paid)


@define(eq=False)
class Incremental:
    """`draws`: the most that versions are simulated in; stages are 16 draws, then always as many again."""

    draws: int
    seed: int
    _interned: Interned = field(factory=Interned, init=False)
    _frames: list[_Frame] = field(factory=list, init=False)
    _kept: dict[Key, Mapping[str, ClausePayments]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.draws = rounded_draws(self.draws)

    def version(
        self, program: model.Program, compiled: ir.Program, scenario: str | None, files: Files | None = None
    ) -> Version:
        """A version of which nothing is simulated yet. Raises SimulationError with all that is wrong."""
        chosen, rosters = with_files(program, compiled, choose_scenario(program, scenario), files)
        plain = evolve(compiled, targets={})  # nobody asks for them, and they would be followed in every stage
        plan = make_plan(
            program, plain, chosen, draws=self.draws, seed=self.seed, engine="person", by=None, clauses=None
        )
        plan = evolve(plan, rosters=rosters)
        kinds = {name: frozenset(m.name for m in kind.members) for name, kind in program.kinds.items()}
        return Version(
            plan=plan,
            worlds=worlds(chosen, self.draws, self.seed),
            meanings=meanings(plain, kinds, self._interned),
            frame=self._frame(plan),
        )

    def same(self, a: Version, b: Version) -> bool:
        """Whether two versions pay the same in every world, whatever was written anew."""
        first, second = (
            (v.frame, v.meanings.clauses, v.plan.policy.claims_until, v.plan.scenario.budgets, v.plan.scenario.cash)
            for v in (a, b)
        )
        return a.plan.clauses == b.plan.clauses and first == second

    def stage(self, done: int) -> range | None:
        """The draws that come after the first so many; None when all are done."""
        if done >= self.draws:
            return None
        return range(done, min(max(2 * done, BLOCKS), self.draws))

    def next_stage(self, version: Version) -> bool:
        """Simulate the next stage of a version; False when there is none. Raises SimulationError."""
        draws = self.stage(version.draws)
        if draws is None:
            return False
        payments: dict[str, ClausePayments] = {}
        missing: list[tuple[Key, tuple[str, ...]]] = []
        for unit in _units(version.plan):
            key = version.frame, tuple((name, version.meanings.clauses[name]) for name in unit), draws.start
            if key in self._kept:
                kept = self._kept.pop(key)
                self._kept[key] = kept  # the last to go
                payments |= dict(zip(unit, kept.values(), strict=True))
            else:
                missing.append((key, unit))
        if missing:
            wanted = {name for _, unit in missing for name in unit}
            version.simulated |= wanted
            clauses = tuple(name for name in version.plan.clauses if name in wanted)
            part = evolve(version.plan, clauses=clauses)
            chunk = alike_together(part, simulate_chunk(part, version.worlds, draws))
            for key, unit in missing:
                self._keep(key, {name: chunk.payments[name] for name in unit})
            payments |= chunk.payments
        version._add(draws.stop, _booked(version, payments, draws))
        return True

    def _keep(self, key: Key, payments: Mapping[str, ClausePayments]) -> None:
        self._kept[key] = payments
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def _frame(self, plan: Plan) -> int:
        """The number of what the scenario and the declarations say."""
        policy = plan.policy
        frame = _Frame(
            scenario=evolve(plan.scenario, name="", label=None, budgets=(), cash=(), cites=(), policy=""),
            attributes={key: evolve(each, label=None) for key, each in plan.program.attributes.items()},
            kinds=tuple((name, tuple(m.name for m in kind.members)) for name, kind in policy.kinds.items()),
            funds=tuple((name, fund.pots) for name, fund in policy.funds.items()),
            rosters=tuple((path, roster.digest) for path, roster in plan.rosters.items()),
            cash=bool(plan.scenario.cash),
        )
        for number, known in enumerate(self._frames):
            if known == frame:
                return number
        self._frames.append(frame)
        return len(self._frames) - 1


def _units(plan: Plan) -> list[tuple[str, ...]]:
    """Clauses that stand in each other's way before there is any money: those of a group. Others stand alone."""
    units: dict[Any, list[str]] = {}
    for name in plan.clauses:
        group = plan.program.clauses[name].group
        units.setdefault(("group", group) if group else ("clause", name), []).append(name)
    return [tuple(names) for names in units.values()]


def _booked(version: Version, payments: Mapping[str, ClausePayments], draws: range) -> Books:
    """The books of one stage, which begin with its first draw."""
    size = len(draws)
    chunk = Chunk(
        draws=range(size),
        payments={
            name: evolve(payments[name], draw=payments[name].draw - np.int32(draws.start))
            for name in version.plan.clauses
        },
        refused={},
        arrivals={},
    )
    values = {name: of[draws.start : draws.stop] for name, of in version.worlds.values.items()}
    books = Books.begin(version.plan, size)
    books.book(chunk, Worlds(draws=size, values=values, block=version.worlds.block[draws.start : draws.stop]))
    return books
