"""Writes the workbook that a policy needs: a sheet of notes, the sheets to fill in, drop-downs, comments, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from huice.facts.template import TemplateColumn, TemplateSheet
from huice.reports.sheets import BLUE, GREY, PALE, Workbook, width_of
from lang.diagnostics import Language
from lang.model import Program

ROWS = 5000  # rows that have drop-downs and formats
LINE = "#BFBFBF"
SHADE = "#F2F2F2"
TABS = {"notes": "#7F7F7F", "entity": BLUE, "spells": "#70AD47"}
FORMATS = {
    "key": "@", "text": "@", "list": "@", "month": "@", "date": "yyyy-mm-dd", "money": "#,##0.00", "count": "#,##0",
    "share": "0.00%",
}  # fmt: skip
WORDS: Mapping[Language, Mapping[str, Any]] = {
    "en": {
        "notes": "notes", "lists": "lists", "title": "Roster for: {}", "document": "Document: {}",
        "how": "How to fill it in",
        "rules": (
            "Blue sheets: one row each. Green sheets: one row for each spell of time (from, to), as many as there are.",
            "A blank cell means “not known”: what depends on it waits. Write “none” for none, never 0 or no.",
            "Grey rows in italics are examples: replace or delete them. They are never read.",
            "A green sheet that was filled in is complete: who has no row there never was in that state. If you do not "
            "know, leave the sheet as it is, or delete it.",
            "Identity numbers are text. Columns may be moved; columns of your own may be added, and are ignored.",
            "Then: huice facts check POLICY THIS_FILE",
        ),
        "columns": ("sheet", "column", "what to write", "read by"),
        "spell_of": "spells of {}", "read_by": "Read by: {}", "nobody": "no clause (carried along)",
        "error": "Not in the list",
        "error_text": "This is not one of the values offered. Keep it anyway?",
    },
    "zh": {
        "notes": "说明", "lists": "选项", "title": "名册：{}", "document": "文号：{}",
        "how": "填写说明",
        "rules": (
            "蓝色工作表：每个对象一行。绿色工作表：每段时间一行（自、至）；有多段时间的分多行填写。",
            "空白表示“未知”，相关条款暂不判定；确实没有的填“无”。不要用 0 或“否”代替未知。",
            "灰色斜体行为示例，请替换或删除；示例行不会被读取。",
            "绿色工作表一经填写即视为完整：表中没有的人视为从未有过。不掌握情况的，请保持原样或删除该表。",
            "身份证号须为文本格式。各列顺序可以调整；自行增加的列会被忽略。",
            "填好后运行：huice facts check 政策文件 本文件",
        ),
        "columns": ("工作表", "栏目", "填写内容", "读取的条款"),
        "spell_of": "{}的时间段", "read_by": "读取的条款：{}", "nobody": "各条款均不读取（随表保留）",
        "error": "不在列表中",
        "error_text": "该内容不在可选范围内，是否保留？",
    },
}  # fmt: skip


def write_template(sheets: Sequence[TemplateSheet], model: Program, place: Path, language: Language) -> None:
    """OSError when it cannot be written."""
    words = WORDS[language]
    title = model.label if language == "zh" and model.label else model.name.replace("_", " ")
    with Workbook(place, title, FORMATS["money"], "Microsoft YaHei" if language == "zh" else "Calibri") as book:
        notes = book.book.add_worksheet(words["notes"])
        lists = _Lists(book, words["lists"])
        made = [_Filled(book, sheet, words) for sheet in sheets]
        for filled in made:
            filled.write(lists)
        lists.write()
        _write_notes(book, notes, sheets, words, title, model.document or "")
        notes.activate()


class _Lists:
    """A hidden sheet with the values of the drop-downs, a column each."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.book, self.name = book, name
        self.columns: dict[tuple[str, ...], int] = {}

    def source(self, choices: tuple[str, ...]) -> str:
        column = xl_col_to_name(self.columns.setdefault(choices, len(self.columns)))
        return f"='{self.name}'!${column}$1:${column}${len(choices)}"

    def write(self) -> None:
        if not self.columns:
            return
        sheet = self.book.book.add_worksheet(self.name)
        for choices, column in self.columns.items():
            for row, choice in enumerate(choices):
                sheet.write_string(row, column, choice)
        sheet.hide()


class _Filled:
    """One sheet to be filled in."""

    def __init__(self, book: Workbook, sheet: TemplateSheet, words: Mapping[str, Any]) -> None:
        self.book, self.sheet, self.words = book, sheet, words
        self.made = book.book.add_worksheet(sheet.name)

    def write(self, lists: _Lists) -> None:
        made, book = self.made, self.book
        made.set_tab_color(TABS["spells" if self.sheet.spells else "entity"])
        made.set_default_row(16.5)
        made.set_row(0, 30)
        header = {
            "bold": True, "bg_color": "#E2EFDA" if self.sheet.spells else PALE, "font_color": BLUE, "text_wrap": True,
            "valign": "vcenter", "align": "center", "border": 1, "border_color": LINE,
        }  # fmt: skip
        for number, column in enumerate(self.sheet.columns):
            cells = book.form(num_format=FORMATS[column.look], align=_side(column), valign="vcenter")
            made.set_column(number, number, _width(column), cells)
            made.write_string(0, number, column.title, book.form(**header))
            made.write_comment(0, number, self._comment(column), {"x_scale": 2.2, "y_scale": 1.3, "font_size": 9})
            self._example(number, column)
            self._validation(number, column, lists)
        made.freeze_panes(1, 1)
        made.autofilter(0, 0, 1, len(self.sheet.columns) - 1)
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        made.repeat_rows(0)
        made.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(self.sheet.columns))}{ROWS}"})

    def _comment(self, column: TemplateColumn) -> str:
        clauses = column.clauses or (self.sheet.clauses if column.look == "month" else ())
        return column.meaning + (f"\n{self.words['read_by'].format('、'.join(clauses))}" if clauses else "")

    def _example(self, number: int, column: TemplateColumn) -> None:
        form = self.book.form(
            italic=True, font_color=GREY, bg_color=SHADE, num_format=FORMATS[column.look], align=_side(column),
            valign="vcenter", border=1, border_color=LINE,
        )  # fmt: skip
        example = column.example
        if isinstance(example, date):
            self.made.write_datetime(1, number, example, form)
        elif isinstance(example, str):
            self.made.write_string(1, number, example, form)
        else:
            self.made.write_number(1, number, example, form)

    def _validation(self, number: int, column: TemplateColumn, lists: _Lists) -> None:
        """Offers values, and asks back for others; it forbids nothing that the reader takes."""
        warning = {
            "error_type": "warning", "error_title": self.words["error"], "error_message": self.words["error_text"],
        }  # fmt: skip
        if column.choices:
            rule: dict[str, Any] = {"validate": "list", "source": lists.source(column.choices)}
        elif column.rows_of is not None:
            rule = {"validate": "list", "source": f"='{column.rows_of}'!$A$2:$A${ROWS}"}
        elif column.look in ("money", "count") and column.low is not None and column.high is not None:
            kind = "integer" if column.look == "count" else "decimal"
            rule = {"validate": kind, "criteria": "between", "minimum": column.low, "maximum": column.high}
        else:
            return
        self.made.data_validation(1, number, ROWS, number, rule | warning)


def _side(column: TemplateColumn) -> str:
    return {
        "money": "right",
        "count": "right",
        "share": "right",
        "date": "center",
        "month": "center",
        "list": "center",
    }.get(column.look, "left")


def _width(column: TemplateColumn) -> int:
    example = column.example.isoformat() if isinstance(column.example, date) else str(column.example)
    longest = max(width_of(column.title) + 2, width_of(example) + 2, *(width_of(c) + 4 for c in column.choices), 10)
    return min(longest, 36)


def _write_notes(
    book: Workbook, sheet: Any, sheets: Sequence[TemplateSheet], words: Mapping[str, Any], title: str, document: str
) -> None:
    """The first sheet: how to fill in the others, and every column with its meaning and its readers."""
    sheet.set_tab_color(TABS["notes"])
    sheet.hide_gridlines(2)
    widths = (20, 20, 52, 60)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    sheet.write_string(0, 0, words["title"].format(title), book.form(bold=True, font_size=15, font_color=BLUE))
    sheet.set_row(0, 26)
    row = 1
    if document:
        sheet.write_string(row, 0, words["document"].format(document), book.form(font_color=GREY))
        row += 1
    row += 1
    sheet.write_string(row, 0, words["how"], book.form(bold=True, font_size=11, font_color=BLUE))
    for number, rule in enumerate(words["rules"], 1):
        row += 1
        form = book.form(text_wrap=True, valign="top", indent=1)
        sheet.merge_range(row, 0, row, 3, f"{number}.  {rule}", form)
        sheet.set_row(row, 16.5 * (1 + width_of(rule) // 150))
    row += 2
    head = book.form(bold=True, bg_color=PALE, font_color=BLUE, border=1, border_color=LINE, valign="vcenter")
    for number, heading in enumerate(words["columns"]):
        sheet.write_string(row, number, heading, head)
    sheet.set_row(row, 20)
    sheet.repeat_rows(row)
    for filled in sheets:
        for column in filled.columns:
            row += 1
            first = column is filled.columns[0]
            clauses = column.clauses or (filled.clauses if filled.spells and first else ())
            readers = "；".join(clauses) if words["notes"] == "说明" else "; ".join(clauses)
            if not clauses:
                readers = "" if column.look == "key" or filled.spells else words["nobody"]
            cells = (filled.name, column.title, column.meaning, readers)
            shade = {"bg_color": "#F7FBF4"} if filled.spells else {}
            for number, cell in enumerate(cells):
                form = book.form(
                    text_wrap=True, valign="top", border=1, border_color=LINE, bold=number == 0 and first,
                    font_color="#000000" if number or first else GREY, **shade,
                )  # fmt: skip
                sheet.write_string(row, number, cell, form)
            lines = max(1 + (width_of(cell) - 1) // width for cell, width in zip(cells, widths, strict=True) if cell)
            sheet.set_row(row, 15.5 * lines + 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
