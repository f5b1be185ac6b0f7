"""The coverage of a document as a table for the terminal, what is wanting in it set off."""

from __future__ import annotations

from collections import Counter

from rich.cells import cell_len
from rich.console import Console

from huice.reports.names import declared_name
from huice.reports.terminal import add, show, table
from lang.diagnostics import Language, counted
from lang.documents.coverage import Coverage, Covered
from lang.model import Program

LEAST = 16  # signs of the last column, which alone is folded
HEADINGS = {"en": ("item", "title", "status", "by"), "zh": ("条目", "标题", "情况", "由何编入")}
STATUS = {
    "en": {"cited": "cited", "omitted": "omitted", "forgotten": "FORGOTTEN", "unknown": "NOT THERE"},
    "zh": {"cited": "已编入", "omitted": "不编入", "forgotten": "遗漏", "unknown": "文件中没有"},
}


def print_coverage(found: Coverage, program: Program, language: Language, out: Console) -> None:
    made = table(HEADINGS[language])
    for column in made.columns:
        column.justify = "left"
    for column in made.columns[3:]:
        column.no_wrap, column.overflow = False, "fold"
    for item in found.items:
        indent = "  " * (item.item.count("（") + item.item[-1:].isdigit())
        cells = (indent + item.item, item.title or "", STATUS[language][item.status], _by(item, program, language))
        add(made, cells, "red" if item.is_finding else "dim" if item.status == "omitted" else "")
    before = sum(max(map(cell_len, [str(c.header), *map(str, c.cells)])) + 2 for c in made.columns[:3])
    if before + LEAST <= out.width:
        out.print(made)
    else:
        show(out, made)
    for doubt in found.doubts:
        line = f"line {doubt.line}: `{doubt.text}` looks like an item: " if language == "en" else ""
        line = line or f"第 {doubt.line} 行：“{doubt.text}”像是条目，但"
        out.print(line + doubt.reason[language], markup=False, highlight=False)
    out.print(summary(found, language), markup=False, highlight=False)


def _by(item: Covered, program: Program, language: Language) -> str:
    separator = ", " if language == "en" else "、"
    if item.through:
        return "through its sub-items" if language == "en" else "见下级条目"
    if item.money:
        words = separator.join(item.money)
        return f"omitted, but it names money: {words}" if language == "en" else f"不编入的条目不得涉及资金：{words}"
    return item.reason or separator.join(declared_name(program, name, language) for name in item.by)


def summary(found: Coverage, language: Language) -> str:
    count = Counter(item.status for item in found.items)
    money = sum(1 for item in found.items if item.money)
    there = len(found.items) - count["unknown"]
    if language == "zh":
        text = f"共 {there} 个条目：已编入 {count['cited']}，不编入 {count['omitted']}，遗漏 {count['forgotten']}"
        text += f"；引用了文件中没有的条目 {count['unknown']}" if count["unknown"] else ""
        return text + (f"；不编入但涉及资金 {money}" if money else "")
    text = (
        f"{counted(there, 'item')}: {count['cited']} cited, {count['omitted']} omitted, {count['forgotten']} forgotten"
    )
    text += f"; {count['unknown']} cited that are not there" if count["unknown"] else ""
    return text + (f"; {money} omitted though they name money" if money else "")
