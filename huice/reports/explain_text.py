"""One explanation as text: the answer, the conditions that decided it, what is missing, and what would qualify."""

from __future__ import annotations

from typing import Any

from compiler.explain import Explanation

from huice.reports.simulation_text import named
from lang.diagnostics import Language
from lang.model import Program

ANSWERS = {
    "en": {"paid": "paid", "not paid": "not paid", "undetermined": "undetermined", "refused": "refused"},
    "zh": {"paid": "发放", "not paid": "不发放", "undetermined": "待定", "refused": "不予"},
}


def explanation_text(explanation: Explanation, program: Program, language: Language) -> str:
    data = explanation.to_dict()
    zh = language == "zh"
    title = named(program.clauses, data["clause"], language)
    amount = f" {data['amount']} " + ("元" if zh else "yuan") if data.get("amount") else ""
    cites = (f"（依据{data['cites']}）" if zh else f" (item {data['cites']})") if data.get("cites") else ""
    month = data.get("month") or ""
    lines = [f"{title} · {data['entity']} · {month}: {ANSWERS[language][data['answer']]}{amount}{cites}"]
    for item in data["because"]:
        lines.append("  " + _because(item, zh))
    if data["missing"]:
        lines.append(("  缺少：" if zh else "  missing: ") + ", ".join(m.replace("_", " ") for m in data["missing"]))
    for item in data["distance"]:
        lines.append(
            f"  还差 {item['lacks']}：{item['condition']}" if zh else f"  lacks {item['lacks']}: {item['condition']}"
        )
    if data["change"]:
        lines.append("  最小的改变：" if zh else "  the smallest change that would qualify:")
        lines += ["    " + _change(change, zh) for change in data["change"]]
    return "\n".join(lines)


def _because(item: dict[str, Any], zh: bool) -> str:
    mark = {True: "✓", False: "✗"}.get(item["holds"], "?")
    value = item.get("value")
    return f"{mark} {item['condition']}" + (f"（{value}）" if zh and value else f"  ({value})" if value else "")


def _change(change: dict[str, Any], zh: bool) -> str:
    fact = change["fact"].replace("_", " ")
    words = {True: "是" if zh else "yes", False: "否" if zh else "no"}
    value = words[change["set"]] if isinstance(change["set"], bool) else change["set"]
    span = ""
    if change.get("from"):
        until = change.get("to") or ("" if zh else "…")
        span = f"，{change['from']} 至 {until}" if zh else f" from {change['from']} to {until}"
    return f"{fact} = {value}{span}"
