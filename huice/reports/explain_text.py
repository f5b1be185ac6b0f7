"""One explanation as text: the answer, the conditions that decided it, what is missing, and what would qualify."""

from __future__ import annotations

from typing import Any

from compiler.explanation.explain import Explanation
from huice.facts.faults import shown
from huice.reports.names import missing_name, title_of
from lang.diagnostics import Language
from lang.model import Program

ANSWERS = {
    "en": {"paid": "paid", "not paid": "not paid", "undetermined": "undetermined", "refused": "refused"},
    "zh": {"paid": "发放", "not paid": "不发放", "undetermined": "待定", "refused": "不予"},
}


UNITS = (("months", "个月"), ("month", "个月"), ("days", "天"), ("day", "天"), ("yuan", "元"))


def explanation_text(explanation: Explanation, program: Program, language: Language) -> str:
    data = explanation.to_dict()
    zh = language == "zh"
    entity = data["entity"].partition("/")[0]
    clause = title_of(program.clauses, data["clause"], language)
    amount = (f" {data['amount']}元" if zh else f" {data['amount']} yuan") if data["answer"] == "paid" else ""
    cites = (f"（依据{data['cites']}）" if zh else f" (item {data['cites']})") if data.get("cites") else ""
    head = f"{clause} · {data['entity']} · {data.get('month') or ''}"
    lines = [f"{head}{'：' if zh else ': '}{ANSWERS[language][data['answer']]}{amount}{cites}"]
    lines += ["  " + _because(item, zh) for item in data["because"]]
    if data["missing"]:
        names = [missing_name(program, entity, name, language) for name in data["missing"]]
        lines.append("  缺少：" + "、".join(names) if zh else "  missing: " + ", ".join(names))
    for item in data["distance"]:
        lacks = _in_words(item["lacks"], zh)
        lines.append(f"  还差{lacks}：{item['condition']}" if zh else f"  lacks {lacks}: {item['condition']}")
    if data["change"]:
        lines.append("  最小的改变：" if zh else "  the smallest change that would qualify:")
        lines += ["    " + _change(change, program, entity, language) for change in data["change"]]
    return "\n".join(shown(line) for line in lines)


def _in_words(value: str, zh: bool) -> str:
    """`2 months` as the reader says it."""
    if zh:
        for en, word in UNITS:
            if value.endswith(f" {en}"):
                return value.removesuffix(f" {en}") + word
        return {"yes": "是", "no": "否"}.get(value, value)
    return value


def _because(item: dict[str, Any], zh: bool) -> str:
    mark = {True: "✓", False: "✗"}.get(item["holds"], "?")
    value = _in_words(str(item["value"]), zh) if item.get("value") else ""
    shown = (f"（{value}）" if zh else f"  ({value})") if value else ""
    return f"{mark} {item['condition']}{shown}"


def _change(change: dict[str, Any], program: Program, entity: str, language: Language) -> str:
    zh = language == "zh"
    fact = missing_name(program, entity, change["fact"], language)
    value = change["set"]
    if isinstance(value, bool):
        value = _in_words("yes" if value else "no", zh)
    span = ""
    if change.get("from"):
        until = change.get("to") or ("" if zh else "…")
        span = f"，{change['from']} 至 {until}" if zh else f" from {change['from']} to {until}"
    return f"{fact} = {value}{span}"
