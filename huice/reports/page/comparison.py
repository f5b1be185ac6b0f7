"""The page of a comparison: what B costs more than A, step by step, what changed, for whom, by clause, year and group.

In: a `Comparison` of `huice.reports.tables`, and the JSON of `huice compare` for what stands beside the money: the
statements that changed, the rows that win or lose, one example of each. Out: one HTML file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huice.reports.amounts import Unit, unit_for
from huice.reports.difference_text import ASPECTS, SORTS, WHAT
from huice.reports.names import member_name, title_of
from huice.reports.page import chart_tables
from huice.reports.page.charts.bars import bars, sign
from huice.reports.page.charts.columns import columns
from huice.reports.page.charts.waterfall import waterfall
from huice.reports.page.document import document, section
from huice.reports.page.figures import figure
from huice.reports.page.markup import Content, Markup, el, join
from huice.reports.page.parts import footer, keys, method, origin, scenario_line, stopped, words
from huice.reports.page.tables import money, table, table_only
from huice.reports.tables import answer_of_comparison, difference_views, headings, views
from huice.reports.tables.records import Comparison, Spread
from lang.diagnostics import Language, Text
from lang.model import Program

OUTCOMES = ("more", "less", "earlier", "later")


def comparison_page(figures: Comparison, data: Mapping[str, Any], program: Program, language: Language) -> str:
    """`program` is B."""
    page = _Page(figures, data, program, language)
    return document(page.title, language, *page.parts())


class _Page:
    """The sections, one method each."""

    def __init__(self, figures: Comparison, data: Mapping[str, Any], program: Program, language: Language) -> None:
        self.figures, self.data, self.program, self.language = figures, data, program, language
        self.unit: Unit = unit_for(max(side.total["entitled"].mean for side in (figures.a, figures.b)))
        self.title = self.say(f"{figures.run.policy['en']}: two versions", f"{figures.run.policy['zh']}：两个版本对比")
        self.a, self.b = self.say("A", "甲"), self.say("B", "乙")

    def say(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def parts(self) -> list[Content]:
        figures, language = self.figures, self.language
        total = self.say("entitled", "应付")
        return [
            self.head(),
            self.bridge(),
            self.changes(),
            self.for_whom(),
            self.by_clause(),
            self.by_year(),
            self.by_group(),
            words(language),
            method(figures.run, None,
                   [(self.say(f"difference · {total}", f"差额 · {total}"), figures.difference["entitled"]),
                    (self.say("difference · paid", "差额 · 实付"), figures.difference["paid"]),
                    (f"{self.a} · {total}", figures.a.total["entitled"]),
                    (f"{self.b} · {total}", figures.b.total["entitled"])],
                   language, self.unit),
            origin([(self.a, figures.a.origin), (self.b, figures.b.origin)], language),
            footer(figures.run, language),
        ]  # fmt: skip

    # ------------------------------------------------------------ the answer
    def head(self) -> Markup:
        figures, run, language, unit = self.figures, self.figures.run, self.language, self.unit
        spread = figures.difference["entitled"]
        first, last = figures.a.total["entitled"].mean, figures.b.total["entitled"].mean
        items = [
            (self.say("B − A, entitled", "乙 − 甲，应付"), sign(spread.mean, unit), f"± {unit.show(spread.error)}"),
            (self.say("90% range", "90% 区间"), f"{sign(spread.at('0.05'), unit)} – {sign(spread.at('0.95'), unit)}",
             self.say("P5 – P95", "5%–95%分位")),
            (self.say("A → B", "甲 → 乙"), f"{unit.show(first)} → {unit.show(last)}",
             self.say("mean, whole period", "均值，整个期间")),
        ]  # fmt: skip
        items += self._people_keys()
        names = " → ".join(dict.fromkeys(side.policy[language] for side in (figures.a, figures.b)))
        same = self.say("the same people, the same chances under both", "两个版本面对同样的人、同样的随机情形")
        return el(
            "header",
            el("h1", self.title),
            el("p", f"{self.a} / {self.b}: {names}", class_="sub") if " → " in names else None,
            el("p", f"{scenario_line(run, language)} · {same}", class_="sub"),
            el("p", unit.stated(language), class_="unit"),
            stopped(run, language),
            el("p", answer_of_comparison(figures).text[language], self.say(" ", ""), self._winners(), class_="lead"),
            keys(items),
        )

    def _entities(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data.get("people", {}).get("entities", {})
        return found

    def _affected(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Kinds of rows of which some win or lose."""
        return [(name, of) for name, of in self._entities().items() if any(of[o]["max"] for o in OUTCOMES)]

    def _winners(self) -> str:
        """Who gains and who loses, of the kind of row that is concerned most."""
        if "people" not in self.data:
            return ""
        affected = self._affected()
        if not affected:
            return self.say("Nobody gets more or less, earlier or later.", "没有人的应付金额或时间有变化。")
        name, of = max(affected, key=lambda item: item[1]["more"]["mean"] + item[1]["less"]["mean"])
        title = title_of(self.program.entities, name, self.language)
        more, less, number = of["more"]["mean"], of["less"]["mean"], of["number"]["mean"]
        nobody = self.say("nobody gets less, in any draw", "任何一次抽样中都没有人减少")
        loses = self.say(f"{less:,.0f} get less", f"{less:,.0f} 减少") if of["less"]["max"] else nobody
        return self.say(
            f"Of {number:,.0f} ({title}) {more:,.0f} get more, {loses} (means of the draws).",
            f"{title}平均共 {number:,.0f}，其中 {more:,.0f} 金额增加，{loses}。",
        )

    def _people_keys(self) -> list[tuple[str, str, str]]:
        affected = self._affected()
        if not affected:
            return []
        name, of = max(affected, key=lambda item: item[1]["more"]["mean"] + item[1]["less"]["mean"])
        title = title_of(self.program.entities, name, self.language)
        figure_ = f"{of['more']['mean']:,.1f} / {of['less']['mean']:,.1f}"
        return [(self.say("get more / get less", "增加 / 减少"), figure_,
                 self.say(f"{title}, mean", f"{title}，均值"))]  # fmt: skip

    # ------------------------------------------------------------ the bridge
    def bridge(self) -> Markup:
        figures, language, unit = self.figures, self.language, self.unit
        steps = [(step.name[language], step.amount, step.error) for step in figures.bridge]
        if not steps:
            return Markup("")
        first, last = figures.a.total["entitled"].mean, figures.b.total["entitled"].mean
        title = self.say("From A to B: mean entitled, whole period", "由甲到乙：应付均值（整个期间）")

        def draw(width: float) -> Markup:
            return waterfall(title, (self.a, first), steps, (self.b, last), language, unit, width)

        return section(
            self.say("Step by step", "逐步拆解"),
            figure(title, draw),
            self._bridge_table(),
            el("p", self._bridge_method(), class_="note"),
        )

    def _bridge_table(self) -> Markup:
        """Means, errors and what each step adds to P90, where the results have it."""
        steps: Sequence[Mapping[str, Any]] = self.data.get("bridge", [])
        if not steps:
            return table_only(difference_views.bridge(self.figures), self.language, self.unit)
        measures = [m for m in ("entitled", "paid") if all(m in step for step in steps)]
        heads = [self.say("step", "步骤")]
        for measure in measures:
            word = headings.MEASURE[measure][self.language]
            heads += [self.say(f"{word}, mean", f"{word}均值"), "±", self.say("P90 of the total", "合计90%分位")]
        rows = [self._ends(self.a, measures, self.figures.a.total)]
        for step, named in zip(steps, self.figures.bridge, strict=True):
            cells: list[Content] = [el("th", named.name[self.language], scope="row")]
            for measure in measures:
                of = step[measure]
                cells += [el("td", money(value, self.unit), class_="n")
                          for value in (of["mean"], of["mean_error"], of["p90"]["value"])]  # fmt: skip
            rows.append(el("tr", *cells))
        foot = el("tfoot", self._ends(self.b, measures, self.figures.b.total))
        head = el("tr", *(el("th", text, scope="col", class_="n" if n else None) for n, text in enumerate(heads)))
        title = difference_views.bridge(self.figures).title[self.language]
        return el("div", el("table", el("thead", head), el("tbody", *rows), foot), class_="wide", role="region",
                  aria_label=title, tabindex="0")  # fmt: skip

    def _ends(self, name: str, measures: Sequence[str], total: Mapping[str, Spread]) -> Markup:
        cells: list[Content] = [el("th", name, scope="row")]
        for measure in measures:
            spread = total[measure]
            cells += [el("td", money(value, self.unit), class_="n")
                      for value in (spread.mean, spread.error, spread.at("0.9"))]  # fmt: skip
        return el("tr", *cells)

    def _bridge_method(self) -> str:
        methods = {step["entitled"]["method"] for step in self.data.get("bridge", [])}
        said = [self.say("The steps add up to the difference in every draw.", "各步之和在每次抽样中都等于总差额。")]
        if "shapley" in methods:
            said.append(self.say(
                "Changes that act together on the same clauses share the joint effect: each gets the average over all "
                "orders in which they could be made (Shapley value).",
                "共同作用于同一条款的修改分担其联合影响：取所有先后次序下的平均值（沙普利值）。"))  # fmt: skip
        if "in order" in methods:
            said.append(self.say("Where many changes reach the same clauses they are made in the order listed.",
                                 "作用于同一条款的修改较多时，按所列次序依次计算。"))  # fmt: skip
        return "".join(said) if self.language == "zh" else " ".join(said)

    # ------------------------------------------------------------ what changed
    def changes(self) -> Markup:
        if "changes" not in self.data:
            return Markup("")
        listed = [self._change(change) for change in self.data["changes"]]
        wording = [ASPECTS[aspect][self.language] for aspect in self.data.get("wording", {})]
        comma = self.say(", ", "、")
        only = el("p", self.say("Only in wording: ", "仅文字表述：") + comma.join(wording), class_="note")
        nothing = el("p", self.say("Nothing changed.", "没有变化。"))
        return section(self.say("What changed", "变化内容"), listed or nothing, only if wording else None)

    def _change(self, change: Mapping[str, Any]) -> Markup:
        zh = self.language == "zh"
        title = change.get("label") if zh and change.get("label") else change["name"].replace("_", " ")
        remarks = [change["cites"]] if change["cites"] else []
        if change["what"] in WHAT:
            remarks.append(WHAT[change["what"]][self.language].format(change.get("old_name", "").replace("_", " ")))
        reaches = [title_of(self.program.clauses, name, self.language) for name in change["reaches"]
                   if not (change["declaration"] in ("clause", "limit") and name == change["name"])]  # fmt: skip
        if reaches:
            remarks.append("→ " + self.say(", ", "、").join(reaches))
        return el(
            "div",
            el("b", f"{SORTS[change['declaration']][self.language]} {title}"),
            el("span", " · ".join(remarks), class_="sub") if remarks else None,
            *(el("div", f"− {line}", class_="was") for line in change["before"]),
            *(el("div", f"+ {line}", class_="is") for line in change["after"]),
            class_="change",
        )

    # ------------------------------------------------------------ for whom
    def for_whom(self) -> Markup:
        people = self.data.get("people")
        if people is None:
            return Markup("")
        affected = self._affected()
        if not affected:
            return Markup("")
        rows: list[Markup] = []
        for name, of in affected:
            title = title_of(self.program.entities, name, self.language)
            number = self.say(f"{title} (of {of['number']['mean']:,.0f})", f"{title}（共 {of['number']['mean']:,.0f}）")
            rows.append(self._tally(number, of, "part"))
            for clause, of_clause in people["clauses"].items():
                if of_clause["entity"] == name and any(of_clause[o]["max"] for o in OUTCOMES):
                    rows.append(self._tally(title_of(self.program.clauses, clause, self.language), of_clause))
            for group, of_group in of.get("groups", {}).items():
                if any(of_group[o]["max"] for o in OUTCOMES):
                    rows.append(self._tally(member_name(self.program, group, self.language), of_group))
        heads = [self.say("mean of the draws (least – most)", "抽样均值（最小–最大）"), self.say("get more", "增加"),
                 self.say("get less", "减少"), self.say("earlier", "提前"), self.say("later", "推后"),
                 self.say("gained", "增加额"), self.say("lost", "减少额")]  # fmt: skip
        head = el("tr", *(el("th", text, scope="col", class_="n" if n else None) for n, text in enumerate(heads)))
        title = self.say("Winners and losers", "影响对象")
        note = self.say(
            f"Counted row by row in {people['draws']:,} draws, before take-up and appropriations.",
            f"在 {people['draws']:,} 次抽样中逐个统计，不考虑申领率与预算。",
        )
        made = el("table", el("thead", head), el("tbody", *rows))
        return section(
            self.say("For whom", "影响对象"),
            el("div", made, class_="wide", role="region", aria_label=title, tabindex="0"),
            el("p", note, class_="note"),
            self._examples(),
        )

    def _tally(self, title: str, of: Mapping[str, Any], class_: str | None = None) -> Markup:
        def count(outcome: str) -> Markup:
            found = of[outcome]
            shown = f"{found['mean']:,.1f} ({found['min']:,.0f} – {found['max']:,.0f})" if found["max"] else "0"
            return el("td", el("data", shown, value=repr(found["mean"])), class_="n")

        amounts = (el("td", money(of[key]["mean"], self.unit), class_="n") for key in ("gained", "lost"))
        return el(
            "tr", el("th", title, scope="row"), *(count(outcome) for outcome in OUTCOMES), *amounts, class_=class_
        )

    def _examples(self) -> Content:
        examples = self.data.get("examples", [])
        if not examples:
            return None
        words_ = {"more": self.say("gets more", "金额增加"), "less": self.say("gets less", "金额减少"),
                  "earlier": self.say("gets the same earlier", "金额不变、提前"),
                  "later": self.say("gets the same later", "金额不变、推后")}  # fmt: skip
        parts = [el("h3", self.say("One simulated example of each, replayed under both versions",
                                   "各举一例（已按两个版本逐一核算）"))]  # fmt: skip
        for each in examples:
            clause = title_of(self.program.clauses, each["clause"], self.language)
            parts.append(el("p", el("b", words_[each["outcome"]]), f" · {clause}"))
            lines = each["case"].rstrip("\n").split("\n")
            parts.append(el("pre", Markup("\n".join(join(line) for line in lines))))
        return parts

    # ------------------------------------------------------------ by clause, year, group
    def by_clause(self) -> Markup:
        figures, language, unit = self.figures, self.language, self.unit
        rows = [(clause.name[language], clause.measures["entitled"]) for clause in figures.clauses
                if clause.measures["entitled"].minimum or clause.measures["entitled"].maximum]  # fmt: skip
        title = self.say("Difference by clause, entitled", "各条款应付差额")
        drawn = figure(title, lambda width: bars(title, rows, language, unit, width, signed=True)) if rows else None
        return section(
            self.say("By clause", "按条款"), drawn, table(difference_views.difference(figures), language, unit)
        )

    def by_year(self) -> Markup:
        figures, language, unit = self.figures, self.language, self.unit
        years = list(figures.b.years)
        if not years or list(figures.a.years) != years:
            return Markup("")
        series = [(name, [side.years[year]["entitled"] for year in years])
                  for name, side in ((self.a, figures.a), (self.b, figures.b))]  # fmt: skip
        title = self.say("Entitled by year", "各年度应付")
        both = table_only(chart_tables.of_sides(years, series, Text(title, title)), language, unit)
        drawn = figure(title, lambda width: columns(title, years, series, language, unit, width), more=both)
        return section(
            self.say("By year", "按年度"), drawn, table(difference_views.difference_by_year(figures), language, unit)
        )

    def by_group(self) -> Markup:
        figures, language, unit = self.figures, self.language, self.unit
        of = views.by_group(figures, "entitled")
        if of is None or figures.by is None:
            return Markup("")
        by = figures.by[language]
        rows = [(group.name[language], group.total["entitled"]) for group in views.shown_groups(figures)]
        title = self.say(f"Difference by {by}, entitled", f"各{by}应付差额")
        drawn = figure(title, lambda width: bars(title, rows, language, unit, width, signed=True)) if rows else None
        return section(self.say(f"By {by}", f"按{by}"), drawn, table(of, language, unit))
