"""Constants as an office writes them: amounts, dates, lengths of time, members of kinds; in Chinese or English."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from lang.dates import Duration, month_number, year_of
from lang.diagnostics import Language
from lang.model import Program
from lang.types import Given, Type, Value


def yuan_text(fen: Fraction | int, language: Language) -> str:
    """Whole tens of thousands as 万元 in Chinese; no idle decimals."""
    amount = Fraction(fen) / 100
    if language == "zh" and amount >= 10_000 and (amount / 1000).denominator == 1:
        return f"{float(amount / 10_000):g}万元"
    places = 0 if amount.denominator == 1 else 2
    return f"{float(amount):.{places}f}元" if language == "zh" else f"{float(amount):,.{places}f} yuan"


def day_text(day: date, language: Language) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()


def month_words(month: int, language: Language) -> str:
    year, number = year_of(month), month_number(month)
    return f"{year}年{number}月" if language == "zh" else f"{year}-{number:02d}"


def length_text(length: Duration, language: Language) -> str:
    if language == "en":
        return str(length)
    return f"{length.count}{'个月' if length.unit == 'months' else '天'}"


def value_words(value: Given | Value, type: Type, program: Program, language: Language) -> str:
    """A constant as an office writes it."""
    zh = language == "zh"
    match value:
        case bool():
            return ("是" if value else "否") if zh else ("yes" if value else "no")
        case Duration():
            return length_text(value, language)
        case date():
            return day_text(value, language)
        case int() | Fraction():
            if type.base == "money":
                return yuan_text(value, language)
            if type.base == "rate":
                return f"每月{yuan_text(value, language)}" if zh else f"{yuan_text(value, language)} per month"
            if type.base == "share":
                return f"{float(value * 100):g}%"
            if type.base == "month":
                return month_words(int(value), language)
            return f"{float(value):g}" if Fraction(value).denominator > 1 else f"{int(value):,}".replace(",", "")
        case str():
            return kind_word(program, type, value, language) if type.base == "kind" else value
        case _:
            return "无" if zh else "none"


def kind_word(program: Program, type: Type, member: str, language: Language) -> str:
    kind = program.kinds.get(type.name or "")
    for found in kind.members if kind is not None else ():
        if found.name == member and found.label and language == "zh":
            return found.label
    return member.replace("_", " ")
