"""The page of a back test: how good forecasts would have been, cut by cut and by clause.

In: the JSON of `huice backtest` and the checked program. Out: one HTML file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huice.reports.amounts import Unit, unit_for
from huice.reports.names import title_of
from huice.reports.page.charts.intervals import intervals
from huice.reports.page.document import document, section
from huice.reports.page.figures import figure
from huice.reports.page.markup import Markup, el
from huice.reports.page.parts import keys
from huice.reports.page.tables import table
from huice.reports.tables.headings import CLAUSE, TOTAL, money_column, share_column, text_column
from huice.reports.tables.records import Cell, Column, Table
from lang.diagnostics import Language, Text
from lang.model import Program

LEVELS = ("50", "80", "95")
SUMS = (
    ("total", Text("totals", "合计")),
    ("all_clauses", Text("clauses", "各条款")),
    ("months", Text("months", "各月")),
)
CUT, FORECAST = Text("known to", "截至"), Text("forecast (mean)", "预测均值")
FIRST, LAST = Text("from", "自"), Text("to", "至")
ACTUAL, BIAS = Text("paid in fact", "实际支付"), Text("bias", "偏差")
READ = Text(
    "Each forecast is made anew from what was known at its cut. Of many about half should fall within the 50% "
    "intervals, 80% within those of 80%, 95% within those of 95%. Fewer: the forecasts are too sure. More: too "
    "cautious. A bias that stays says that something about the world is not in the scenario.",
    "每次预测均只用截至当时的资料重新作出。多次预测中，实际值应约有一半落在50%区间内，80%落在80%区间内，95%落在95%区间内。"
    "偏少说明预测过于自信，偏多说明过于谨慎；偏差若始终同向，说明情景遗漏了某种情况。",
)


def backtest_page(data: Mapping[str, Any], program: Program, language: Language) -> str:
    """`data`: the JSON of `huice backtest`."""
    unit = unit_for(max((cut["total"]["actual"] for cut in data["cuts"]), default=0.0))
    name = program.label if language == "zh" and program.label else program.name.replace("_", " ")
    title = Text(f"{name}: forecasts against what was paid", f"{name}：预测与实际对照")[language]
    rows = [(f"{cut['first']} – {cut['last']}", cut["total"]) for cut in data["cuts"]]
    caption = Text("Forecast totals and what was paid", "合计：预测与实际")[language]
    drawn = figure(caption, lambda width: intervals(caption, rows, language, unit, width))
    notes = el("ul", *(el("li", note) for note in data["notes"])) if data["notes"] else None
    return document(
        title,
        language,
        el("header", el("h1", title), el("p", unit.stated(language), class_="sub"), _keys(data, language, unit)),
        section(Text("Cut by cut", "逐次预测")[language], drawn, table(_cuts(data, program), language, unit)),
        section(
            Text("How often the intervals held", "区间命中情况")[language],
            table(_summary(data, program), language, unit, heading=None),
            el("p", READ[language], class_="note"),
        ),
        section(Text("Think of", "请留意")[language], notes),
    )


def _keys(data: Mapping[str, Any], language: Language, unit: Unit) -> Markup:
    total = data["summary"]["total"]
    number = total["forecasts"]
    held = round(total["coverage"]["80"] * number) if number else 0
    bias = total["relative_bias"]
    return keys(
        [
            (Text("forecasts", "预测次数")[language], str(number), ""),
            (Text("held by the 80% interval", "落在80%区间")[language],
             Text(f"{held} of {number}", f"{number} 次中 {held} 次")[language], ""),
            (Text("mean bias", "平均偏差")[language], unit.show(total["bias"]).replace("-", "−"),
             "" if bias is None else f"{bias:+.1%}".replace("-", "−")),
        ]
    )  # fmt: skip


def _cuts(data: Mapping[str, Any], program: Program) -> Table:
    """A line a cut and clause, then the cut's total."""
    rows: list[tuple[Cell, ...]] = []
    for cut in data["cuts"]:
        named: list[tuple[Text, Mapping[str, Any]]] = [
            (Text(title_of(program.clauses, name, "en"), title_of(program.clauses, name, "zh")), of)
            for name, of in cut["clauses"].items()
        ]
        for name, of in [*named, (TOTAL, cut["total"])]:
            inside = next((level for level in LEVELS if of["inside"][level]), None)
            within = Text("none", "均不在内") if inside is None else Text(f"{inside}%", f"{inside}%")
            bias = None if of["relative_bias"] is None else f"{of['relative_bias']:+.1%}".replace("-", "−")
            ends = of["intervals"]["80"]
            rows.append((cut["cut"], cut["first"], cut["last"], name, of["mean"], *ends, of["actual"], bias, within))
    return Table(
        title=Text("Each forecast", "各次预测"),
        columns=(
            text_column(CUT), text_column(FIRST), text_column(LAST), text_column(CLAUSE), money_column(FORECAST),
            money_column(Text("P10", "10%分位")), money_column(Text("P90", "90%分位")), money_column(ACTUAL),
            Column(title=BIAS, look="count"), text_column(Text("held by", "落在区间")),
        ),
        rows=tuple(rows),
        left=4,
    )  # fmt: skip


def _summary(data: Mapping[str, Any], program: Program) -> Table:
    of = data["summary"]
    named = [(title, of[key]) for key, title in SUMS]
    named += [
        (Text(title_of(program.clauses, name, "en"), title_of(program.clauses, name, "zh")), each)
        for name, each in of["clauses"].items()
    ]
    rows = []
    for title, each in named:
        held = [each["coverage"][level] if each["forecasts"] else None for level in LEVELS]
        bias = None if each["relative_bias"] is None else f"{each['relative_bias']:+.1%}".replace("-", "−")
        rows.append((title, str(each["forecasts"]), *held, bias))
    return Table(
        title=Text("How often the intervals held", "区间命中情况"),
        columns=(
            text_column(Text("forecasts of", "预测")), Column(title=Text("number", "次数"), look="count"),
            *(share_column(Text(f"within {level}%", f"{level}%区间")) for level in LEVELS),
            Column(title=BIAS, look="count"),
        ),
        rows=tuple(rows),
    )  # fmt: skip
