"""What is wrong with a roster: the place (file, sheet, row, column) and what. Identity numbers are masked."""

from __future__ import annotations

import re
from typing import Any, Literal

from attrs import frozen

from lang.diagnostics import Language, Text

_CONTROL = dict.fromkeys((*range(32), *range(127, 160), 8206, 8207, *range(8234, 8239)), 65533)
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{5,8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")


def masked(text: str) -> str:
    """The text with the middle of whatever looks like an identity number (15 to 18 digits) starred out."""
    return _LONG_NUMBER.sub(lambda m: f"{m[1]}{'*' * 8}{m[2]}", text)


def shown(text: str) -> str:
    """Text of a roster as a terminal may show it: masked, on one line, no control signs."""
    return masked(text.translate(_CONTROL))


@frozen(kw_only=True)
class Fault:
    """`error`: something could not be read (it counts as unknown); `info`: worth knowing, nothing is lost.

    `row` counts from 1 as a spreadsheet shows it (in JSON: the place in the list).
    """

    message: Text
    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    severity: Literal["error", "info"] = "error"

    def place(self, language: Language) -> str:
        words = {
            "en": (" sheet ", " row ", " column "),
            "zh": (" 工作表 ", " 第 ", " 列 "),
        }[language]
        text = self.file
        if self.sheet is not None:
            text += f"{words[0]}{self.sheet}"
        if self.row is not None:
            text += f"{words[1]}{self.row}" + (" 行" if language == "zh" else "")
        if self.column is not None:
            text += f"{words[2]}{self.column}"
        return shown(text)

    def line(self, language: Language) -> str:
        return f"{self.place(language)}: {shown(self.message[language])}"

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "file": masked(self.file),
            "sheet": None if self.sheet is None else masked(self.sheet),
            "row": self.row,
            "column": None if self.column is None else masked(self.column),
            "message": masked(self.message[language]),
        }


class FactsError(Exception):
    """Facts that cannot be read at all (no such file, not a workbook …)."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.line("en"))
