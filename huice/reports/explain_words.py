"""The words of an explanation in the reader's language: values, reasons, changes of facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from compiler.explanation.change import Change
from compiler.explanation.explain import Because
from compiler.interpreter.values import round_to
from compiler.ledger import yuan
from huice.reports.names import member_name, title_of
from lang.dates import Duration, month_text
from lang.diagnostics import Language
from lang.model import Program
from lang.types import NONE

UNITS = (
    ("months", "个月"),
    ("month", "个月"),
    ("days", "天"),
    ("day", "天"),
    ("yuan per month", "元/月"),
    ("yuan", "元"),
)
WORDS: Mapping[str, str] = {"yes": "是", "no": "否", "none": "无", "unknown": "未知", "always": "一直"}


def in_words(value: str, program: Program, language: Language) -> str:
    """A value as an explanation gives it (`2 months`, `yes`, `muchuan`) as the reader says it."""
    if language == "en":
        return value
    for en, word in UNITS:
        if value.endswith(f" {en}"):
            return value.removesuffix(f" {en}") + word
    if value.startswith("paid in "):
        return f"已于 {value.removeprefix('paid in ')} 发放"
    return WORDS.get(value) or member_name(program, value, language)


def value_of(because: Because, program: Program, language: Language) -> str:
    return in_words(because.value, program, language) if because.value else ""


def change_in_words(change: Change, program: Program, entity: str, language: Language) -> str:
    """`social insurance = yes from 2025-08 to 2025-09`."""
    zh = language == "zh"
    fact = title_of(program.entities[entity].attributes, change.fact, language)
    span = ""
    if change.first is not None and change.last is not None:
        first, last = month_text(change.first), month_text(change.last)
        span = f"，{first} 至 {last}" if zh else f" from {first} to {last}"
    return f"{fact} = {set_to(change, program, language)}{span}"


def set_to(change: Change, program: Program, language: Language) -> str:
    """The value that a change sets."""
    zh = language == "zh"
    match change.value:
        case bool(yes):
            return in_words("yes" if yes else "no", program, language)
        case str(name) if change.type.base == "kind":
            return member_name(program, name, language)
        case int() | Fraction() as number if change.type.base in ("money", "rate"):
            return f"{yuan(round_to(number, 'nearest'))}{'元' if zh else ' yuan'}"
        case int() | Fraction() as number if change.type.base == "share":
            return f"{float(number * 100):g}%"
        case Duration() as length:
            return in_words(str(length), program, language)
        case date() as day:
            return f"{day.year}年{day.month}月{day.day}日" if zh else day.isoformat()
        case value if value is NONE:
            return "无" if zh else "none"
        case value:
            return str(value)
