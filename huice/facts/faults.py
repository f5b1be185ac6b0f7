"""What is wrong with a roster: the place (file, sheet, row, column) and what. Identity numbers are masked."""

from __future__ import annotations

from typing import Any, Literal

from attrs import frozen

from huice.privacy.masking import masked, shown
from lang.diagnostics import Diagnostic, Language, Text
from lang.source import Span

Severity = Literal["error", "warning", "info"]
SEVERITIES = {"error": Text("error", "错误"), "warning": Text("warning", "警告"), "info": Text("note", "提示")}
COLON = Text(": ", "：")
LONGEST_VALUE = 60  # signs of a cell that a report repeats


@frozen(kw_only=True)
class Fault:
    """`error`: something could not be read (it counts as unknown); `warning`: all was read, and somebody should look;
    `info`: worth knowing, nothing is lost.

    `row` counts from 1 as a spreadsheet shows it (in JSON: the place in the list). `value`: the cell as it stands
    there. `kind`: what a report of faults puts together (ignored columns, missing ones …).
    """

    message: Text
    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    severity: Severity = "error"
    value: str | None = None
    kind: Literal["row", "column", "table", "ignored", "missing", "encoding", "skipped", "hidden"] = "row"

    def place(self, language: Language) -> str:
        zh, text = language == "zh", self.file
        if self.sheet is not None:
            text += f" 工作表“{self.sheet}”" if zh else f" sheet {self.sheet}"
        if self.row is not None:
            text += f" 第 {self.row} 行" if zh else f" row {self.row}"
        if self.column is not None:
            text += f" “{self.column}”列" if zh else f" column {self.column}"
        return shown(text)

    def line(self, language: Language) -> str:
        return f"{self.place(language)}{COLON[language]}{shown(self.message[language])}"

    @property
    def text(self) -> Text:
        return Text(self.line("en"), self.line("zh"))

    def headed(self, language: Language) -> str:
        """The line, and before it how grave it is."""
        return f"{SEVERITIES[self.severity][language]}{COLON[language]}{self.line(language)}"

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "file": masked(self.file),
            "sheet": None if self.sheet is None else masked(self.sheet),
            "row": self.row,
            "column": None if self.column is None else masked(self.column),
            "value": None if self.value is None else masked(self.value[:LONGEST_VALUE]),
            "message": masked(self.message[language]),
        }


class FactsError(Exception):
    """Facts that cannot be read at all (no such file, not a workbook …). `diagnostic`: the same with the place in a
    policy that names the file, where one does."""

    def __init__(self, fault: Fault, named_at: Span | None = None) -> None:
        self.fault = fault
        self.diagnostic = None if named_at is None else Diagnostic("HC615", named_at, fault.text)
        said = fault.line("en")
        if named_at is not None:
            line, column = named_at.source.position(named_at.start)
            said += f" (named at {named_at.source.name}:{line}:{column})"
        super().__init__(said)


__all__ = ["FactsError", "Fault", "masked", "shown"]
