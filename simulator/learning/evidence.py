"""What was seen, held against a scenario's expressions: the likelihood of worlds.

In: a scenario, a roster known to a month and its claims, the months that are new (those that the scenario's author did
not know yet). Out: `Term`s: each an expression of the scenario (a chance, a mean number) and how often what it speaks
of was seen. Terms are independent given the world, so their log-likelihoods add up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from attrs import field, frozen

from lang import model, typed
from lang.dates import Month, month_text
from lang.diagnostics import Text
from lang.types import UNKNOWN
from simulator.chance.scenario_values import evaluate
from simulator.learning.claims import Due, claiming
from simulator.learning.claims_likelihood import claims_likelihood, may_still_come
from simulator.learning.following import followers
from simulator.learning.observed import NOT_TOLD, Observed
from simulator.learning.spells import transitions
from simulator.learning.terms import TINY, Term, Values, direct_in, of_expression, reads
from simulator.plan import Flags, Floats


@frozen(kw_only=True)
class Gathered:
    """`not_used`: parts of the scenario that read unknowns and that nothing seen speaks of, or that have no likelihood
    here. `contradictions`: what was seen though the scenario makes it impossible."""

    terms: tuple[Term, ...]
    not_used: tuple[Text, ...]
    contradictions: tuple[Text, ...]


def gather(
    scenario: model.Scenario,
    observed: Mapping[str, Observed],
    dues: Sequence[Due] | None,
    cut: Month,
) -> Gathered:
    work = _Gathering(scenario, observed, cut)
    for entity, population in scenario.populations.items():
        seen = observed.get(entity)
        if seen is not None:
            work.population(population, seen)
    if dues is not None:
        work.claims(dues)
    return Gathered(
        terms=tuple(t for t in work.terms if t.reads and (t.trials or t.kind == "own")),
        not_used=tuple(work.not_used),
        contradictions=tuple(work.contradictions),
    )


def new_from(scenario: model.Scenario, population: model.Population | None = None) -> Month:
    """The first month that the scenario's author did not know: after its roster, or the period's first."""
    known = [
        p.as_of + 1
        for p in ([population] if population is not None else scenario.populations.values())
        if p.as_of is not None
    ]
    return max([scenario.first, *known])


@frozen
class _Gathering:
    scenario: model.Scenario
    observed: Mapping[str, Observed]
    cut: Month
    terms: list[Term] = field(factory=list)
    not_used: list[Text] = field(factory=list)
    contradictions: list[Text] = field(factory=list)

    def population(self, population: model.Population, seen: Observed) -> None:
        since = new_from(self.scenario, population)
        if since > self.cut:
            return
        self._arrivals(population, seen, since)
        newcomers = (seen.arrival != NOT_TOLD) & (seen.arrival >= since)
        for name, assumption in population.assumptions.items():
            about = f"{population.entity}.{name}"
            match assumption:
                case model.Spells() if name in seen.flags:
                    found = transitions(seen, name, since)
                    self._chance(f"{about} ends", assumption.ends, found.leave_events, found.leave_trials)
                    self._chance(f"{about} returns", assumption.returns, found.return_events, found.return_trials)
                case model.Follows(chance=chance) if (
                    chance is not None and name in seen.flags and assumption.leader in seen.flags
                ):
                    yes, told = followers(seen, name, assumption.leader, assumption.after, since, newcomers)
                    self._chance(f"{about} follows", chance, yes, told)
                case model.Drawn(distribution=distribution):
                    self._drawn(about, name, distribution, seen, newcomers, since)
                case _:
                    pass

    def _chance(self, about: str, chance: typed.Expr | None, events: int, trials: int) -> None:
        if chance is not None and trials:
            self.terms.append(of_expression(about, "binomial", chance, events, trials))
        if events and (chance is None or (isinstance(chance, typed.Constant) and chance.value == 0)):
            self.contradictions.append(
                Text(
                    f"{about}: seen {events} times, and the scenario says never",
                    f"{about}：见到{events}次，而情景中从不发生",
                )
            )

    # ------------------------------------------------------------ arrivals
    def _arrivals(self, population: model.Population, seen: Observed, since: Month) -> None:
        """Months in which the same lines are open are one term: a sum of Poisson numbers is Poisson."""
        lines = [line for line in population.arrivals if line.per is None]
        segments: dict[tuple[int, ...], list[Month]] = {}
        for month in range(since, self.cut + 1):
            open_ = tuple(i for i, line in enumerate(lines) if _open(line, self.scenario, month))
            segments.setdefault(open_, []).append(month)
        stays = self._stays(population, seen)
        for_parents = len(lines) < len(population.arrivals)
        for open_, months in segments.items():
            count = int(np.isin(seen.arrival, months).sum())
            self._segment(population.entity, [lines[i] for i in open_], months, count, stays, for_parents)
        for line in population.arrivals:
            if line.per is not None:
                self._for_parents(population.entity, line, seen, since)

    def _stays(self, population: model.Population, seen: Observed) -> typed.Expr | None:
        """Where the arrival is told by a spell, who leaves in the month of arrival is not seen: the rate of leaving."""
        root = population.assumptions.get(seen.root or "")
        return root.ends if seen.told_by is None and isinstance(root, model.Spells) else None

    def _segment(
        self,
        entity: str,
        lines: Sequence[model.Arrive],
        months: Sequence[Month],
        count: int,
        leaves: typed.Expr | None,
        for_parents: bool,
    ) -> None:
        span = f"{month_text(months[0])} – {month_text(months[-1])}"
        if not lines:
            if count and not for_parents:
                self.contradictions.append(
                    Text(
                        f"{count} {entity} came in {span}, where the scenario lets nobody arrive",
                        f"{span}有{count}条{entity}新增，而情景中没有新增",
                    )
                )
            return
        if any(line.number.family not in ("poisson", "fixed") for line in lines):
            self.not_used.append(
                Text(
                    f"arrivals of {entity} in {span} (only poisson(…) numbers have a likelihood here)",
                    f"{entity}在{span}的新增（只有泊松新增可计似然）",
                )
            )
            return
        fixed = sum(
            float(evaluate(line.number.arguments["x"], {}))
            for line in lines
            if line.number.family == "fixed" and not reads(line.number.arguments["x"])
        ) * len(months)
        means = [line.number.arguments["mean"] for line in lines if line.number.family == "poisson"]
        if not means:
            if count != fixed:
                self.contradictions.append(
                    Text(
                        f"{count} {entity} came in {span}, and the scenario lets {fixed:g} arrive",
                        f"{span}有{count}条{entity}新增，而情景中为{fixed:g}",
                    )
                )
            return
        about = f"{entity} arrivals"
        only = direct_in(means[0]) if len(means) == 1 and not reads(leaves) else None
        stays = 1.0 if leaves is None or reads(leaves) else 1 - float(evaluate(leaves, {}))

        def mean(unknowns: Values) -> Floats:
            total = sum((evaluate(m, unknowns) for m in means), np.zeros(()))
            return np.asarray(total * (1.0 if leaves is None else 1 - evaluate(leaves, unknowns)))

        self.terms.append(
            Term(
                about=about,
                kind="poisson",
                value=mean,
                reads=reads(*means, leaves),
                events=max(count - fixed, 0.0),
                trials=float(len(months)),
                direct=None if only is None else only[0],
                factor=1.0 if only is None else only[1] * stays,
            )
        )

    def _for_parents(self, entity: str, line: model.Arrive, seen: Observed, since: Month) -> None:
        parents = self.observed.get(line.per or "")
        if parents is None or line.first is None or line.after:
            if reads(line.chance, *line.number.arguments.values()):
                self.not_used.append(
                    Text(
                        f"arrivals of {entity} for each {line.per} (only lines with months have a likelihood here)",
                        f"{entity}按{line.per}的新增（只有写明月份的行可计似然）",
                    )
                )
            return
        first, last = max(line.first, since), min(line.first if line.last is None else line.last, self.cut)
        if last < first:
            return
        entered = np.where(parents.arrival == NOT_TOLD, first, np.maximum(parents.arrival, first))
        time = float(np.maximum(last - entered + 1, 0).sum())
        count = int(((seen.arrival >= first) & (seen.arrival <= last)).sum())
        if line.number.family == "poisson":
            mean = line.number.arguments["mean"]
            if line.chance is None:
                self.terms.append(of_expression(f"{entity} arrivals", "poisson", mean, count, time))
        elif line.chance is not None:
            self.terms.append(of_expression(f"{entity} arrivals", "binomial", line.chance, min(count, time), time))

    # ------------------------------------------------------------ attributes
    def _drawn(
        self,
        about: str,
        name: str,
        distribution: model.Distribution,
        seen: Observed,
        newcomers: Flags,
        since: Month,
    ) -> None:
        if name in seen.flags:
            cells = seen.watched(since) & (seen.flags[name] >= 0) & newcomers[:, None]
            yes, of = ((seen.flags[name] == 1) & cells).sum(axis=1), cells.sum(axis=1)
            values: list[object] = [bool(2 * y > n) for y, n in zip(yes, of, strict=True) if n]
        else:
            given = seen.values.get(name)
            if given is None:
                return
            values = [v for v, new in zip(given, newcomers, strict=True) if new and v is not UNKNOWN]
        if not values:
            return
        if distribution.family == "chance":
            (p,) = distribution.arguments.values()
            self._chance(about, p, sum(v is True for v in values), len(values))
        elif distribution.family == "choice":
            self._choice(about, distribution, values)
        elif reads(*distribution.arguments.values()):
            self.not_used.append(
                Text(f"{about} (`{distribution.family}` has no likelihood here)", f"{about}（该分布此处不计似然）")
            )

    def _choice(self, about: str, distribution: model.Distribution, values: Sequence[object]) -> None:
        """Multinomial; one that stands among given weights is a chance."""
        counts = [sum(v == value for v in values) for value in distribution.values]
        strange = len(values) - sum(counts)
        if strange:
            self.contradictions.append(
                Text(
                    f"{about}: {strange} of {len(values)} newcomers have a value that the scenario does not have",
                    f"{about}：{len(values)}条新增中有{strange}条的值不在情景之中",
                )
            )
        weights = distribution.weights
        if not reads(*weights) or not sum(counts):
            return

        def log(unknowns: Values) -> Floats:
            total: Floats = np.zeros(())
            for weight, count in zip(weights, counts, strict=True):
                if count:
                    total = np.asarray(total + count * np.log(np.maximum(evaluate(weight, unknowns), TINY)))
            return total

        steps = _steps(weights)
        if steps is None:
            self.terms.append(Term(about=about, kind="own", value=log, reads=reads(*weights)))
            return
        for i, name in enumerate(steps):
            rest = sum(counts[i:])
            self.terms.append(
                Term(
                    about=about, kind="binomial", value=partial(_read, name), reads=frozenset({name}),
                    events=counts[i], trials=rest, direct=name,
                )
            )  # fmt: skip

    # ------------------------------------------------------------ claims
    def claims(self, dues: Sequence[Due]) -> None:
        """Take-up and lag together: what was never paid may be still to come."""
        scenario, since = self.scenario, new_from(self.scenario)
        recent = [due for due in dues if since <= due.due <= self.cut]
        lag_reads = frozenset[str]() if scenario.lag is None else reads(
            *scenario.lag.weights, *scenario.lag.arguments.values()
        )  # fmt: skip
        involved = reads(scenario.taken_up) | lag_reads
        if not recent or not involved:
            return
        seen = claiming(recent, self.cut)
        if scenario.taken_up is not None and not lag_reads and not may_still_come(scenario, seen):
            self.terms.append(of_expression("take-up", "binomial", scenario.taken_up, seen.taken_up, seen.groups))
            return
        self.terms.append(
            Term(
                about="take-up and lag",
                kind="own",
                value=lambda unknowns: claims_likelihood(scenario, seen, unknowns),
                reads=involved,
                events=seen.taken_up,
                trials=seen.groups,
            )
        )


def _read(name: str, unknowns: Values) -> Floats:
    return unknowns[name]


def _open(line: model.Arrive, scenario: model.Scenario, month: Month) -> bool:
    first = scenario.first if line.first is None else line.first
    last = first if line.last is None else line.last
    return first <= month <= last


def _steps(weights: Sequence[typed.Expr]) -> list[str] | None:
    """The unknowns v of weights v₁, (1 − v₁)·v₂, …, (1 − v₁)···(1 − vₖ): each value's chance given that it is none of
    those before it, as calibrate writes them. Judged by value, so that no spelling matters. None: other weights."""
    names: list[str] = []
    for weight in weights[:-1]:
        new = reads(weight) - set(names)
        if len(new) != 1:
            return None
        names += new
    if len(set(names)) != len(weights) - 1 or not reads(weights[-1]) <= set(names):
        return None
    at = {name: np.asarray(0.1 + 0.8 * math.modf((i + 1) * 0.61803398875)[0]) for i, name in enumerate(names)}
    rest = 1.0
    for name, weight in zip(names, weights, strict=False):
        if abs(float(evaluate(weight, at)) - rest * float(at[name])) > 1e-12:
            return None
        rest *= 1 - float(at[name])
    return names if abs(float(evaluate(weights[-1], at)) - rest) < 1e-12 else None
