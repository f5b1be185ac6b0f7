"""The words of the reports on projections, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lang.dates import month_text
from lang.diagnostics import Language, Text
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
ENGINES = {
    "person": Text("person by person", "逐人模拟"),
    "cohort": Text("by counts of people", "分组计数"),
    "exact": Text("exactly", "精确计算"),
}


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
        return f"情景：{name} · {first} 至 {last} · {draws} · {engines_of(data['engine']).zh}"
    return f"scenario {name} · {first} to {last} · {draws} · engine {data['engine']}"


def engines_of(name: str) -> Text:
    """An engine, or several joined by `+`, as manifests and titles name them."""
    return Text(name, "、".join(ENGINES[part].zh if part in ENGINES else part for part in name.split("+")))


def group_word(data: Mapping[str, Any], program: Program, language: Language) -> str:
    """What the `--by NAME` of a run is called."""
    return group_name(str(data["manifest"]["by"]), program, language)


def group_name(name: str, program: Program, language: Language) -> str:
    """What an attribute or definition is called, of whatever entity."""
    if language == "zh":
        declared: list[Attribute | Define | None] = [e.attributes.get(name) for e in program.entities.values()]
        declared += [define for (_, of), define in program.defines.items() if of == name]
        for found in declared:
            if found is not None and found.label:
                return found.label
    return name.replace("_", " ")
