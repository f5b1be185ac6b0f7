"""The words of the reports on projections, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lang.dates import month_text
from lang.diagnostics import Language
from lang.model import Attribute, Define, Program

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "fund": "fund", "appropriation": "appropriation", "p_exceeded": "chance of overrun",
        "runs_out": "most likely runs out", "total": "total", "draws": "draws",
        "no_difference": "No difference: {}", "difference": "difference B − A",
    },
    "zh": {
        "fund": "资金来源", "appropriation": "预算", "p_exceeded": "超支概率", "runs_out": "最可能用尽月份",
        "total": "合计", "draws": "次抽样", "no_difference": "无差额：{}", "difference": "差额（乙 − 甲）",
    },
}  # fmt: skip
ENGINES = {"person": "逐人模拟", "exact": "精确计算", "cohort": "分组计算"}


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
