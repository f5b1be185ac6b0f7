"""A projection on the terminal, from the JSON form of the results: total, by clause, by year, by group, by fund."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from lang.diagnostics import Language
from lang.model import Program

WORDS = {
    "en": {
        "entitled": "entitled", "paid": "paid", "owed_at_end": "owed at end", "lapsed": "lapsed", "clause": "clause",
        "mean": "mean", "sd": "sd", "year": "year", "fund": "fund", "appropriation": "appropriation",
        "p_exceeded": "chance of overrun", "runs_out": "most likely runs out", "owed": "owed at year end",
        "yuan": "10,000 yuan", "total": "total", "payments": "payments", "target": "target", "chance": "chance",
        "unknown": "unknown", "group": "group", "difference": "difference B − A", "least": "least", "most": "most",
    },
    "zh": {
        "entitled": "应付", "paid": "实付", "owed_at_end": "期末应付未付", "lapsed": "逾期失效", "clause": "条款",
        "mean": "均值", "sd": "标准差", "year": "年度", "fund": "资金来源", "appropriation": "预算",
        "p_exceeded": "超支概率", "runs_out": "最可能用尽于", "owed": "年末应付未付", "yuan": "万元", "total": "合计",
        "payments": "笔数", "target": "目标", "chance": "达成概率", "unknown": "未知", "group": "分组",
        "difference": "差额（乙 − 甲）", "least": "最小", "most": "最大",
    },
}  # fmt: skip
QUANTILES = ("0.1", "0.5", "0.9")


def wan(yuan: float) -> str:
    """Yuan as 10,000 yuan with one decimal, never `-0.0`."""
    return f"{yuan / 10_000 + 0.0:,.1f}".replace("-0.0", "0.0") if abs(yuan) < 500 else f"{yuan / 10_000:,.1f}"


def spread(distribution: Mapping[str, Any]) -> list[str]:
    """mean, P10, P50, P90."""
    return [wan(distribution["mean"]), *(wan(distribution["quantiles"][q]) for q in QUANTILES)]


def named(declared: Mapping[str, Any], name: str, language: Language) -> str:
    label = declared[name].label if name in declared else None
    return label if language == "zh" and label else name.replace("_", " ")


def member_name(program: Program, name: str, language: Language) -> str:
    """A kind's member in the reader's language (whichever kind it is of)."""
    if language == "zh":
        for kind in program.kinds.values():
            for member in kind.members:
                if member.name == name and member.label:
                    return member.label
    return WORDS[language]["unknown"] if name == "unknown" else name.replace("_", " ")


def _table(headings: Iterable[str], title: str) -> Table:
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number == 0 else "right", no_wrap=True)
    return table


def print_simulation(data: Mapping[str, Any], program: Program, language: Language) -> None:
    out = Console()
    words = WORDS[language]
    scenario = program.scenarios[data["scenario"]]
    title = scenario.label if language == "zh" and scenario.label else data["scenario"]
    unit = words["yuan"]
    out.print(f"{program.label or program.name} · {title} · {data['draws']:,} × {data['engine']}", highlight=False)
    out.print()
    percentiles = [words["mean"], "P10", "P50", "P90"]
    table = _table(["", *percentiles], f"{words['total']}（{unit}）" if language == "zh" else f"total ({unit})")
    for part in ("entitled", "paid", "owed_at_end", "lapsed"):
        table.add_row(words[part], *spread(data["total"][part]))
    out.print(table)
    out.print()
    table = _table([words["clause"], *percentiles, words["payments"]], words["paid"])
    for name, clause in data["clauses"].items():
        count = f"{clause['payments']['mean']:,.1f}"
        table.add_row(named(program.clauses, name, language), *spread(clause["paid"]), count)
    out.print(table)
    out.print()
    table = _table([words["year"], *percentiles], words["paid"])
    for year, values in data["years"].items():
        table.add_row(year, *spread(values["total"]["paid"]))
    out.print(table)
    if data.get("groups"):
        out.print()
        out.print(_groups(data, program, language))
    funds = _funds(data, program, language)
    if funds is not None:
        out.print()
        out.print(funds)
    if data.get("targets"):
        out.print()
        table = _table([words["target"], words["chance"]], "")
        for name, target in data["targets"].items():
            table.add_row(named(program.targets, name, language), f"{target['probability']:.1%}")
        out.print(table)


def _groups(data: Mapping[str, Any], program: Program, language: Language) -> Table:
    """Mean paid by group and year, and the spread of the whole."""
    words = WORDS[language]
    years = list(data["years"])
    table = _table([words["group"], *years, words["total"], "P10", "P90"], words["paid"])
    for name, group in data["groups"].items():
        means = [wan(group["years"][y]["total"]["paid"]["mean"]) for y in years]
        whole = spread(group["total"]["paid"])
        table.add_row(member_name(program, name, language), *means, whole[0], whole[1], whole[3])
    return table


def _funds(data: Mapping[str, Any], program: Program, language: Language) -> Table | None:
    words = WORDS[language]
    headings = ("fund", "year", "paid", "appropriation", "p_exceeded", "runs_out", "owed")
    table = _table([words[h] for h in headings], words["fund"])
    for year, values in data["years"].items():
        for name, fund in values.get("funds", {}).items():
            lines = [(named(program.funds, name, language), fund)]
            lines += [("  " + member_name(program, p, language), pot) for p, pot in fund.get("pots", {}).items()]
            for title, line in lines:
                if line.get("appropriation") is None:
                    continue
                out = line.get("runs_out") or {}
                month = max(out, key=lambda m: (out[m], m)) if out else ""
                table.add_row(
                    title,
                    year,
                    wan(line["paid"]["mean"]),
                    wan(line["appropriation"]),
                    f"{line['p_exceeded']:.1%}",
                    month,
                    wan(line["owed"]["mean"]),
                )
    return table if table.row_count else None


def print_comparison(data: Mapping[str, Any], program: Program, language: Language) -> None:
    out = Console()
    words = WORDS[language]
    headings = [words["clause"], words["mean"], "P10", "P50", "P90", words["least"], words["most"]]
    unit = (
        f"{words['difference']}（{words['yuan']}）" if language == "zh" else f"{words['difference']} ({words['yuan']})"
    )
    table = _table(headings, unit)

    def row(title: str, value: Mapping[str, Any]) -> None:
        table.add_row(title, *spread(value), wan(value["min"]), wan(value["max"]))

    for name, clause in data["difference"]["clauses"].items():
        row(named(program.clauses, name, language), clause["entitled"])
    row(words["total"], data["difference"]["total"]["entitled"])
    out.print(table)
    a, b = data["a"]["total"]["entitled"]["mean"], data["b"]["total"]["entitled"]["mean"]
    out.print(f"A {wan(a)} → B {wan(b)}", highlight=False)
