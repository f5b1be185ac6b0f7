"""The page of a projection: the answer, the months, whether the money lasts, where it goes, what it depends on.

In: a `Projection`; with `huice sensitivity` its JSON; with known payments what was paid by month. Out: one HTML file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huice.reports.amounts import Unit, share, unit_for
from huice.reports.page import chart_tables
from huice.reports.page.charts.bars import bars
from huice.reports.page.charts.columns import columns
from huice.reports.page.charts.exceedance import exceedance
from huice.reports.page.charts.fan import Fan, fan
from huice.reports.page.charts.tornado import tornado
from huice.reports.page.document import document, section
from huice.reports.page.figures import figure, folded
from huice.reports.page.markup import Content, Markup, el
from huice.reports.page.parts import footer, keys, method, origin, scenario_line, stopped, words
from huice.reports.page.tables import money, table, table_only, without_empty_columns
from huice.reports.tables import answer, fund_views, headings, views
from huice.reports.tables.records import FundLine, Projection, Spread, Table
from huice.scenario_book.statements import BUDGETS
from lang.diagnostics import Language, Text

HIGH = 0.25  # a chance of overrun from here on is set off
MOST_CURVES = 60  # exceedance curves of budget lines on a page


def simulation_page(
    figures: Projection,
    language: Language,
    *,
    sensitivity: Mapping[str, Any] | None = None,
    actual: Mapping[str, float] | None = None,
) -> str:
    """`sensitivity`: the JSON of `huice sensitivity` of the same scenario. `actual`: yuan paid in fact, by month."""
    page = _Page(figures, language, sensitivity, actual or {})
    return document(figures.run.policy[language], language, *page.parts())


class _Page:
    """The sections, one method each."""

    def __init__(
        self,
        figures: Projection,
        language: Language,
        sensitivity: Mapping[str, Any] | None,
        actual: Mapping[str, float],
    ) -> None:
        self.figures, self.language, self.sensitivity, self.actual = figures, language, sensitivity, actual
        self.unit: Unit = unit_for(figures.total["entitled"].mean)

    def say(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def parts(self) -> list[Content]:
        figures, language = self.figures, self.language
        named = [(period.name, period.total["paid"]) for period in figures.years]
        return [
            self.head(),
            self.when(),
            self.enough(),
            self.what_for(),
            self.for_whom(),
            self.what_drives(),
            self.targets(),
            self.assumptions(),
            words(language),
            method(figures.run, figures.variance,
                   [(self.say("entitled · whole period", "应付 · 整个期间"), figures.total["entitled"]),
                    (self.say("paid · whole period", "实付 · 整个期间"), figures.total["paid"]),
                    *((self.say(f"paid · {name}", f"实付 · {name}年"), spread) for name, spread in named)],
                   language, self.unit),
            origin([("", figures.run.origin)], language),
            footer(figures.run, language),
        ]  # fmt: skip

    # ------------------------------------------------------------ the answer
    def head(self) -> Markup:
        figures, run, language = self.figures, self.figures.run, self.language
        said = answer(figures)
        return el(
            "header",
            el("h1", run.policy[language]),
            el("p", run.document, class_="sub") if run.document and language == "zh" else None,
            el("p", scenario_line(run, language), class_="sub"),
            el("p", self.unit.stated(language), class_="unit"),
            stopped(run, language),
            el("p", said.text[language], class_="lead"),
            keys(self._keys()),
        )

    def _keys(self) -> list[tuple[str, str, str]]:
        """Expected, likely range, the dearest year, the greatest risk."""
        figures, unit = self.figures, self.unit
        paid = figures.total["paid"]
        dearest = max(figures.years, key=lambda year: year.total["paid"].mean)
        items = [
            (self.say("expected to be paid", "预计实付"), unit.show(paid.mean), f"± {unit.show(paid.error)}"),
            (self.say("90% range", "90% 区间"), f"{unit.show(paid.at('0.05'))} – {unit.show(paid.at('0.95'))}",
             self.say("P5 – P95", "5%–95%分位")),
            (self.say("costliest year", "支出最多的年度"), dearest.name, unit.show(dearest.total["paid"].mean)),
        ]  # fmt: skip
        worst = answer(figures).worst
        if worst is not None:
            month = worst.likeliest_month
            remark = f"{_line_name(worst, self.language)} · {worst.period}"
            if month:
                remark += self.say(f"; most often in {month}", f"；最可能在 {month}")
            items.append((self.say("greatest chance of overrun", "最大超支概率"), share(worst.p_exceeded), remark))
        return items

    # ------------------------------------------------------------ when
    def when(self) -> Markup:
        figures, language, unit = self.figures, self.language, self.unit
        if not any(year.total["paid"].mean for year in figures.years):
            return Markup("")  # a policy that pays nothing has no months to show
        parts: list[Content] = []
        months = [(month.name, month.total["paid"]) for month in figures.months]
        if len(figures.years) > 1:
            by_year = views.by_period(figures.years, headings.YEAR)
            series = [(self.say("mean", "均值"), [year.total["paid"] for year in figures.years])]
            title, names = by_year.title[language], [year.name for year in figures.years]

            def draw(width: float) -> Markup:
                return columns(title, names, series, language, unit, width)

            parts.append(figure(title, draw, more=table_only(by_year, language, unit)))
        if len(months) > 1:
            of = Fan(title=self.say("Paid by month", "各月实付"), months=months, actual=self.actual)
            parts.append(self._fan(of, views.by_period(figures.months, headings.MONTH)))
        to_date = [(month.name, month.to_date) for month in figures.months if month.to_date is not None]
        if len(to_date) > 1:
            parts.append(self._to_date(to_date))
        if len(figures.quarters) > 1:
            parts.append(self._folded(views.by_period(figures.quarters, headings.QUARTER)))
        return section(self.say("When the money is spent", "支出时间"), *parts)

    def _fan(self, of: Fan, under: Table, note: str = "") -> Markup:
        more = self._folded(without_empty_columns(under))
        return figure(of.title, lambda width: fan(of, self.language, self.unit, width), note=note, more=more)

    def _folded(self, of: Table | None) -> Content:
        """The table of a chart, to be opened."""
        if of is None:
            return None
        title = f"{self.say('table', '数据表')}{self.say(': ', '：')}{of.title[self.language]}"
        return folded(title, table_only(of, self.language, self.unit))

    def _to_date(self, months: Sequence[tuple[str, Spread]]) -> Markup:
        """Against the appropriation, where all money that is paid has one; else fund by fund."""
        title = self.say("Paid since January", "当年累计实付")
        actual, total, year = {}, 0.0, ""
        for name, _ in months:
            total = (total if name[:4] == year else 0.0) + self.actual.get(name, 0.0)
            year = name[:4]
            if name in self.actual:
                actual[name] = total
        whole = Fan(title=title, months=months, given=self._given(None), actual=actual, anew=True)
        parts = [self._against(whole, self.say("each January begins anew", "每年一月重新累计"))]
        funds = dict.fromkeys(line.fund.key for line in self.figures.budgeted)
        for key in () if whole.given else funds:
            lines = [(m.name, line) for m in self.figures.months for line in m.funds
                     if line.fund.key == key and line.pot is None]  # fmt: skip
            spreads = [(month, line.to_date) for month, line in lines if line.to_date is not None]
            if spreads:
                name = lines[0][1].fund[self.language]
                of = Fan(title=f"{title} · {name}", months=spreads, given=self._given(key), anew=True)
                parts.append(self._against(of, self.say("against the year's appropriation", "与当年预算对照")))
        return Markup("".join(parts))

    def _against(self, of: Fan, note: str) -> Markup:
        return self._fan(of, chart_tables.of_fan(of, Text(of.title, of.title)), note)

    def _given(self, fund: str | None) -> dict[str, float]:
        """By month the year's appropriation, of a fund or of all of them; nothing where one is unlimited."""
        result = {}
        for month in self.figures.months:
            lines = [line for line in month.funds if line.pot is None and fund in (None, line.fund.key)]
            given = [line.appropriation for line in lines]
            if given and None not in given:
                result[month.name] = float(sum(amount for amount in given if amount is not None))
        return result

    # ------------------------------------------------------------ whether it lasts
    def enough(self) -> Markup:
        lines = self.figures.budgeted
        if not lines:
            return Markup("")
        curves = [line for line in lines if line.curve is not None and line.curve.points]
        worst = answer(self.figures).worst
        return section(
            self.say("Whether the appropriations last", "预算是否够用"),
            self._risks(lines),
            self._curves(curves, worst) if curves else None,
            self._to_add(lines),
        )

    def _to_add(self, lines: Sequence[FundLine]) -> Markup:
        of = fund_views.by_fund(lines)
        return folded(f"{of.title[self.language]}{self.say(': all figures', '：明细')}",
                      table(of, self.language, self.unit, heading=None), printed=True)  # fmt: skip

    def _risks(self, lines: Sequence[FundLine]) -> Markup:
        """A row a fund or pot, a column a year: appropriation, chance of overrun, month."""
        years = list(dict.fromkeys(line.period for line in lines))
        found = {(line.key, line.period): line for line in lines}
        names = {line.key: _line_name(line, self.language) for line in lines}
        rows = []
        for key, name in names.items():
            cells = [self._risk(found.get((key, year))) for year in years]
            rows.append(el("tr", el("th", name, scope="row"), *cells))
        heads = [self.say("fund", "资金来源"), *(self.say(year, f"{year}年") for year in years)]
        head = el("tr", *(el("th", text, scope="col", class_="n" if n else None) for n, text in enumerate(heads)))
        note = self.say(
            f"In each cell: the appropriation, the chance of overrun, the month in which it most often runs out. "
            f"Set off: {HIGH:.0%} and more. A fund with pots runs short when any one of its pots does.",
            f"每格依次为：预算、超支概率、最可能用尽的月份；{HIGH:.0%} 及以上着色。"
            "有分账的资金，任一分账不足即计为超支。",
        )
        made = el("table", el("thead", head), el("tbody", *rows), class_="risk")
        title = self.say("Chance of overrun by fund and year", "各项资金、各年度超支概率")
        return el("div", el("h3", title), el("div", made, class_="wide", role="region", aria_label=title, tabindex="0"),
                  el("p", note, class_="note"), class_="block")  # fmt: skip

    def _risk(self, line: FundLine | None) -> Markup:
        if line is None or line.appropriation is None:
            return el("td", "—", class_="n")
        chance = el("data", share(line.p_exceeded), value=repr(line.p_exceeded))
        high = line.p_exceeded >= HIGH
        return el("td", money(line.appropriation, self.unit), el("small", el("b", chance) if high else chance),
                  el("small", line.likeliest_month or "—"), class_="n high" if high else "n")  # fmt: skip

    def _curves(self, lines: Sequence[FundLine], worst: FundLine | None) -> Markup:
        """One curve at a time; the one most likely to run short first."""
        chosen = [line for line in lines if line.pot is None] + [line for line in lines if line.pot is not None]
        chosen = sorted(chosen[:MOST_CURVES], key=lambda line: list(lines).index(line))
        first = next((n for n, line in enumerate(chosen) if worst is not None and line is worst), 0)
        title = self.say("How likely it costs more than an amount", "支出超过某一金额的概率")
        options, panels = [], []
        for n, line in enumerate(chosen):
            assert line.curve is not None
            name = f"{_line_name(line, self.language)} · {line.period}"
            options.append(el("option", name, value=str(n), selected=n == first))
            drawn = exceedance(f"{title}: {name}", line.curve, line.suffices, self.language, self.unit)
            enough = self.say("; ", "；").join(
                self.say(f"{self.unit.show(amount)} suffices with {float(p):.0%}",
                         f"{self.unit.show(amount)} 有 {float(p):.0%} 的把握够用")
                for p, amount in line.suffices.items()
            )  # fmt: skip
            together = fund_views.of_pots_together(line)
            panels.append(
                el("div", el("p", el("b", name), " ", el("span", enough, class_="sub")), drawn,
                   None if together is None else el("p", together[self.language], class_="note"),
                   self._folded(chart_tables.of_curve(line, Text(name, name))),
                   data_panel=f"curve:{n}", hidden=n != first, class_="panel")
            )  # fmt: skip
        label = self.say("budget line", "预算项目")
        pick = el("p", el("label", f"{label} ", el("select", *options, data_of="curve")), class_="choose")
        return el("figure", el("figcaption", el("b", title)), pick, *panels,
                  el("p", "", class_="readout", aria_live="polite"))  # fmt: skip

    # ------------------------------------------------------------ what for, for whom
    def what_for(self) -> Markup:
        figures, language, unit = self.figures, self.language, self.unit
        of = views.by_clause(figures)
        rows = [(clause.name[language], clause.measures["paid"]) for clause in figures.clauses]
        rows.sort(key=lambda row: -row[1].mean)
        title = self.say("Paid by clause, whole period", "各条款实付（整个期间）")
        drawn = figure(title, lambda width: bars(title, rows, language, unit, width)) if len(rows) > 1 else None
        lines = None
        if figures.lines:
            by_line = table_only(fund_views.by_line(figures.lines), language, unit)
            lines = folded(self.say("table: by clause, fund and pot", "数据表：按条款、资金来源、分账"), by_line)
        whole = table(views.whole(figures), language, unit)
        return section(self.say("What it is spent on", "支出构成"), drawn, table(of, language, unit), whole,
                       self._parts_and_whole(), lines)  # fmt: skip

    def _parts_and_whole(self) -> Content:
        of = views.diversification(self.figures.diversification)
        return None if of is None else table(of, self.language, self.unit)

    def for_whom(self) -> Markup:
        figures, language, unit = self.figures, self.language, self.unit
        of = views.by_group(figures)
        if of is None or figures.by is None:
            return Markup("")
        rows = [(group.name[language], group.total["paid"]) for group in views.shown_groups(figures)]
        by = figures.by[language]
        title = self.say(f"Paid by {by}, whole period", f"各{by}实付（整个期间）")
        drawn = figure(title, lambda width: bars(title, rows, language, unit, width)) if rows else None
        return section(self.say(f"By {by}", f"按{by}"), drawn, table(of, language, unit))

    # ------------------------------------------------------------ what it depends on
    def what_drives(self) -> Markup:
        found = self.sensitivity
        if found is None:
            return Markup("")
        of = found["total"]["entitled"]
        labels = {name: (about.get("label") if self.language == "zh" else None) or name.replace("_", " ")
                  for name, about in found["unknowns"].items()}  # fmt: skip
        by_swing = sorted(of["unknowns"].items(), key=lambda item: -abs(item[1]["swing"]))
        ordered = {name: effect for name, effect in by_swing if effect["low"] != effect["high"]}
        rows = [(labels[name], effect["low"], effect["high"]) for name, effect in ordered.items()]
        if not rows:
            return Markup("")
        title = self.say("Mean spending with each unknown low and high", "各不确定量取低值、高值时的平均应付")
        note = (found.get("study_first") or {}).get("sentence", "")
        return section(
            self.say("What it depends on", "影响因素"),
            el("p", note) if note else None,
            figure(title, lambda width: tornado(title, of["mean"], rows, self.language, self.unit, width)),
            table_only(chart_tables.of_tornado(ordered, labels, Text(title, title)), self.language, self.unit),
        )

    def targets(self) -> Markup:
        of = views.targets(self.figures)
        if of is None:
            return Markup("")
        return section(self.say("Targets", "目标"), table_only(of, self.language, self.unit))

    def assumptions(self) -> Markup:
        """By part of the scenario; appropriations stand in their own table, so of them only what has a source."""
        figures, language = self.figures, self.language
        shown = [a for a in figures.assumptions if a.block != BUDGETS or a.source or not figures.budgeted]
        if not shown:
            return Markup("")
        of = views.assumptions(figures)
        assert of is not None
        rows = []
        for block in dict.fromkeys(a.block for a in shown):
            rows.append(el("tr", el("th", block[language], colspan="3", scope="rowgroup"), class_="part"))
            rows += [
                el("tr", el("td", a.about[language]), el("td", a.value[language]), el("td", a.source))
                for a in shown
                if a.block == block
            ]
        head = el("tr", *(el("th", column.title[language], scope="col") for column in of.columns[1:]))
        made = el("table", el("thead", head), el("tbody", *rows))
        title = self.say("Assumptions and their sources", "假设及来源")
        return section(title, el("div", made, class_="wide", role="region", aria_label=title, tabindex="0"),
                       note=self.say("the figures stand on these", "以上数字均以此为前提"))  # fmt: skip


def _line_name(line: FundLine, language: Language) -> str:
    return line.fund[language] if line.pot is None else f"{line.fund[language]} · {line.pot[language]}"
