"""From a question to sums of independent parts, world by world.

In: the population, a question, the worlds. Out: `Answer`s: given the world, the total asked about is a sum over
households and groups of arrivals of independent compound sums, each of a random number of units with one law. Means
and variances come from these directly; whole distributions by compound.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd

import numpy as np
from attrs import define, evolve, field

from lang.dates import Month
from lang.diagnostics import Text
from lang.source import NOWHERE
from simulator.automaton.people import Chain, NotFinite, fault
from simulator.chance.scenario_values import probability
from simulator.engines.exact.algebra import ORDER, Series
from simulator.engines.exact.components import Component, Household, Population
from simulator.engines.exact.counts import Group, count_of, groups_of
from simulator.engines.exact.laws import Asking, Jumps, Rates, TooManySums, jumps
from simulator.engines.exact.nets import Marks
from simulator.engines.exact.questions import Question, Terms, Value, amount_of, terms_of
from simulator.engines.exact.series import powers
from simulator.engines.exact.sums import EMPTY, SCALE, Answer, Brood, Kind, Part, Sizes
from simulator.engines.exact.units import Child, Unit, as_seen, unit
from simulator.engines.exact.worlds import Coordinate, Points, points
from simulator.people.arrivals import Draws
from simulator.plan import Floats, SimulationError, Worlds


@define(eq=False)
class Asker:
    """Everything that questions to one population have in common. `units` are built once for each set of clauses."""

    population: Population
    worlds: Worlds
    draws: Draws = field(init=False)
    terms: Terms = field(init=False)
    uptake: Floats = field(init=False)
    once: frozenset[int] = field(init=False)
    _written: bool = field(init=False, default=False)
    _order: int = field(init=False, default=ORDER)
    _units: dict[tuple[str, frozenset[int], tuple[int, ...]], Unit | None] = field(init=False, factory=dict)
    _seen: dict[tuple[Component, frozenset[int], tuple[int, ...]], tuple[Component, Marks]] = field(
        init=False, factory=dict
    )
    _groups: dict[str, list[Group]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        ready, size = self.population.ready, self.worlds.draws
        first = self.worlds.first
        self.draws = Draws(
            numbers=np.arange(first, first + size),
            unknowns=self.worlds.of(range(first, first + size)),
            seed=ready.plan.seed,
        )
        self.terms = terms_of(ready, self.draws)
        taken = ready.plan.scenario.taken_up
        self.uptake = np.ones(size)
        if taken is not None:
            self.uptake = np.array(np.broadcast_to(probability(taken, self.draws.unknowns), (size,)), np.float64)
        coins = {coin for h in self.population.households for c in h.components for coin in c.coins}
        self.once = frozenset(range(len(ready.plan.clauses))) - coins

    def ask(self, question: Question, written: bool = False, order: int = ORDER) -> Answer:
        """SimulationError where clauses together have too many states, and for numbers without meaning. `written`: laws
        are written out up to WRITTEN_IN_ONE_WORLD amounts (TooManySums beyond). `order`: up to which moments tell of
        laws that are not."""
        self._written, self._order = written, order
        return self._asked(question)

    def _asked(self, question: Question) -> Answer:
        parts: list[Part] = []
        for household in self.population.households:
            found = self.unit(household, question.clauses, question.value)
            if found is not None:
                parts += self._parts(household, found, question)
        return Answer(worlds=self.worlds.draws, parts=tuple(parts))

    def unit(self, household: Household, clauses: frozenset[int], value: Value = amount_of) -> Unit | None:
        """The household's unit for a question, built once for all that see the same in its payments."""
        own = frozenset(c for component in household.components for c in component.clauses) & clauses
        payments = self.population.marks.payments
        key = (household.head, own, tuple(value(p) for p in payments if p.clause in own))
        if key not in self._units:
            try:
                self._units[key] = unit(self.population, household, own, value)
            except NotFinite as error:
                raise self._too_many(own, error) from error
        return self._units[key]

    def too_many_sums(self, clauses: frozenset[int]) -> SimulationError:
        """That the people of some clauses can be paid too many sums, and are too few for an expansion."""
        return self._too_many(clauses, _SUMS)

    def _too_many(self, clauses: frozenset[int], error: NotFinite) -> SimulationError:
        ready = self.population.ready
        names = [ready.plan.clauses[c] for c in sorted(clauses)]
        text = error.reason
        if len(names) > 1:
            listed = ", ".join(names)
            text = Text(f"{error.reason.en} ({listed})", f"{error.reason.zh}（{listed}）")
        at = error.span if error.span is not NOWHERE and error.span.source is not NOWHERE.source else None
        return SimulationError(fault(ready.program.clauses[names[0]], text, at, "exact"))

    def groups(self, head: str) -> list[Group]:
        if head not in self._groups:
            self._groups[head] = groups_of(self.population.ready.plan, head, self.draws)
        return self._groups[head]

    # ------------------------------------------------------------ parts
    def _parts(self, household: Household, of: Unit, question: Question) -> list[Part]:
        groups = self.groups(household.head)
        chances = [f.chances(self.draws.unknowns, self.worlds.draws) for f in household.cells]
        weights = of.weights(chances, self.uptake, question.claiming)
        if of.children:
            try:
                return self._with_children(of, groups, chances, weights, question)
            except TooManySums as error:
                raise self._too_many(of.clauses, _SUMS) from error
        by_month: dict[Month, list[int]] = {}
        for number, group in enumerate(groups):
            for month in group.months:
                by_month.setdefault(month, []).append(number)
        try:
            found, at = self._jumps(of, by_month, question)
        except TooManySums:
            if self._written:
                raise
            return self._by_moments(of, by_month, groups, weights, question)
        parts = []
        for number, group in enumerate(groups):
            sizes = _sizes(found, at, number, weights)
            if len(sizes.amount):
                parts.append(Part(count=group.count, sizes=sizes))
        return parts

    def _by_moments(
        self,
        of: Unit,
        by_month: Mapping[Month, Sequence[int]],
        groups: Sequence[Group],
        weights: Floats,
        question: Question,
    ) -> list[Part]:
        at = self._points(of.chains, min(len(of.clauses & self.once), self._order), question, MOMENTS)
        asking = self._asking(of, question)
        found = powers(of, by_month, asking, self._rates(of.chains, at), at, SCALE, self._order)
        parts = []
        step = gcd(*(payment.amount for items in of.marks.items for payment in items))
        for number, group in enumerate(groups):
            rows = np.flatnonzero(found.group == number)
            series: Series = np.zeros((self._order + 1, self.worlds.draws))
            for row in rows.tolist():
                series += at.to_worlds(found.series[:, row]) * weights[found.of_class[row]]
            if len(rows):
                parts.append(Part(count=group.count, sizes=EMPTY, series=series, step=step))
        return parts

    def _jumps(self, of: Unit, groups: Mapping[Month, Sequence[int]], question: Question) -> tuple[Jumps, Points]:
        at = self._points(of.chains, len(of.clauses & self.once), question)
        asking = self._asking(of, question)
        most = WRITTEN if self.worlds.draws > 1 and not self._written else WRITTEN_IN_ONE_WORLD // at.size
        if most == WRITTEN and of.nodes > LARGE:
            raise TooManySums
        return jumps(of, groups, asking, self._rates(of.chains, at), at, most), at

    def _asking(self, of: Unit, question: Question) -> Asking:
        """The unit's marks are already in terms of the question."""
        seen = evolve(question, value=amount_of)
        return Asking(question=seen, terms=self.terms, marks=of.marks, once=self.once)

    def _points(self, chains: Sequence[Chain], once: int, question: Question, error: float = 1e-13) -> Points:
        months = self.terms.last - self.terms.first + 1
        worlds = self.worlds.draws
        coordinates = []
        for number, chain in enumerate(chains):
            for name, rate in zip(("ends", "returns"), chain.rates(self.draws.unknowns, worlds), strict=True):
                coordinates.append(Coordinate(name=f"{number} {name}", values=rate, degree=months))
        if self.terms.takes_up and once and question.measure != "entitled":
            coordinates.append(Coordinate(name="uptake", values=self.uptake, degree=once))
        if not self.terms.steady and question.claiming == "claims":
            coordinates += [
                Coordinate(name=f"lag {lag}", values=chance, degree=months * max(once, 1))
                for lag, chance in zip(self.terms.lags, self.terms.chances, strict=True)
            ]
        return points(coordinates, worlds, error)

    def _rates(self, chains: Sequence[Chain], at: Points) -> Rates:
        def value(name: str, otherwise: Floats) -> Floats:
            return np.broadcast_to(at.values.get(name, otherwise[:1]), (at.size,))

        found = []
        for number, chain in enumerate(chains):
            ends, returns = chain.rates(self.draws.unknowns, self.worlds.draws)
            found.append((value(f"{number} ends", ends), value(f"{number} returns", returns)))
        lags = [value(f"lag {lag}", chance) for lag, chance in zip(self.terms.lags, self.terms.chances, strict=True)]
        return Rates(chains=tuple(found), uptake=value("uptake", self.uptake), lags=np.array(lags))

    # ------------------------------------------------------------ rows that arrive for units
    def _with_children(
        self, of: Unit, groups: Sequence[Group], chances: Sequence[Floats], weights: Floats, question: Question
    ) -> list[Part]:
        """Units of one month and class, one by one: what arrives for them is independent given the class."""
        months = sorted({month for group in groups for month in group.months})
        numbers = {month: number for number, month in enumerate(months)}
        found: Jumps | None = None
        at: Points | None = None
        if of.net is not None:
            found, at = self._jumps(of, {month: [number] for month, number in numbers.items()}, question)
        broods = {
            (number, month): self._broods(child, month, chances, question)
            for number, child in enumerate(of.children)
            for month in months
        }
        one: Floats = np.ones((1, self.worlds.draws))
        parts = []
        for group in groups:
            for month in group.months:
                kinds = []
                for of_class in range(of.classes):
                    sizes = EMPTY
                    if found is not None and at is not None:
                        rows = (found.group == numbers[month]) & (found.of_class == of_class)
                        own = Jumps(
                            np.zeros(int(rows.sum()), np.int64),
                            np.zeros(int(rows.sum()), np.int64),
                            found.amount[rows],
                            found.chance[rows],
                        )
                        sizes = _sizes(own, at, 0, one)
                    arriving = [broods[number, month][of_class] for number in range(len(of.children))]
                    flat = tuple(b for several in arriving for b in several)
                    kinds.append(Kind(weight=weights[of_class], sizes=sizes, broods=flat))
                parts.append(Part(count=group.count, sizes=EMPTY, kinds=tuple(kinds)))
        return parts

    def _broods(self, child: Child, parent: Month, chances: Sequence[Floats], question: Question) -> list[list[Brood]]:
        """By class of the parent that arrived in a month: what arrives for it by one line."""
        component, plan = child.component, self.population.ready.plan
        assert component.line is not None
        line = plan.scenario.populations[component.head].arrivals[component.line]
        if line.first is None:
            months = [parent + line.after]
        else:
            end = line.first if line.last is None else line.last
            months = [m + line.after for m in range(max(line.first, parent), end + 1)]
        months = [m for m in months if m <= plan.scenario.last]
        size = self.worlds.draws
        chance: Floats = np.ones(size)
        if line.chance is not None:
            chance = np.array(np.broadcast_to(probability(line.chance, self.draws.unknowns), (size,)), np.float64)
        count = count_of(line.number, self.draws)
        result: list[list[Brood]] = []
        laws: dict[tuple[tuple[int, ...], Month], Sizes] = {}
        for key in child.keys:
            own = []
            for month in months:
                if (key, month) not in laws:
                    laws[key, month] = self._law_of_child(component, key, month, chances, question)
                if len(laws[key, month].amount):
                    own.append(Brood(chance=chance, count=count, sizes=laws[key, month]))
            result.append(own)
        return result

    def _as_seen(self, component: Component, question: Question) -> tuple[Component, Marks]:
        """The component, and its marks, as the question sees them; once for all that see the same."""
        own = frozenset(component.clauses) & question.clauses
        payments = self.population.marks.payments
        key = (component, own, tuple(question.value(p) for p in payments if p.clause in own))
        if key not in self._seen:
            marks = Marks()
            self._seen[key] = as_seen(component, self.population.marks, marks, own, question.value), marks
        return self._seen[key]

    def _law_of_child(
        self,
        component: Component,
        key: tuple[int, ...],
        month: Month,
        chances: Sequence[Floats],
        question: Question,
    ) -> Sizes:
        """Of one arriving row: its own cells and coins are drawn for itself."""
        size = self.worlds.draws
        keys, weights = [], []
        for own, coins in component.entry.get(month, {}):
            if any(k >= 0 and k != o for k, o in zip(key, own, strict=True)):
                continue
            weight: Floats = np.ones(size)
            for at in component.own:
                weight = weight * chances[at][own[at]]
            for coin in coins:
                if question.claiming == "all":
                    weight = weight * coin
                else:
                    claims = self.uptake if question.claiming == "claims" else 1 - self.uptake
                    weight = weight * (claims if coin else 1 - claims)
            keys.append((own, coins))
            weights.append(weight)
        seen, marks = self._as_seen(component, question)
        nodes = [seen.entry[month][key] for key in keys]
        alone = Unit(
            household=self.population.households[0],
            clauses=frozenset(component.clauses),
            chains=component.chains,
            marks=marks,
            net=seen.net,
            entry={month: np.array(nodes, np.int64)},
            cells=np.zeros((len(nodes), 0), np.int64),
            counted=np.zeros((len(nodes), 0), np.int64),
            coins=np.zeros((len(nodes), 0), np.int64),
            coin_clauses=(),
            of_row=np.arange(len(nodes)),
            children=(),
        )
        found, at_points = self._jumps(alone, {month: [0]}, question)
        return _sizes(found, at_points, 0, np.array(weights))


_SUMS = NotFinite(NOWHERE, "its people can be paid too many different sums", "个人可得金额的取值过多，无法精确计算")
WRITTEN = 600_000  # amounts of all nodes of a law that is written out
WRITTEN_IN_ONE_WORLD = 60_000_000  # the same where there is no other way, times points
MOMENTS = 1e-10  # error of what moments are made of, where they are carried from point to point
LARGE = 20_000  # nodes beyond which it is not tried


def _sizes(found: Jumps, at: Points, group: int, weights: Floats) -> Sizes:
    """One group's measure over amounts in each world: the classes' laws, weighted."""
    rows = np.flatnonzero(found.group == group)
    amounts, inverse = np.unique(found.amount[rows], return_inverse=True)
    worlds = weights.shape[1]
    measure: Floats = np.zeros((len(amounts), worlds))
    for of_class in np.unique(found.of_class[rows]).tolist():
        mine = np.flatnonzero(found.of_class[rows] == of_class)
        measure[inverse[mine]] += at.to_worlds(found.chance[rows[mine]]) * weights[of_class]
    return Sizes(amount=amounts, measure=np.maximum(measure, 0.0))
