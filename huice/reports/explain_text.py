"""One explanation as text: the answer, the conditions that decided it, what is missing, and what would qualify."""

from __future__ import annotations

from compiler.explanation.explain import Because, Explanation
from compiler.ledger import yuan
from huice.privacy.masking import shown
from huice.reports.explain_words import change_in_words, in_words, value_of
from huice.reports.names import missing_name, title_of
from lang.dates import month_text
from lang.diagnostics import Language
from lang.model import Program

ANSWERS = {
    "en": {"paid": "paid", "not paid": "not paid", "undetermined": "undetermined", "refused": "refused"},
    "zh": {"paid": "发放", "not paid": "不发放", "undetermined": "待定", "refused": "不予"},
}
GAVE_UP = {
    "en": "no change is named: the search for the smallest one grew too long and was given up; there may be one",
    "zh": "未列出最小的改变：搜索过长，已放弃；不表示没有可行的改变",
}


def explanation_text(found: Explanation, program: Program, language: Language) -> str:
    zh = language == "zh"
    clause = title_of(program.clauses, found.clause, language)
    amount = ""
    if found.answer == "paid" and found.amount is not None:
        amount = f" {yuan(found.amount)}元" if zh else f" {yuan(found.amount)} yuan"
    cites = "、".join(found.cites)
    cited = (f"（依据{cites}）" if zh else f" (item {cites})") if cites else ""
    head = f"{clause} · {found.entity}/{found.key} · {month_text(found.month)}"
    lines = [f"{head}{'：' if zh else ': '}{ANSWERS[language][found.answer]}{amount}{cited}"]
    lines += [f"  > {line}" for quotation in found.quotations for line in quotation.splitlines()]
    lines += ["  " + _because(item, program, language) for item in found.because]
    if found.missing:
        names = [missing_name(program, found.entity, name, language) for name in found.missing]
        lines.append("  缺少：" + "、".join(names) if zh else "  missing: " + ", ".join(names))
    for condition, lack in found.distance:
        lacks = in_words(lack, program, language)
        lines.append(f"  还差{lacks}：{condition}" if zh else f"  lacks {lacks}: {condition}")
    if found.change:
        lines.append("  最小的改变：" if zh else "  the smallest change that would qualify:")
        lines += ["    " + change_in_words(change, program, found.entity, language) for change in found.change]
    if found.gave_up:
        lines.append("  " + GAVE_UP[language])
    return "\n".join(shown(line) for line in lines)


def _because(item: Because, program: Program, language: Language) -> str:
    mark = "?" if item.holds is None else "✓" if item.holds else "✗"
    value = value_of(item, program, language)
    said = (f"（{value}）" if language == "zh" else f"  ({value})") if value else ""
    return f"{mark} {item.condition}{said}"
