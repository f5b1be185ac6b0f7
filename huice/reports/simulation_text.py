"""A projection on the terminal, from the JSON form of the results: total, by clause, by year, by group, by fund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from huice.reports.names import member_name, title_of
from huice.reports.terminal import add, console, table
from lang.diagnostics import Language
from lang.model import Program

WORDS = {
    "en": {
        "entitled": "entitled", "paid": "paid", "owed_at_end": "owed at end", "lapsed": "lapsed", "clause": "clause",
        "mean": "mean", "sd": "sd", "year": "year", "fund": "fund", "appropriation": "appropriation",
        "p_exceeded": "chance of overrun", "runs_out": "most likely runs out", "owed": "owed at year end",
        "yuan": "10,000 yuan", "total": "total", "payments": "payments", "target": "target", "chance": "chance",
        "draws": "draws", "engine": "engine", "group": "group", "difference": "difference B − A", "least": "least",
        "most": "most",
    },
    "zh": {
        "entitled": "应付", "paid": "实付", "owed_at_end": "期末应付未付", "lapsed": "逾期失效", "clause": "条款",
        "mean": "均值", "sd": "标准差", "year": "年度", "fund": "资金来源", "appropriation": "预算",
        "p_exceeded": "超支概率", "runs_out": "最可能用尽于", "owed": "年末应付未付", "yuan": "万元", "total": "合计",
        "payments": "笔数", "target": "目标", "chance": "达成概率", "draws": "次抽样", "engine": "引擎",
        "group": "分组", "difference": "差额（乙 − 甲）", "least": "最小", "most": "最大",
    },
}  # fmt: skip
QUANTILES = ("0.1", "0.5", "0.9")
PERCENTILES = ("P10", "P50", "P90")


def wan(yuan: float) -> str:
    """Yuan as 10,000 yuan with one decimal, never `-0.0`."""
    return f"{yuan / 10_000 + 0.0:,.1f}".replace("-0.0", "0.0") if abs(yuan) < 500 else f"{yuan / 10_000:,.1f}"


def spread(distribution: Mapping[str, Any]) -> list[str]:
    """mean, P10, P50, P90."""
    return [wan(distribution["mean"]), *(wan(distribution["quantiles"][q]) for q in QUANTILES)]


def print_simulation(data: Mapping[str, Any], program: Program, language: Language) -> None:
    out = console()
    words = WORDS[language]
    scenario = program.scenarios[data["scenario"]]
    title = scenario.label if language == "zh" and scenario.label else data["scenario"]
    policy = program.label if language == "zh" and program.label else program.name
    size = f"{data['draws']:,} {words['draws']} · {words['engine']} {data['engine']}"
    head = f"{policy} · {title} · {size} · {words['yuan']}"
    out.print(head, highlight=False, markup=False)
    tables = [_total(data, language), _clauses(data, program, language), _years(data, language)]
    if data.get("groups"):
        tables.append(_groups(data, program, language))
    tables += [made for made in (_funds(data, program, language), _targets(data, program, language)) if made.row_count]
    for made in tables:
        out.print()
        out.print(made)


def _total(data: Mapping[str, Any], language: Language) -> Table:
    words = WORDS[language]
    made = table([words["total"], words["mean"], *PERCENTILES])
    for part in ("entitled", "paid", "owed_at_end", "lapsed"):
        add(made, [words[part], *spread(data["total"][part])])
    return made


def _clauses(data: Mapping[str, Any], program: Program, language: Language) -> Table:
    words = WORDS[language]
    made = table([words["clause"], words["mean"], *PERCENTILES, words["payments"]], words["paid"])
    for name, clause in data["clauses"].items():
        count = f"{clause['payments']['mean']:,.1f}"
        add(made, [title_of(program.clauses, name, language), *spread(clause["paid"]), count])
    return made


def _years(data: Mapping[str, Any], language: Language) -> Table:
    words = WORDS[language]
    made = table([words["year"], words["mean"], *PERCENTILES], words["paid"])
    for year, values in data["years"].items():
        add(made, [year, *spread(values["total"]["paid"])])
    return made


def _groups(data: Mapping[str, Any], program: Program, language: Language) -> Table:
    """Mean paid by group and year, and the spread of the whole. A group that never gets anything has no line."""
    words = WORDS[language]
    years = list(data["years"])
    made = table([words["group"], *years, words["total"], "P10", "P90"], words["paid"])
    for name, group in data["groups"].items():
        whole = group["total"]["paid"]
        if whole["mean"] == 0:
            continue
        means = [wan(group["years"][year]["total"]["paid"]["mean"]) for year in years]
        ends = [wan(whole["mean"]), wan(whole["quantiles"]["0.1"]), wan(whole["quantiles"]["0.9"])]
        add(made, [member_name(program, name, language), *means, *ends])
    return made


def _funds(data: Mapping[str, Any], program: Program, language: Language) -> Table:
    """For each fund (and pot) with an appropriation: the chance by year that it does not last."""
    words = WORDS[language]
    years = list(data["years"])
    made = table([words["fund"], *years], words["p_exceeded"])
    chances: dict[str, dict[str, float]] = {}
    for year, values in data["years"].items():
        for name, fund in values.get("funds", {}).items():
            title = title_of(program.funds, name, language)
            lines = [(title, fund)]
            pots = fund.get("pots", {}).items()
            lines += [(f"{title} · {member_name(program, pot, language)}", line) for pot, line in pots]
            for line_title, line in lines:
                if line.get("appropriation") is not None:
                    chances.setdefault(line_title, {})[year] = line["p_exceeded"]
    for title, by_year in chances.items():
        add(made, [title, *(f"{by_year[year]:.1%}" if year in by_year else "" for year in years)])
    return made


def _targets(data: Mapping[str, Any], program: Program, language: Language) -> Table:
    words = WORDS[language]
    made = table([words["target"], words["chance"]])
    for name, target in data.get("targets", {}).items():
        add(made, [title_of(program.targets, name, language), f"{target['probability']:.1%}"])
    return made


def print_comparison(data: Mapping[str, Any], program: Program, language: Language) -> None:
    words = WORDS[language]
    headings = [words["clause"], words["mean"], *PERCENTILES, words["least"], words["most"]]
    made = table(headings, f"{words['difference']} · {words['entitled']} · {words['yuan']}")

    def row(title: str, value: Mapping[str, Any], style: str = "") -> None:
        add(made, [title, *spread(value), wan(value["min"]), wan(value["max"])], style)

    for name, clause in data["difference"]["clauses"].items():
        row(title_of(program.clauses, name, language), clause["entitled"])
    for year, values in data["difference"].get("years", {}).items():
        row(year, values["total"]["entitled"])
    row(words["total"], data["difference"]["total"]["entitled"], "bold")
    out = console()
    out.print(made)
    a, b = data["a"]["total"]["entitled"]["mean"], data["b"]["total"]["entitled"]["mean"]
    out.print(f"A {wan(a)} → B {wan(b)}", highlight=False)
