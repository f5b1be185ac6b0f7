"""Diagnostics as text for people and as records for programs (`huice check --json`).

Pure functions: diagnostics in, text or plain data out. The order is that of the file: name, place, code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from lang.codes import CODES, Code
from lang.diagnostics import Diagnostic, Language, Severity, Text
from lang.source import Span
from lang.text.masking import masked

_SEVERITY = {"error": Text("error", "错误"), "warning": Text("warning", "警告"), "info": Text("note", "提示")}
_COLOUR = {"error": "31", "warning": "33", "info": "36"}
_LONGEST = 200  # characters of a line that are shown
_HELP = Text("help", "建议")
_COLON = Text(": ", "：")
_UNKNOWN = Code(Text("finding", "问题"), "syntax", "error", Text("", ""))


def code_of(diagnostic: Diagnostic) -> Code:
    """The registry's row. A code that nobody registered counts as an error."""
    return CODES.get(diagnostic.code, _UNKNOWN)


def severity_of(diagnostic: Diagnostic) -> Severity:
    return code_of(diagnostic).severity


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file, place and code, without doubles."""
    unique = {(d.span.source.name, d.span.start, d.span.end, d.code, d.message.en): d for d in diagnostics}
    return [unique[key] for key in sorted(unique)]


def summary(diagnostics: Iterable[Diagnostic], language: Language) -> str:
    """`2 errors, 1 warning`; empty when there is nothing."""
    counts = dict.fromkeys(_SEVERITY, 0)
    for diagnostic in diagnostics:
        counts[severity_of(diagnostic)] += 1
    if language == "zh":
        return "、".join(f"{counts[s]} 个{_SEVERITY[s].zh}" for s in counts if counts[s])
    return ", ".join(f"{counts[s]} {_SEVERITY[s].en}{'s' if counts[s] > 1 else ''}" for s in counts if counts[s])


def render_text(diagnostics: Iterable[Diagnostic], language: Language, colour: bool = False) -> str:
    """Every finding with its line of text, the place underlined, related places and the mend."""
    return "\n\n".join(_one(d, language, colour) for d in in_order(diagnostics))


def _one(diagnostic: Diagnostic, language: Language, colour: bool) -> str:
    def paint(text: str, how: str) -> str:
        return f"\x1b[{how}m{text}\x1b[0m" if colour else text

    severity = severity_of(diagnostic)
    head = paint(f"{_SEVERITY[severity][language]} {diagnostic.code}", f"1;{_COLOUR[severity]}")
    lines = [
        f"{head}{_COLON[language]}{paint(diagnostic.message[language], '1')}",
        f"  {_place(diagnostic.span)}",
        *_excerpt(diagnostic.span, lambda text: paint(text, _COLOUR[severity])),
    ]
    for label in diagnostic.labels:
        lines.append(f"  {_place(label.span)} {label.text[language]}")
        lines.extend(_excerpt(label.span, lambda text: paint(text, "36")))
    if diagnostic.help is not None:
        lines.append(f"  {paint(_HELP[language], '1')}{_COLON[language]}{diagnostic.help[language]}")
    if diagnostic.case is not None:
        lines.extend(f"    {line}".rstrip() for line in diagnostic.case[language].rstrip().splitlines())
    return "\n".join(lines)


def _place(span: Span) -> str:
    line, column = span.source.position(span.start)
    return f"{span.source.name}:{line}:{column}"


def _excerpt(span: Span, paint: Any) -> list[str]:
    """The first line of a span, underlined. Wide characters take two columns on a terminal."""
    if not span.source.text:
        return []
    line, column = span.source.position(span.start)
    text, column, length = _window(span.source.line_text(line), column, max(1, span.end - span.start))
    before, rest = text[: column - 1], text[column - 1 :]
    under = " " * _width(before) + paint("^" * max(1, _width(rest[:length])))
    number = str(line)
    return [f"  {number} | {_visible(text)}", f"  {' ' * len(number)} | {under}"]


def _window(text: str, column: int, length: int) -> tuple[str, int, int]:
    """Of a line that is much too long, the part about the place; numbers of persons are masked before it is cut."""
    if len(text) <= _LONGEST:
        return text, column, length
    first = max(0, column - 1 - _LONGEST // 4)
    around = max(0, first - 40)
    part = masked(text[around : first + _LONGEST + 40])[first - around :]
    shown = part[:_LONGEST]
    head, tail = "…" if first else "", "…" if first + _LONGEST < len(text) else ""
    return head + shown + tail, column - first + len(head), min(length, len(shown) - (column - 1 - first))


def _visible(text: str) -> str:
    """Control and direction characters shown as a box, so that a message cannot be turned around."""
    return "".join("□" if unicodedata.category(c) in ("Cc", "Cf") else c for c in masked(text).replace("\t", " "))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def to_json(diagnostics: Iterable[Diagnostic], language: Language) -> list[dict[str, Any]]:
    """The `diagnostics` list of `huice check --json`."""
    return [_record(d, language) for d in in_order(diagnostics)]


def _record(diagnostic: Diagnostic, language: Language) -> dict[str, Any]:
    code = code_of(diagnostic)
    record: dict[str, Any] = {
        "code": diagnostic.code,
        "severity": code.severity,
        "category": code.category,
        "message": diagnostic.message[language],
        "file": diagnostic.span.source.name,
        "range": _range(diagnostic.span),
        "related": [
            {"message": label.text[language], "file": label.span.source.name, "range": _range(label.span)}
            for label in diagnostic.labels
        ],
        "help": diagnostic.help[language] if diagnostic.help is not None else None,
    }
    if diagnostic.witness is not None:
        record["witness"] = diagnostic.witness
    if diagnostic.example is not None:
        record["example"] = diagnostic.example
    if diagnostic.edit is not None:
        record["edit"] = {"range": _range(diagnostic.edit.span), "text": diagnostic.edit.text}
    return record


def _range(span: Span) -> dict[str, dict[str, int]]:
    start, end = span.source.position(span.start), span.source.position(span.end)
    return {"start": {"line": start[0], "column": start[1]}, "end": {"line": end[0], "column": end[1]}}
