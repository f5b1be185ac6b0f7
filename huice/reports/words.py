"""The words of the reports on projections, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huice.reports.names import member_name, title_of
from lang.dates import month_text
from lang.diagnostics import Language
from lang.model import Attribute, Define, Program

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "entitled": "entitled", "paid": "paid", "owed_at_end": "owed at the end", "lapsed": "lapsed",
        "not_taken_up": "not taken up", "not_yet_claimed": "not yet claimed",
        "clause": "clause", "mean": "mean", "sd": "std. dev.", "year": "year", "fund": "fund", "pot": "pot",
        "appropriation": "appropriation", "p_exceeded": "chance of overrun", "runs_out": "most likely runs out",
        "owed": "owed at year end", "total": "total", "payments": "payments", "target": "target",
        "chance": "chance of being met", "draws": "draws", "engine": "computed", "group": "group",
        "no_difference": "No difference: {}",
        "difference": "difference B − A", "least": "least", "most": "most", "summary": "Summary",
        "0.1": "P10", "0.5": "P50", "0.9": "P90",
        "paid_by_year": "Paid by year", "paid_by_clause": "Paid by clause and year", "paid_by_group": "Paid by {}",
        "funds": "Funds: appropriations and whether they last", "whole": "Whole period", "targets": "Targets",
        "source": "Where the figures come from", "year_mean": "mean by year", "of_whole": "whole period",
        "percentiles": "P10, P50, P90: in 10%, 50%, 90% of the draws the figure is no higher.",
        "band": "Bars reach from P10 to P90; the line, and the figure above, is P50.", "refused": "refused",
    },
    "zh": {
        "entitled": "应付", "paid": "实付", "owed_at_end": "期末应付未付", "lapsed": "逾期失效",
        "not_taken_up": "未申领", "not_yet_claimed": "尚未申领",
        "clause": "条款", "mean": "均值", "sd": "标准差", "year": "年度", "fund": "资金来源", "pot": "分账",
        "appropriation": "预算", "p_exceeded": "超支概率", "runs_out": "最可能用尽月份",
        "owed": "年末应付未付", "total": "合计", "payments": "笔数", "target": "目标",
        "chance": "达成概率", "draws": "次抽样", "engine": "计算方式", "group": "分组",
        "no_difference": "无差额：{}",
        "difference": "差额（乙 − 甲）", "least": "最小", "most": "最大", "summary": "总览",
        "0.1": "10%分位", "0.5": "中位数", "0.9": "90%分位",
        "paid_by_year": "各年度实付", "paid_by_clause": "各条款、各年度实付", "paid_by_group": "按{}实付",
        "funds": "资金：预算与是否够用", "whole": "整个期间", "targets": "目标",
        "source": "数据来历", "year_mean": "各年度均值", "of_whole": "整个期间",
        "percentiles": "10%分位、中位数、90%分位：分别有 10%、50%、90% 的抽样不高于该数。",
        "band": "柱体为 10% 至 90% 分位；横线及柱顶数字为中位数。", "refused": "不予",
    },
}  # fmt: skip
QUANTILES = ("0.1", "0.5", "0.9")
PARTS = ("entitled", "paid", "owed_at_end", "lapsed")
ENGINES = {"person": "逐人模拟", "exact": "精确计算", "cohort": "分组计算"}


def spread_headings(language: Language) -> list[str]:
    """mean, P10, P50, P90."""
    return [WORDS[language]["mean"], *(WORDS[language][q] for q in QUANTILES)]


def policy_title(program: Program, language: Language) -> str:
    return program.label if language == "zh" and program.label else program.name


def scenario_title(data: Mapping[str, Any], program: Program, language: Language) -> str:
    """The scenario's name, its period, how many draws, how computed."""
    words = WORDS[language]
    scenario = program.scenarios.get(data["scenario"])
    label = scenario.label if scenario is not None and language == "zh" else None
    name = label or data["scenario"].replace("_", " ")
    draws = f"{data['draws']:,} {words['draws']}"
    if "partial" in data:  # stopped before the end: said wherever the figures are
        of = f"{data['partial']['of']:,}"
        draws = f"{draws}（共 {of} 次，已中止）" if language == "zh" else f"{draws} of {of} (stopped)"
    if scenario is None:
        return f"{name} · {draws}"
    first, last = month_text(scenario.first), month_text(scenario.last)
    if language == "zh":
        engines = "、".join(ENGINES[engine] for engine in data["engine"].split("+"))
        return f"情景：{name} · {first} 至 {last} · {draws} · {engines}"
    return f"scenario {name} · {first} to {last} · {draws} · engine {data['engine']}"


def group_word(data: Mapping[str, Any], program: Program, language: Language) -> str:
    """What `--by NAME` is called."""
    name = data["manifest"]["by"]
    if language == "zh":
        declared: list[Attribute | Define | None] = [e.attributes.get(name) for e in program.entities.values()]
        declared += [define for (_, of), define in program.defines.items() if of == name]
        for found in declared:
            if found is not None and found.label:
                return found.label
    return str(name).replace("_", " ")


def groups_of(data: Mapping[str, Any], program: Program, language: Language) -> list[tuple[str, Mapping[str, Any]]]:
    """The groups that get anything, with their titles."""
    return [
        (member_name(program, name, language), group)
        for name, group in data.get("groups", {}).items()
        if group["total"]["entitled"]["mean"]
    ]


def budgets_of(
    data: Mapping[str, Any], program: Program, language: Language
) -> list[tuple[str, str, dict[str, Mapping[str, Any]]]]:
    """(fund, pot or "", its line by year) of everything that has an appropriation."""
    found: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for year, values in data["years"].items():
        for name, fund in values.get("funds", {}).items():
            title = title_of(program.funds, name, language)
            lines = [("", fund)]
            lines += [(member_name(program, pot, language), line) for pot, line in fund.get("pots", {}).items()]
            for pot, line in lines:
                if line.get("appropriation") is not None:
                    found.setdefault((title, pot), {})[year] = line
    return [(title, pot, by_year) for (title, pot), by_year in found.items()]


def likeliest_month(line: Mapping[str, Any]) -> str:
    """The month in which an appropriation most often ran out (the later of two); nothing where it always lasted."""
    months = line.get("runs_out") or {}
    return max(months, key=lambda month: (months[month], month)) if months else ""
