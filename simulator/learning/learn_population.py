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
from simulator.learning.figures import Figure, NotLearnt, What
from simulator.learning.following import Monthly, monthly_facts
from simulator.learning.learn_attributes import attribute_line
from simulator.learning.observed import NOT_TOLD, Observed
from simulator.learning.posteriors import Gamma, Posterior, never_seen, of_chance, of_rate
from simulator.learning.scenario_text import Draft, Population
from simulator.learning.spells import Transitions, changes_with_tenure, survival

TOO_WRONG = 0.02  # share of months that a form may tell wrong without a warning
UNLIKELY = 0.01
TREND = 3.0
FEW = 30  # trials or rows below which a warning says so


def percents(share: float) -> str:
    return f"{share * 100:.3g}%"


def interval_text(low: float, high: float, show: object = percents) -> str:
    assert callable(show)
    return f"{show(low)}–{show(high)}"


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
            self._monthly(fact)
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

    # ------------------------------------------------------------ monthly facts
    def _monthly(self, fact: Monthly) -> None:
        match fact.form:
            case "alone":
                self._alone(fact)
            case "follows":
                self._follows(fact)
            case "keeps":
                self._keeps(fact)
        if fact.wrong > TOO_WRONG:
            called = self.called(fact.name)
            self.warnings.append(
                Text(
                    f"{called.en} is not as any form of the language has it: "
                    f"what was chosen tells {percents(fact.wrong)} of the months wrong",
                    f"{called.zh}不符合语言中的任何一种形式：所选形式有{percents(fact.wrong)}的月份不符",
                )
            )

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

    def _alone(self, fact: Monthly) -> None:
        found, called = fact.found, self.called(fact.name)
        window = f"{month_text(self.window())} – {month_text(self.as_of)}"
        note = Text(
            f"{found.leave_events} left in {found.leave_trials:,} months ({window}), {found.censored:,} of "
            f"{found.rows:,} first stays still going on; constant chance a month, censored",
            f"{window}共{found.leave_trials:,}个月中退出{found.leave_events}次，{found.rows:,}段首次经历中"
            f"{found.censored:,}段仍在持续；每月概率不变，删失已计入",
        )
        leaves = self.chance(
            "leave", ("leaves", "退出率"), fact.name, found.leave_events, found.leave_trials, note,
            {"survival": _survival_table(found)},
        )  # fmt: skip
        line = f"{fact.name} starts on arrival, ends at {leaves} per month"
        if found.leave_events == 0:
            bound = percents(never_seen(found.leave_trials))
            self.warnings.append(
                Text(
                    f"nobody was seen to leave {called.en} in {found.leave_trials:,} months: "
                    f"all that is known is that the rate is likely below {bound}",
                    f"{called.zh}在{found.leave_trials:,}个月中无人退出：只知退出率大概低于{bound}",
                )
            )
        self._heterogeneous(found, called)
        if found.return_events:
            back = Text(
                f"{found.return_events} came back in {found.return_trials:,} months out ({window})",
                f"{window}在外{found.return_trials:,}个月中返回{found.return_events}次",
            )
            returns = self.chance(
                "return", ("returns", "返回率"), fact.name, found.return_events, found.return_trials, back
            )
            line += f", returns at {returns} per month"
            self.block.say(line)
        elif found.return_trials:
            bound = percents(never_seen(found.return_trials))
            self.block.say(
                line,
                Text(
                    f"nobody came back in {found.return_trials:,} months out: taken as never (likely below {bound})",
                    f"在外{found.return_trials:,}个月中无人返回：视为不返回（大概低于{bound}）",
                ),
            )
        else:
            self.block.say(line, Text("nobody was seen out: returns are not known", "无人在外：返回情况不详"))

    def _heterogeneous(self, found: Transitions, called: Text) -> None:
        test = changes_with_tenure(found)
        if test is None or test[0] >= UNLIKELY:
            return
        en = ", ".join(f"{percents(rate)} from month {start} on" for start, rate in test[1])
        zh = "，".join(f"第{start}个月起{percents(rate)}" for start, rate in test[1])
        self.warnings.append(
            Text(
                f"the chance to leave {called.en} changes with how long a stay has lasted ({en}); "
                "the scenario has one rate for all, which misplaces payments in time",
                f"{called.zh}的退出概率随持续时间变化（{zh}）；情景只有一个退出率，发放时间会有偏差",
            )
        )

    def _follows(self, fact: Monthly) -> None:
        assert fact.leader is not None
        leader = self.called(fact.leader)
        months = f"{fact.after} month" if fact.after == 1 else f"{fact.after} months"
        note = Text(
            f"{fact.yes:,} of {fact.told:,} whose {fact.leader.replace('_', ' ')} lasted have it {months} "
            f"after; {percents(fact.wrong)} of the months are otherwise",
            f"{leader.zh}持续者{fact.told:,}中有{fact.yes:,}滞后{fact.after}个月跟随；不符的月份占{percents(fact.wrong)}",
        )
        chance = self.chance(
            "follows", ("follows", "跟随率"), fact.name, fact.yes, fact.told, note,
            {"leader": fact.leader, "after": fact.after, "wrong": fact.wrong},
        )  # fmt: skip
        self.block.say(f"{fact.name} follows {fact.leader} after {months} with chance {chance}")

    def _keeps(self, fact: Monthly) -> None:
        note = Text(
            f"{fact.yes:,} of {fact.told:,} have it in most months; {percents(fact.wrong)} of the months are otherwise",
            f"{fact.told:,}中有{fact.yes:,}在多数月份为是；不符的月份占{percents(fact.wrong)}",
        )
        chance = self.chance("keeps", ("share", "占比"), fact.name, fact.yes, fact.told, note, {"wrong": fact.wrong})
        self.block.say(f"{fact.name} ~ {chance}")


def _survival_table(found: Transitions) -> list[dict[str, float | int]]:
    """Kaplan–Meier, a row a month of stay: the chance that a stay lasts longer than `months`."""
    curve = survival(found)
    return [
        {
            "months": k,
            "at_risk": int(curve.at_risk[k]),
            "left": int(curve.left[k]),
            "survival": float(curve.survival[k]),
            "low": float(curve.low[k]),
            "high": float(curve.high[k]),
        }
        for k in range(len(curve.at_risk))
    ]
