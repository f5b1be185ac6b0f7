"""The results of a run: what was booked in every draw, and the JSON of `huice simulate --json` made from it.

Money is whole fen until here; the JSON gives estimates in yuan as numbers. All that depends on the clock or the machine
is in `timing`; the rest is the same bytes for the same program, scenario, seed and draws.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cached_property
from importlib import metadata
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy
from attrs import evolve, field, frozen

from lang.dates import month_text
from lang.diagnostics import Text
from simulator.figures.budget import asked_of_all, budget_lines, exceeded, needed, year_to_date
from simulator.figures.projection import Money, distributions, money
from simulator.figures.statistics import FEN_A_YUAN, Split, curve, rank, summarise
from simulator.money.books import Books, Flows
from simulator.money.claims import NO_LIMIT, Pot
from simulator.money.limits import pots_of
from simulator.notes import as_json
from simulator.plan import Flags, Ints, Plan, Worlds

if TYPE_CHECKING:
    import pyarrow as pa

NO_GROUP = "unknown"


@frozen(kw_only=True, eq=False, slots=False)
class Results:
    """`engine`: the one that ran. `thresholds` in fen. `notes`: what the reader should know.

    `asked`: how many draws there were to be; there are fewer where the run was stopped.
    """

    plan: Plan
    worlds: Worlds
    books: Books
    engine: str
    variance: Split
    thresholds: tuple[int, ...] = ()
    seconds: float = 0.0
    notes: tuple[Text, ...] = field(default=())
    asked: int | None = None

    def __repr__(self) -> str:
        run = f"{self.draws:,} draws, seed {self.plan.seed}, engine {self.engine}"
        return f"<huice.Results of {self.plan.policy.name}, scenario {self.plan.scenario.name}: {run}>"

    # ------------------------------------------------------------ arrays
    @property
    def draws(self) -> int:
        return self.books.draws

    @property
    def partial(self) -> bool:
        """Whether the run was stopped before all its draws were done."""
        return self.asked is not None and self.asked != self.draws

    @property
    def stopped_text(self) -> Text:
        done, of = self.draws, self.asked
        return Text(
            f"stopped: these are the results of {done} of {of} draws", f"已中止：以下为 {of} 次抽样中 {done} 次的结果"
        )

    def beginning(self, draws: int) -> Results:
        """The results of the first so many draws (without the split of the variance)."""
        if draws == self.draws:
            return self
        none = Split(unknowns=None, people=None, error=None)
        asked = self.asked or self.draws
        books, worlds = self.books.beginning(draws), self.worlds.beginning(draws)
        return evolve(self, books=books, worlds=worlds, variance=none, asked=asked)

    @cached_property
    def whole(self) -> Money:
        """Over the whole period, with what is known only of it."""
        books, months = self.books, self.plan.scenario.last - self.plan.scenario.first + 1
        once = {"not_taken_up": books.not_taken_up, "not_yet_claimed": books.not_yet_claimed}
        return money(books.flows, self.plan.clauses, [("all", 0, months)], once)

    def over(self, months_each: int) -> Money:
        """By calendar year (12), quarter (3) or month (1)."""
        return money(self.books.flows, self.plan.clauses, self._periods(months_each))

    @cached_property
    def years(self) -> Money:
        return self.over(12)

    def groups(self) -> dict[str, tuple[Money, Money]]:
        """By group: over the whole period, and by year. Those without a group come last, where there are any."""
        flows, kind = self.books.groups, self.plan.by_kind()
        if flows is None or kind is None:
            return {}
        names = [*self.plan.members(kind), NO_GROUP]
        if not flows.entitled[-1].any():
            names.pop()
        spans = self._periods(12)
        result = {}
        for number, name in enumerate(names):
            one = Flows(**{a: getattr(flows, a)[number] for a in ("entitled", "claimed", "paid", "lapsed", "payments")})
            by_year = [(year, at, at + 1) for at, (year, _, _) in enumerate(spans)]
            whole = money(one, self.plan.clauses, [("all", 0, len(spans))])
            result[name] = whole, money(one, self.plan.clauses, by_year)
        return result

    def total(self, measure: str = "entitled", clause: str | None = None) -> Ints:
        """Fen by draw: entitled, paid, owed_at_end, lapsed, not_taken_up, not_yet_claimed (or payments, a count)."""
        row = 0 if clause is None else 1 + self.plan.clauses.index(clause)
        result: Ints = self.whole.measures[measure][row, 0]
        return result

    def quantile(self, probability: float | str, measure: str = "paid", clause: str | None = None) -> float:
        """min{x: F(x) ≥ p} of the draws, in yuan."""
        if not 0 < float(probability) <= 1:
            raise ValueError(f"a probability above 0 and up to 1, not {probability}")
        ordered = np.sort(self.total(measure, clause))
        return float(ordered[rank(str(probability), self.draws)] / FEN_A_YUAN)

    @property
    def frame(self) -> pa.Table:
        """One row a draw (Arrow): its scramble, the unknowns, and yuan in all and by clause."""
        import pyarrow as pa

        columns: dict[str, Any] = {
            "draw": np.arange(self.draws, dtype=np.int32),
            "scramble": self.worlds.block.astype(np.int16),
        }
        columns |= {f"unknown.{name}": values for name, values in self.worlds.values.items()}
        for measure in ("entitled", "paid", "owed_at_end", "lapsed"):
            columns[measure] = self.total(measure) / FEN_A_YUAN
        for clause in self.plan.clauses:
            for measure in ("entitled", "paid"):
                columns[f"{clause}.{measure}"] = self.total(measure, clause) / FEN_A_YUAN
        return pa.table(columns)

    def _periods(self, months_each: int) -> list[tuple[str, int, int]]:
        """(name, first, end) of calendar periods, cut to the scenario's; months from its first."""
        first, last = self.plan.scenario.first, self.plan.scenario.last
        result = []
        for start in range(first - first % months_each, last + 1, months_each):
            if months_each == 12:
                name = str(start // 12)
            elif months_each == 3:
                name = f"{start // 12}Q{start % 12 // 3 + 1}"
            else:
                name = month_text(start)
            result.append((name, max(start, first) - first, min(start + months_each, last + 1) - first))
        return result

    # ------------------------------------------------------------ JSON
    @cached_property
    def _dict(self) -> dict[str, Any]:
        plan = self.plan
        result: dict[str, Any] = {
            "version": 1,
            "policy": plan.policy.name,
            "scenario": plan.scenario.name,
            "engine": self.engine,
            "draws": self.draws,
            "seed": plan.seed,
        }
        if self.partial:
            result["partial"] = {"draws": self.draws, "of": self.asked}
        result |= distributions(self.whole, thresholds=self.thresholds)["all"]
        result["years"] = distributions(self.years, thresholds=self.thresholds)
        result["quarters"] = distributions(self.over(3))
        result["months"] = distributions(self.over(1))
        for name, months_each in (("years", 12), ("quarters", 3), ("months", 1)):
            for period, funds in self._funds(months_each, self.thresholds if months_each == 12 else ()).items():
                result[name][period]["funds"] = funds
        self._budget(result)
        if plan.by is not None:
            result["groups"] = {
                name: distributions(whole)["all"] | {"years": distributions(years)}
                for name, (whole, years) in self.groups().items()
            }
        result["variance"] = self.variance.to_dict()
        result["refused"] = {
            name: {key: value for key, value in summarise(counts, unit=1).at().items() if key.startswith("mean")}
            for name, counts in zip(plan.clauses, self.books.refused, strict=True)
            if counts.any() or self._can_refuse(name)
        }
        result["targets"] = {name: self._chance(met) for name, met in self.books.targets.items()}
        result["arrivals"] = {
            name: {key: value for key, value in summarise(n, unit=1).at().items() if key.startswith("mean")}
            for name, n in self.books.arrivals.items()
        }
        result |= as_json([*self.notes, self.stopped_text] if self.partial else self.notes)
        result["timing"] = {"seconds": self.seconds, "person_months": self.books.person_months}
        result["manifest"] = self.manifest()
        return result

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `huice simulate`."""
        return self._dict

    def _budget(self, result: dict[str, Any]) -> None:
        """Lines by clause and pot, what is asked of the funds, the curves: over the whole period and by year."""
        books, years = self.books, result["years"]
        result["curve"] = curve(self.total("entitled"))
        result["lines"] = budget_lines(self.plan, books)
        to_date = summarise(year_to_date(self.over(1).measures["paid"][0], self.plan.scenario.first))
        for number, month in enumerate(result["months"].values()):
            month["to_date"] = to_date.at(number)
        for number, year in enumerate(years.values()):
            year["lines"] = budget_lines(self.plan, books, number)
            year["asked"] = asked_of_all(self.years.measures["paid"], self.years.measures["owed_at_end"], number)
            chance = exceeded(books, number)
            if chance is not None:
                year["p_exceeded"] = chance
                result["p_exceeded"] = exceeded(books)

    def _can_refuse(self, clause: str) -> bool:
        at = self.plan.program.clauses[clause]
        return at.quota is not None or at.group is not None

    def _chance(self, met: Flags) -> dict[str, float]:
        summary = summarise(met.astype(np.int64), unit=1).at()
        return {"probability": summary["mean"], "error": summary["mean_error"]}

    def _funds(self, months_each: int, thresholds: tuple[int, ...]) -> dict[str, dict[str, Any]]:
        """By period and fund; a fund with pots has each of them under `pots` as well."""
        used = {name for c in self.plan.clauses for name in self._funds_of(c)}
        pots = pots_of(self.plan.policy)
        result: dict[str, dict[str, Any]] = {name: {} for name, _, _ in self._periods(months_each)}
        for number, (name, fund) in enumerate(self.plan.policy.funds.items()):
            if name not in used:
                continue
            of_fund = [index for index, pot in enumerate(pots) if pot.fund == number]
            for period, line in self._till(of_fund, months_each, thresholds).items():
                result[period][name] = line
            if fund.pots is None:
                continue
            for index in of_fund:
                if (
                    pots[index].member is None
                    and not self.books.pot_paid[index].any()
                    and not self.books.pot_owed[index].any()
                ):
                    continue
                for period, line in self._till([index], months_each, thresholds).items():
                    result[period][name].setdefault("pots", {})[_pot_name(pots[index])] = line
        return result

    def _funds_of(self, clause: str) -> tuple[str, ...]:
        funds = self.plan.program.clauses[clause].funds
        return () if funds is None else funds.funds

    def _till(self, pots: list[int], months_each: int, thresholds: tuple[int, ...]) -> dict[str, dict[str, Any]]:
        """What some pots of a fund together paid and owed, and whether their appropriation lasted, by period.

        For months and quarters, `p_exceeded` is the chance that it did not last to the end of that period.
        """
        books, first = self.books, self.plan.scenario.first
        periods = self._periods(months_each)
        starts, ends = [start for _, start, _ in periods], [end - 1 for _, _, end in periods]
        paid = summarise(np.add.reduceat(books.pot_paid[pots].sum(axis=0), starts, axis=0), thresholds=thresholds)
        owed = summarise(books.pot_owed[pots].sum(axis=0)[ends], thresholds=thresholds)
        to_date = summarise(year_to_date(books.pot_paid[pots].sum(axis=0), first)) if months_each == 1 else None
        result = {}
        for column, (name, _, end) in enumerate(periods):
            year = (first + end - 1) // 12 - first // 12
            # 0 stands for never: it must not be the first.
            seen = books.exceeded[pots, year].astype(np.int64)
            months = np.where(seen == 0, NO_LIMIT, seen).min(axis=0)
            within = months < first + end
            numbers, counts = np.unique(months[within], return_counts=True)
            result[name] = {
                **(needed(books.pot_asked[pots, year].sum(axis=0)) if months_each == 12 else {}),
                **({"to_date": to_date.at(column)} if to_date is not None else {}),
                "paid": paid.at(column),
                "appropriation": self._appropriation(pots, year),
                "p_exceeded": float(within.mean()),
                "owed": owed.at(column),
                "runs_out": {
                    month_text(int(m)): float(n / self.draws)
                    for m, n in zip(numbers, counts, strict=True)
                    if m >= first + starts[column]
                },
            }
        return result

    def _appropriation(self, pots: list[int], year: int) -> float | None:
        """The year's, in yuan (its mean, where it depends on an unknown); None where a pot is unlimited.

        A pot from which nothing was ever paid or owed, and the pot of those whose pot is not known, do not count.
        """
        numbered = pots_of(self.plan.policy)
        used = [pot for pot in pots if self.books.pot_paid[pot].any() or self.books.pot_owed[pot].any()]
        named = [pot for pot in used or pots if numbered[pot].member is not None] or pots
        given = self.books.appropriation[named, year]
        if (given >= NO_LIMIT).any():
            return None
        return float(summarise(given.sum(axis=0)).mean)

    def manifest(self) -> dict[str, Any]:
        """What another run needs to give the same bytes."""
        return identity(self.plan, self.draws) | {
            "engine": self.engine,
            "thresholds": [t / FEN_A_YUAN for t in self.thresholds],
            "mean_error": {m: float(summarise(self.total(m)).mean_error) for m in ("entitled", "paid")},
        }


def identity(plan: Plan, draws: int) -> dict[str, Any]:
    """What makes a run the one it is: runs that agree in it give the same figures. Plain JSON."""
    return {
        "policy": {
            "name": plan.policy.name,
            "sources": [{"name": PurePath(s.name).name, "sha256": _sha256(s.text)} for s in plan.policy.sources],
        },
        # The checked scenario, not its text: the same assumptions in other words or places are the same.
        "scenario": {"name": plan.scenario.name, "sha256": _sha256(repr(plan.scenario))},
        **({"files": {name: roster.digest for name, roster in plan.rosters.items()}} if plan.rosters else {}),
        "seed": plan.seed,
        "draws": draws,
        "engine": plan.engine,
        "clauses": list(plan.clauses),
        "by": plan.by,
        "versions": dict(versions()),
    }


def versions() -> Mapping[str, str]:
    return {
        "huice": metadata.version("huice"),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _pot_name(pot: Pot) -> str:
    return pot.member if pot.member is not None else NO_GROUP
