"""The `population` block of one entity: who comes, and what is assumed of each fact, with what was learnt.

In: an observed entity and the facts that the policy reads of it. Out: lines and unknowns in a draft, figures for the
report, warnings, and what could not be learnt. Attributes that chance alone decides are in learn_attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import define, field

from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Text
from simulator.learning.coming import Coming, coming
from simulator.learning.figures import Figure, NotLearnt, What, interval_text, percents
from simulator.learning.following import Monthly, monthly_facts
from simulator.learning.learn_attributes import attribute_line
from simulator.learning.learn_monthly import monthly_line
from simulator.learning.observed import NOT_TOLD, Observed
from simulator.learning.posteriors import Gamma, Posterior, of_chance, of_rate
from simulator.learning.scenario_text import Draft, Population

TREND = 3.0
FEW = 30  # trials or rows below which a warning says so


@define
class PopulationLearner:
    """See the module. `roster`: the path from which the population starts (None: from nobody)."""

    program: model.Program
    seen: Observed
    others: Mapping[str, Observed]
    names: Sequence[str]
    as_of: Month
    since: Month | None
    first: Month
    last: Month
    roster: str | None
    gaps: bool
    draft: Draft
    figures: list[Figure] = field(factory=list)
    not_learnt: list[NotLearnt] = field(factory=list)
    warnings: list[Text] = field(factory=list)
    block: Population = field(init=False)

    # ------------------------------------------------------------ names
    @property
    def entity(self) -> model.Entity:
        return self.program.entities[self.seen.entity]

    @property
    def who(self) -> Text:
        return Text(self.entity.name.replace("_", " "), self.entity.label or self.entity.name)

    def called(self, name: str) -> Text:
        """An attribute in messages."""
        attribute = self.entity.attributes[name]
        return Text(f"{self.who.en}'s {name.replace('_', ' ')}", f"{self.who.zh}的{attribute.label or name}")

    def unknown(self, suffix: tuple[str, str], posterior: Posterior, note: Text, name: str | None = None) -> str:
        """A name for what is uncertain: `person_employed_leaves`, 人员就业退出率."""
        en, zh = suffix
        parts = [self.entity.name, *([name] if name else []), en]
        label = self.entity.attributes[name].label if name else ""
        second = f"{self.entity.label}{label}{zh}" if self.entity.label and label is not None else None
        return self.draft.unknown("_".join(parts), second, posterior, note)

    # ------------------------------------------------------------ the whole
    def learn(self) -> None:
        seen = self.seen
        heading = f"population {self.entity.name}"
        if self.roster is not None:
            heading += f' from "{self.roster}" as of {month_text(self.as_of)}'
        self.block = Population(heading)
        self.draft.populations.append(self.block)
        monthly = self._monthly_names()
        facts = monthly_facts(seen, monthly, self.window())
        self._told(bool(monthly))
        coming_link = self._arrivals({fact.name: fact for fact in facts})
        for fact in facts:
            monthly_line(self, fact)
        for name in self.names:
            if name not in monthly and name != coming_link:
                attribute_line(self, name)

    def window(self) -> Month:
        """The month from which on the roster is taken as complete."""
        if self.since is not None:
            return self.since
        told = self.seen.arrival[self.seen.arrival != NOT_TOLD]
        earliest = int(told.min()) if len(told) else self.as_of
        return min(max(self.program.first, earliest), self.as_of)

    def _monthly_names(self) -> list[str]:
        """In order of declaration, the fact that begins first before the others: it may lead them."""
        names = [n for n in self.entity.attributes if n in self.seen.flags and n in self.names]
        root = self.seen.root
        if root is None or root not in self.seen.flags:
            return names
        return [root, *(name for name in names if name != root)]

    def _told(self, has_flags: bool) -> None:
        """How many rows tell nothing of when they came."""
        missing = int((self.seen.arrival == NOT_TOLD).sum())
        if missing and (has_flags or self.seen.told_by is not None):
            en, zh = self.who.en, self.who.zh
            self.warnings.append(
                Text(
                    f"{missing} of {self.seen.size} rows of {en} do not say when they came; "
                    "they tell nothing of arrivals and spells",
                    f"{zh}的{self.seen.size}条记录中有{missing}条无从得知何时进入，不用于新增和起止的估计",
                )
            )

    # ------------------------------------------------------------ who comes
    def _arrivals(self, facts: Mapping[str, Monthly]) -> str | None:
        """The `arrive` line. Gives the link that it sets, if any."""
        seen, told = self.seen, self.seen.arrival != NOT_TOLD
        begin = max(self.first, self.as_of + 1) if self.roster is not None else self.first
        if not told.any():
            self._no_arrivals()
            return None
        if begin > self.last:
            return None
        parent = self._parent() if not seen.flags else None
        if parent is not None:
            return self._for_parents(parent, begin)
        found = coming(seen.arrival, self.window(), self.as_of, self.last - begin + 1)
        if found is None:
            self._no_arrivals()
            return None
        rate, drawn = found.rate, found.drawn
        stays = 1.0
        leader = facts.get(seen.root or "")
        if seen.told_by is None and leader is not None and leader.form == "alone":
            # who leaves in the month of arrival is never seen, and is simulated all the same
            stays = 1 - of_chance(leader.found.leave_events, leader.found.leave_trials).mean
            rate, drawn = Gamma.written(rate.shape, rate.mean / stays), Gamma.written(drawn.shape, drawn.mean / stays)
        note = self._arrivals_note(found, rate, stays)
        name = self.unknown(("arrivals", "每月新增"), drawn, note)
        months = f"from {month_text(begin)} to {month_text(self.last)}"
        self.block.say(f"arrive poisson({name}) per month {months}")
        low, high = rate.interval()
        self.figures.append(
            Figure(
                what="arrivals",
                about=self.entity.name,
                note=note,
                n=found.months,
                events=found.total,
                unknown=name,
                posterior=rate,
                mean=rate.mean,
                low=low,
                high=high,
                details={
                    "by_month": {month_text(found.first + i): int(c) for i, c in enumerate(found.counts)},
                    "dispersion": found.dispersion,
                },
            )
        )
        self._arrival_warnings(found)
        return None

    def _arrivals_note(self, found: Coming, rate: Gamma, stays: float) -> Text:
        low, high = rate.interval()
        span = f"{month_text(found.first)} – {month_text(self.as_of)}"
        by = self.seen.told_by or self.seen.root
        told = self.called(by) if by is not None else self.who
        en = f"{found.total} came in {found.months} months ({span}), counted by {told.en}; "
        zh = f"{span}的{found.months}个月中新增{found.total}，以{told.zh}计；"
        if stays < 1:
            en += f"divided by the {percents(stays)} who stay past the month in which they come; "
            zh += f"除以当月未退出者的比例{percents(stays)}；"
        en += f"Poisson rate with Jeffreys' prior: {rate.mean:.4g} a month, 95% {low:.4g}–{high:.4g}"
        zh += f"泊松率（Jeffreys先验）：每月{rate.mean:.4g}，95%区间{low:.4g}–{high:.4g}"
        if found.dispersion > 1:
            en += f"; months vary {found.dispersion:.3g} times as much as by chance, so the distribution is wider"
            zh += f"；各月差异为随机情形的{found.dispersion:.3g}倍，分布相应放宽"
        return Text(en, zh)

    def _arrival_warnings(self, found: Coming) -> None:
        en, zh = self.who.en, self.who.zh
        if found.dispersion > 1:
            self.warnings.append(
                Text(
                    f"arrivals of {en} vary from month to month {found.dispersion:.3g} times as much as chance would "
                    "have it (seasons, drives?); the total of the period has that spread, single months have not",
                    f"{zh}各月新增的差异为随机情形的{found.dispersion:.3g}倍（季节或集中组织？）；"
                    "期间合计已计入该差异，单月未计入",
                )
            )
        if abs(found.trend) > TREND:
            way = ("rise", "上升") if found.trend > 0 else ("fall", "下降")
            self.warnings.append(
                Text(
                    f"arrivals of {en} {way[0]} over the months watched (z = {found.trend:.1f}); "
                    "the scenario keeps their mean: think of --since",
                    f"{zh}的新增在观察期内{way[1]}（z = {found.trend:.1f}）；情景仍取其平均，可考虑 --since",
                )
            )
        if found.before:
            month = month_text(found.first - 1)
            self.warnings.append(
                Text(
                    f"{found.before} {en} in {month}, many more than in any other month, "
                    "are taken for those who were there already",
                    f"{month}的{found.before}条{zh}记录远多于其他月份，视为此前已有",
                )
            )
        if found.total < FEW:
            self.warnings.append(
                Text(
                    f"only {found.total} arrivals of {en} were seen: their rate is not well known",
                    f"仅见到{zh}新增{found.total}，其新增率并不可靠",
                )
            )

    def _no_arrivals(self) -> None:
        """Nothing tells when rows came: those of the roster, and nobody else."""
        if self.roster is None:
            self.block.say(
                f"arrive {self.seen.size} in {month_text(self.first)}",
                Text("as many as the roster has; when they came is not known", "名册中的全部记录；何时进入不详"),
            )
        else:
            self.block.comment(
                Text(
                    "nothing in the roster tells when these came: nobody is added to them",
                    "名册未载明何时进入：不作新增",
                )
            )
        self.not_learnt.append(
            NotLearnt(
                entity=self.entity.name,
                attribute=None,
                why=Text(
                    f"when {self.who.en} came is not told by any date or monthly fact: none are added",
                    f"没有日期或逐月栏目说明{self.who.zh}何时进入，不作新增",
                ),
                blocks=False,
            )
        )

    def _parent(self) -> str | None:
        """The link to the rows for which these come: the first that nearly every row has and that is alone in leading
        to its entity."""
        links = [a for a in self.entity.attributes.values() if a.type.base == "link"]
        for link in links:
            alone = sum(other.type.name == link.type.name for other in links) == 1
            values = self.seen.values.get(link.name)
            parents = self.others.get(link.type.name or "")
            if not alone or values is None or parents is None:
                continue
            keys = set(parents.keys)
            if sum(value in keys for value in values) >= 0.95 * len(values):
                return link.name
        return None

    def _for_parents(self, link: str, begin: Month) -> str:
        parents = self.others[self.entity.attributes[link].type.name or ""]
        since = self.window()
        months = self.as_of - since + 1
        entered = np.where(parents.arrival == NOT_TOLD, since, np.maximum(parents.arrival, since))
        time = int(np.maximum(self.as_of - entered + 1, 0).sum())
        inside = (self.seen.arrival >= since) & (self.seen.arrival <= self.as_of)
        count = int(inside.sum())
        parent = self.program.entities[parents.entity]
        rate = of_rate(count, max(time, 1))
        low, high = rate.interval()
        title = Text(parent.name.replace("_", " "), parent.label or parent.name)
        note = Text(
            f"{count} in {time:,} months of {title.en} ({month_text(since)} – {month_text(self.as_of)}, "
            f"{months} months); Poisson rate with Jeffreys' prior: {rate.mean:.3g} a month and {title.en}, "
            f"95% {low:.3g}–{high:.3g}",
            f"{month_text(since)} – {month_text(self.as_of)}（{months}个月）{title.zh}共{time:,}个月，其中{count}；"
            f"泊松率（Jeffreys先验）：每{title.zh}每月{rate.mean:.3g}，95%区间{low:.3g}–{high:.3g}",
        )
        name = self.unknown(("arrivals", f"每{title.zh}每月新增"), rate, note)
        span = f"from {month_text(begin)} to {month_text(self.last)}"
        self.block.say(f"arrive poisson({name}) per {parent.name} {span}")
        self.figures.append(
            Figure(
                what="arrivals", about=self.entity.name, note=note, n=time, events=count, unknown=name,
                posterior=rate, mean=rate.mean, low=low, high=high, details={"per": parent.name},
            )
        )  # fmt: skip
        return link

    def chance(
        self, what: What, suffix: tuple[str, str], name: str, events: int, trials: int, note: Text,
        details: Mapping[str, object] | None = None,
    ) -> str:  # fmt: skip
        """A chance that was counted: its unknown, its figure, and a warning where it was counted on few."""
        posterior = of_chance(events, trials)
        low, high = posterior.interval()
        full = Text(
            f"{note.en}; Jeffreys' prior: {percents(posterior.mean)}, 95% {interval_text(low, high)}",
            f"{note.zh}；Jeffreys先验：{percents(posterior.mean)}，95%区间{interval_text(low, high)}",
        )
        unknown = self.unknown(suffix, posterior, full, name)
        self.figures.append(
            Figure(
                what=what, about=f"{self.entity.name}.{name}", note=full, n=trials, events=events, unknown=unknown,
                posterior=posterior, mean=posterior.mean, low=low, high=high, details=details or {},
            )
        )  # fmt: skip
        if trials < FEW:
            called = self.called(name)
            self.warnings.append(
                Text(
                    f"{called.en} ({what}): only {trials} were watched; the interval is wide",
                    f"{called.zh}：仅观察到{trials}例，区间很宽",
                )
            )
        return unknown
