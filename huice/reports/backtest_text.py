"""Forecast against actual on the terminal: a table, the share inside each interval, and a chart of the intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text as RichText

from huice.reports.amounts import Unit, unit_for
from huice.reports.learning_text import listed
from huice.reports.names import title_of
from huice.reports.terminal import add, console, show, table
from lang.diagnostics import Language
from lang.model import Program

WIDTH = 60  # signs of the chart, where the window has them
_PARTS = (("total", "合计", "all"), ("all_clauses", "各条款", "clauses"), ("months", "各月合计", "months"))


def print_backtest(data: Mapping[str, Any], program: Program, language: Language) -> None:
    """`data`: the JSON form."""
    out, zh = console(), language == "zh"
    out.print(f"{program.name} · {'回溯检验' if zh else 'back test'}", style="bold", highlight=False, markup=False)
    unit = unit_for(max((cut["total"]["actual"] for cut in data["cuts"]), default=0.0))
    out.print(unit.stated(language), highlight=False, markup=False)
    out.print()
    show(out, _cuts(data, program, language, unit))
    _chart(out, data, language, unit)
    _coverage(out, data, program, language)
    listed(out, "请留意" if zh else "Think of", data["notes"])


def _cuts(data: Mapping[str, Any], program: Program, language: Language, unit: Unit) -> Any:
    zh = language == "zh"
    made = table(
        ["截至", "预测期", "条款", "预测均值", "10%分位", "90%分位", "实际", "偏差", "落在80%区间"]
        if zh
        else ["cut", "months", "clause", "forecast", "P10", "P90", "actual", "error", "within 80%"],
        left=3,
    )
    for cut in data["cuts"]:
        rows = [(title_of(program.clauses, name, language), of, "") for name, of in cut["clauses"].items()]
        rows.append(("合计" if zh else "all", cut["total"], "bold"))
        for i, (title, of, style) in enumerate(rows):
            low, high = of["intervals"]["80"]
            error = "" if of["relative_bias"] is None else f"{of['relative_bias']:+.1%}"
            within = ("是" if zh else "yes") if of["inside"]["80"] else ("否" if zh else "no")
            add(
                made,
                [
                    cut["cut"] if i == 0 else "",
                    f"{cut['first']} – {cut['last']}" if i == 0 else "",
                    title,
                    unit.show(of["mean"]),
                    unit.show(low),
                    unit.show(high),
                    unit.show(of["actual"]),
                    error,
                    within,
                ],
                style,
            )
    return made


def _chart(out: Console, data: Mapping[str, Any], language: Language, unit: Unit) -> None:
    """A line a cut: the 95% interval thin, the 80% interval thick, the median a bar, what was paid a dot."""
    cuts, wide = data["cuts"], min(WIDTH, out.width - 8)
    top = max(max(c["total"]["intervals"]["95"][1], c["total"]["actual"]) for c in cuts) or 1.0
    low = min(min(c["total"]["intervals"]["95"][0], c["total"]["actual"]) for c in cuts)
    start = max(low - 0.1 * (top - low), 0.0) if top > low else 0.0

    def at(value: float) -> int:
        return min(max(round((value - start) / max(top - start, 1e-9) * (wide - 1)), 0), wide - 1)

    title = "预测（─ 95%，━ 80%，┃ 中位数）与实际（●）" if language == "zh" else (
        "forecast (─ 95%, ━ 80%, ┃ median) and actual (●)"
    )  # fmt: skip
    out.print()
    out.print(title, style="bold", highlight=False, markup=False)
    for cut in cuts:
        total = cut["total"]
        line = [" "] * wide
        for level, sign in (("95", "─"), ("80", "━")):
            first, last = (at(v) for v in total["intervals"][level])
            line[first : last + 1] = sign * (last - first + 1)
        line[at(total["median"])] = "┃"
        line[at(total["actual"])] = "●"
        out.print(RichText(f"{cut['cut']} {''.join(line)}"), highlight=False)
    left, right = unit.show(start), unit.show(top)
    out.print(RichText(" " * 8 + left + " " * max(wide - len(left) - len(right), 1) + right), highlight=False)


def _coverage(out: Console, data: Mapping[str, Any], program: Program, language: Language) -> None:
    zh = language == "zh"
    made = table(
        ["预测", "次数", "50%区间", "80%区间", "95%区间", "平均偏差"]
        if zh
        else ["forecasts of", "number", "within 50%", "within 80%", "within 95%", "bias"]
    )

    def row(title: str, of: Mapping[str, Any]) -> None:
        cells = [title, f"{of['forecasts']:,}"]
        cells += [f"{of['coverage'][level]:.0%}" if of["forecasts"] else "" for level in ("50", "80", "95")]
        cells.append("" if of["relative_bias"] is None else f"{of['relative_bias']:+.1%}")
        add(made, cells)

    for key, chinese, english in _PARTS:
        row(chinese if zh else english, data["summary"][key])
    for name, of in data["summary"]["clauses"].items():
        row(title_of(program.clauses, name, language), of)
    out.print()
    show(out, made)
