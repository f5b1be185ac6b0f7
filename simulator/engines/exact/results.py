"""The results of a computed projection: the JSON, the Python face and the table of a drawn one.

Two cases. Where money never runs short everything is computed, and nothing was drawn but the unknowns: there are no
values by draw, and asking for them is an error that says so. Where it can, what is paid stands behind a queue: another
engine draws it, and what does not depend on the queue is put in its place, computed: what is entitled, lapsed, not
taken up, not yet claimed, the split of the variance, and, for the first year of each pot, what is asked of it and the
chance that its appropriation does not last (later years begin with the arrears of the queue).
"""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from lang.dates import month_text
from lang.diagnostics import Text
from simulator.engines.exact.blend import Blend
from simulator.engines.exact.compound import Lattice
from simulator.engines.exact.figures import Figures, nothing
from simulator.engines.exact.projection import Projection, needed, to_date
from simulator.engines.outside_targets import met, outside_targets
from simulator.figures.results import NO_GROUP, Results, identity
from simulator.figures.statistics import FEN_A_YUAN
from simulator.money.claims import NO_LIMIT
from simulator.money.limits import limits_of, pots_of
from simulator.notes import as_json
from simulator.plan import Ints

if TYPE_CHECKING:
    import pyarrow as pa

COMPUTED = ("entitled", "lapsed", "not_taken_up", "not_yet_claimed")


@frozen(kw_only=True, eq=False, slots=False)
class ExactResults(Results):
    """`books` are those of the draws behind `paid`, or empty (0 draws) where everything is computed."""

    projection: Projection

    @property
    def drawn(self) -> bool:
        """Whether what is paid was drawn."""
        return self.books.draws > 0

    @property
    def draws(self) -> int:
        return self.worlds.draws

    @property
    def partial(self) -> bool:
        return False

    def total(self, measure: str = "entitled", clause: str | None = None) -> Ints:
        """By draw, where people were drawn; ValueError where they were not."""
        if not self.drawn:
            raise ValueError(
                "the engine `exact` draws no people: there is no total by draw (take quantile, to_dict or frame)"
            )
        return super().total(measure, clause)

    def figures(self, measure: str = "entitled", clause: str | None = None) -> Figures:
        """The distribution of a computed measure over the whole period."""
        if measure == "owed_at_end" and not self.projection.short:
            return nothing(self.projection.asker.worlds.block, FEN_A_YUAN)
        of = self.projection.everything if clause is None else frozenset([self.plan.clauses.index(clause)])
        match measure:
            case "payments":
                return self.projection.cell("claimed", of, self.projection.whole, unit=1)
            case "paid":
                return self.projection.cell("claimed", of, self.projection.whole)
            case "entitled" | "lapsed" | "not_taken_up" | "not_yet_claimed":
                return self.projection.cell(measure, of, self.projection.whole)
        raise ValueError(f"no measure {measure}")

    def quantile(self, probability: float | str, measure: str = "paid", clause: str | None = None) -> float:
        """min{x: F(x) ≥ p}, in yuan."""
        if not 0 < float(probability) <= 1:
            raise ValueError(f"a probability above 0 and up to 1, not {probability}")
        if self.drawn and measure not in COMPUTED:
            return super().quantile(probability, measure, clause)
        return self.figures(measure, clause).quantile(float(probability))

    @property
    def frame(self) -> pa.Table:
        """One row a world (Arrow): its scramble, the unknowns, and the means and sds in it, in yuan. (Where people were
        drawn: their draws, as of any engine.)"""
        if self.drawn:
            return super().frame
        import pyarrow as pa

        size = self.worlds.draws
        columns: dict[str, Any] = {
            "draw": np.arange(size, dtype=np.int32),
            "scramble": self.worlds.block.astype(np.int16),
        }
        columns |= {f"unknown.{name}": values for name, values in self.worlds.values.items()}
        for clause in (None, *self.plan.clauses):
            for measure in ("entitled", "paid"):
                found = self.figures(measure, clause)
                name = measure if clause is None else f"{clause}.{measure}"
                columns[f"{name}.mean"] = np.broadcast_to(found.means / FEN_A_YUAN, (size,))
                columns[f"{name}.sd"] = np.broadcast_to(np.sqrt(found.variances) / FEN_A_YUAN, (size,))
        return pa.table(columns)

    # ------------------------------------------------------------ JSON
    @cached_property
    def _dict(self) -> dict[str, Any]:
        return self._overlaid() if self.drawn else self._computed()

    def summary(self) -> dict[str, Any]:
        """The JSON without quarters and months, which takes less time."""
        return self._overlaid(detail=False) if self.drawn else self._computed(detail=False)

    def _head(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "version": 1,
            "policy": plan.policy.name,
            "scenario": plan.scenario.name,
            "engine": self.engine,
            "draws": self.draws,
            "seed": plan.seed,
        }

    def _computed(self, detail: bool = True) -> dict[str, Any]:
        own, plan = self.projection, self.plan
        result = self._head()
        result |= own.over(own.whole, thresholds=self.thresholds, whole=True)
        result["years"] = {name: own.over(span, thresholds=self.thresholds) for name, span in own.periods(12)}
        result["quarters"] = {name: own.over(span, detail=True) for name, span in own.periods(3)} if detail else {}
        result["months"] = {name: own.over(span, detail=True) for name, span in own.periods(1)} if detail else {}
        self._funds_computed(result, detail)
        if plan.by is not None:
            result["groups"] = self._groups_computed()
        result["variance"] = own.cell("entitled", own.everything, own.whole).split().to_dict()
        result["refused"] = {}
        result["targets"] = self._targets()
        result["arrivals"] = self._arrivals()
        result |= as_json([*self.notes, *self._rounded()])
        result["timing"] = {"seconds": self.seconds, "person_months": 0}
        result["manifest"] = self.manifest()
        return result

    def _rounded(self) -> list[Text]:
        """What is not exact to the last fen, and how far."""
        laws = [found.law for found in self.projection.made()]
        told = []
        errors = [law.smooth.error() for law in laws if isinstance(law, Blend)]
        if errors:
            most = f"{max(max(errors), 1e-9):.0e}"
            told.append(
                Text(
                    "means and sds are exact; quantiles and chances of sums of many people come from exact cumulants "
                    f"(chances are off by at most {most})",
                    f"均值与标准差为精确值；多人合计的分位数与概率由精确累积量求得（概率误差不超过 {most}）",
                )
            )
        rounded = [law.cells_a_deviation for law in laws if isinstance(law, Lattice) and law.rounded]
        if rounded:
            fine = max(int(min(rounded)) // 100 * 100, 100)
            told.append(
                Text(
                    f"amounts of many different sizes were put on a lattice of about 1/{fine} of a standard deviation "
                    "for the quantiles; means and sds are exact",
                    f"求分位数时，大小不一的金额归并到间距约为标准差 1/{fine} 的格点；均值与标准差为精确值",
                )
            )
        return told

    def _groups_computed(self) -> dict[str, Any]:
        own = self.projection
        kind = self.plan.by_kind()
        names = (*self.plan.members(kind or ""), NO_GROUP)
        return {
            names[group]: own.over(own.whole, group=group)
            | {"years": {name: own.over(span, group=group, detail=True) for name, span in own.periods(12)}}
            for group in own.groups()
        }

    def _targets(self) -> dict[str, Any]:
        """Those that need nobody counted."""
        ready = self.projection.asker.population.ready
        given = met(ready, outside_targets(ready), self.worlds, range(self.worlds.draws))
        return {name: self._chance(flags) for name, flags in given.items()}

    def _arrivals(self) -> dict[str, Any]:
        """Means of the numbers that arrive by themselves."""
        found = {}
        for household in self.projection.asker.population.households:
            groups = self.projection.asker.groups(household.head)
            means = np.sum([g.count.mean() * (len(g.months) if g.count.adds else 1) for g in groups], axis=0)
            means = np.broadcast_to(means, (len(self.projection.asker.worlds.block),))
            zeros = np.zeros(len(means))
            scrambles = self.projection.asker.worlds.block
            law = nothing(scrambles, 1).law
            of = Figures(means=means, variances=zeros, scrambles=scrambles, law=law, unit=1)
            found[household.head] = {"mean": of.mean, "mean_error": of.mean_error}
        return found

    # ------------------------------------------------------------ funds without limits that matter
    def _funds_computed(self, result: dict[str, Any], detail: bool) -> None:
        own, first = self.projection, self.projection.whole[0]
        pots, funds = pots_of(self.plan.policy), list(self.plan.policy.funds.values())
        used = own.pots_used()
        for name, each in (("years", 12), ("quarters", 3), ("months", 1)):
            if each != 12 and not detail:
                continue
            for period, span in own.periods(each):
                fine = each != 12
                told: dict[str, Any] = {}
                for fund, of_fund in used.items():
                    told[funds[fund].name] = self._till_computed(of_fund, span, each, fine)
                    if funds[fund].pots is not None:
                        told[funds[fund].name]["pots"] = {
                            pots[at].member or NO_GROUP: self._till_computed([at], span, each, fine) for at in of_fund
                        }
                result[name][period]["funds"] = told
                if each == 1:
                    asked = own.cell("claimed", own.everything, to_date(span, first), detail=True)
                    result[name][period]["to_date"] = asked.to_dict()
        result["curve"] = own.cell("entitled", own.everything, own.whole).curve()
        result["lines"] = self._lines(own.whole)
        short = self._appropriated()
        for period, span in own.periods(12):
            year = result["years"][period]
            year["lines"] = self._lines(span)
            claimed = own.cell("claimed", own.everything, span)
            year["asked"] = claimed.to_dict() | {"curve": claimed.curve()}
            if short:
                year["p_exceeded"] = result["p_exceeded"] = 0.0

    def _appropriated(self) -> bool:
        return bool(self.plan.scenario.budgets)

    def _till_computed(self, pots: list[int], span: tuple[int, int], each: int, detail: bool) -> dict[str, Any]:
        own = self.projection
        paid = own.pot(pots, span, detail=detail)
        return {
            **(needed(paid) if each == 12 else {}),
            **({"to_date": own.pot(pots, to_date(span, own.whole[0]), detail=True).to_dict()} if each == 1 else {}),
            "paid": paid.to_dict(self.thresholds if each == 12 else ()),
            "appropriation": self._given(pots, span[1] // 12),
            "p_exceeded": 0.0,
            "owed": nothing(own.asker.worlds.block, FEN_A_YUAN).to_dict(),
            "runs_out": {},
        }

    def _given(self, pots: list[int], year: int) -> float | None:
        """The appropriation of some pots in a year, in yuan; None where one has none."""
        limits = limits_of(self.plan, self.worlds, range(self.worlds.draws))
        given = limits.appropriation[:, pots, year - limits.years.start]
        return None if (given >= NO_LIMIT).any() else float(given.sum(axis=1).mean()) / FEN_A_YUAN

    def _lines(self, span: tuple[int, int]) -> list[dict[str, Any]]:
        """By clause and pot (as simulator/figures/budget.py tells them)."""
        own = self.projection
        pots, funds = pots_of(self.plan.policy), list(self.plan.policy.funds.values())
        payments = own.asker.population.marks.payments
        pairs = sorted({(p.clause, at) for p in payments for at in own.pots_of(p)})
        none = nothing(own.asker.worlds.block, FEN_A_YUAN).to_dict()
        found = []
        for clause, at in pairs:
            divided = funds[pots[at].fund].pots is not None
            found.append(
                {
                    "clause": self.plan.clauses[clause],
                    "fund": funds[pots[at].fund].name,
                    "pot": (pots[at].member or NO_GROUP) if divided else None,
                    "paid": own.clause_from(clause, at, span).to_dict(),
                    "owed": none,
                }
            )
        return found

    # ------------------------------------------------------------ on top of draws
    def _overlaid(self, detail: bool = True) -> dict[str, Any]:
        own = self.projection
        result = deepcopy(super()._dict)
        result |= self._head()
        if not detail:
            result["quarters"] = result["months"] = {}
        self._put(result, own.over(own.whole, thresholds=self.thresholds, whole=True))
        for name, span in own.periods(12):
            self._put(result["years"][name], own.over(span, thresholds=self.thresholds))
        for name, each in (("quarters", 3), ("months", 1)):
            for period, span in own.periods(each) if detail else ():
                self._put(result[name][period], own.over(span, detail=True))
        if self.plan.by is not None:
            for name, group in self._groups_computed().items():
                if name in result["groups"]:
                    self._put(result["groups"][name], group)
                    for year, of_year in group["years"].items():
                        self._put(result["groups"][name]["years"][year], of_year)
        total = own.cell("entitled", own.everything, own.whole)
        result["variance"] = total.split().to_dict()
        result["curve"] = total.curve()
        self._first_year(result)
        result |= as_json([*self.notes, *self._rounded()])
        result["manifest"] = self.manifest()
        return result

    def _put(self, place: dict[str, Any], told: dict[str, Any]) -> None:
        """Computed figures instead of drawn ones."""
        for row, measures in (("total", told["total"]), *told["clauses"].items()):
            target = place["total"] if row == "total" else place["clauses"][row]
            for measure in COMPUTED:
                if measure in measures and measure in target:
                    target[measure] = measures[measure]

    def _first_year(self, result: dict[str, Any]) -> None:
        """What is asked of each pot before there can be arrears, and whether it is more than there is."""
        own, plan = self.projection, self.plan
        if plan.scenario.cash:
            return
        pots, funds = pots_of(plan.policy), list(plan.policy.funds.values())
        limits = limits_of(plan, self.worlds, range(self.worlds.draws))
        (period, span), *_ = own.periods(12)
        for fund, of_fund in own.pots_used().items():
            name = funds[fund].name
            if not self._alone(name):
                continue
            place = result["years"][period]["funds"][name]
            several = funds[fund].pots is not None
            for at in of_fund:
                target = place["pots"].get(pots[at].member or NO_GROUP) if several else place
                given = limits.appropriation[:, at, 0]
                if target is None or np.ptp(given) or given[0] >= NO_LIMIT:
                    continue
                asked = own.pot([at], span)
                target |= needed(asked)
                target["p_exceeded"] = asked.exceedance(int(given[0]))
                target["p_exceeded_error"] = asked.exceedance_error(int(given[0]))
                target["runs_out"] = self._runs_out(at, span, int(given[0]))

    def _alone(self, fund: str) -> bool:
        """Whether a fund's claims wait for it alone."""
        return all(
            funds is None or fund not in funds.funds or len(funds.funds) == 1
            for funds in (self.plan.program.clauses[name].funds for name in self.plan.clauses)
        )

    def _runs_out(self, pot: int, span: tuple[int, int], given: int) -> dict[str, float]:
        before, found = 0.0, {}
        for month in range(span[0], span[1] + 1):
            chance = self.projection.pot([pot], (span[0], month), detail=month < span[1]).exceedance(given)
            if chance - before > 1e-12:
                found[month_text(month)] = chance - before
            before = max(before, chance)
        return found

    def manifest(self) -> dict[str, Any]:
        own = self.projection
        errors = {"entitled": own.cell("entitled", own.everything, own.whole).mean_error}
        if self.drawn:
            errors["paid"] = super().manifest()["mean_error"]["paid"]
        else:
            errors["paid"] = own.cell("claimed", own.everything, own.whole).mean_error
        return identity(self.plan, self.draws) | {
            "engine": self.engine,
            "thresholds": [t / FEN_A_YUAN for t in self.thresholds],
            "mean_error": errors,
        }
