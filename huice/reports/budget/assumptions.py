"""The assumptions as a sheet that is edited in a spreadsheet and becomes a scenario again.

In: the rows of `huice.scenario_book`. Out: the sheet, figures in cells of their own with a pale ground. What is read
back is said in `huice/scenario_book/read.py`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from huice.reports.budget.frame import Frame
from huice.reports.sheets import BLUE, GREY, PALE, Sheet, width_of
from huice.scenario_book import layout as at
from huice.scenario_book.read import TOTALS
from huice.scenario_book.statements import BudgetRow, Figure, ScenarioRows, Statement
from lang.diagnostics import Text

EDITABLE = "#FFF9E5"
RULE = "#BFBFBF"
WIDTHS = {at.BLOCK: 12, at.ABOUT: 20, at.STATEMENT: 52, at.PARAMETER: 16, at.VALUE: 13, at.UNIT: 9, at.SOURCE: 44}
HINT = Text(
    "Cells with a pale ground may be changed (the text as written too); then: huice scenario from-workbook THIS.xlsx "
    "--out NEW.policy",
    "浅色单元格可修改（“写法”亦可改），改后执行：huice scenario from-workbook 本文件.xlsx --out 新情景.policy",
)


def assumptions(frame: Frame, rows: ScenarioRows) -> None:
    sheet = frame.sheet("assumptions", Text("What was assumed, and why", "全部假设及来源"), money=False)
    sheet.row -= 1
    sheet.sheet.write_string(sheet.row, 0, frame.say(HINT), frame.book.form(font_color=GREY, font_size=9))
    sheet.row += 2
    top = sheet.row
    _headings(frame, sheet, [heading[frame.language] for heading in at.HEADINGS])
    for statement in rows.statements:
        _statement(frame, sheet, statement)
    sheet.sheet.freeze_panes(top + 1, 2)
    sheet.sheet.repeat_rows(top)
    for column, width in WIDTHS.items():
        sheet.sheet.set_column(column, column, width)
    sheet.sheet.print_area(0, 0, sheet.row, at.SOURCE)


def _headings(frame: Frame, sheet: Sheet, headings: list[str], right_from: int | None = None) -> None:
    was_right = False
    for column, heading in enumerate(headings):
        right = column == at.VALUE if right_from is None else column >= right_from and column < len(headings) - 1
        side = {"align": "right"} if right else {"align": "left", "indent": int(was_right)}
        form = frame.book.form(bold=True, bg_color=PALE, bottom=1, font_color=BLUE, valign="vcenter", **side)
        was_right = right
        sheet.sheet.write_string(sheet.row, column, heading, form)
    sheet.sheet.set_row(sheet.row, 18)
    sheet.row += 1


# ---------------------------------------------------------------- statements
def _statement(frame: Frame, sheet: Sheet, statement: Statement) -> None:
    """Its text and first figure on one row, further figures below."""
    page, first = sheet.sheet, sheet.row
    rule: dict[str, Any] = {"bottom": 4, "bottom_color": RULE, "valign": "top"}
    strong = {"bold": True, "font_color": BLUE} if statement.opens or not sheet.row else {}
    plain = frame.book.form(**rule)
    page.write_string(first, at.BLOCK, statement.block, frame.book.form(**rule, **strong))
    page.write_string(first, at.ABOUT, statement.about, frame.book.form(**rule, **strong, text_wrap=True))
    written = frame.book.form(**rule, text_wrap=True, bg_color=EDITABLE, font_color="#333333")
    page.write_string(first, at.STATEMENT, statement.template, written)
    source = frame.book.form(**rule, text_wrap=True, font_color="#404040")
    note = "\n".join(statement.notes)
    page.write_string(first, at.SOURCE, note, source)
    for number, figure in enumerate(statement.figures):
        at_row = first + number
        if number:
            page.write_string(at_row, at.BLOCK, statement.block, frame.book.form(**rule, font_color=GREY))
            for column in (at.ABOUT, at.STATEMENT, at.SOURCE):
                page.write_blank(at_row, column, None, plain)
        label = f"{at.mark(number)} {figure.label}".rstrip()
        page.write_string(at_row, at.PARAMETER, label, frame.book.form(**rule, text_wrap=True))
        _figure(frame, sheet, at_row, figure, rule)
        unseen = {"num_format": ";;;"} if figure.sort == "percent" else {}  # the figure itself shows it: 75%
        page.write_string(at_row, at.UNIT, figure.unit, frame.book.form(**rule, **unseen, font_color=GREY, indent=1))
    if not statement.figures:
        for column in (at.PARAMETER, at.VALUE, at.UNIT):
            page.write_blank(first, column, None, plain)
    _height(sheet, first, statement, note)
    sheet.row = first + max(1, len(statement.figures))


def _figure(frame: Frame, sheet: Sheet, row: int, figure: Figure, rule: dict[str, Any]) -> None:
    look = {**rule, "bg_color": EDITABLE, "align": "right"}
    if isinstance(figure.value, str):
        sheet.sheet.write_string(row, at.VALUE, figure.value, frame.book.form(**look, num_format="@"))
        return
    if figure.sort == "percent":
        form = frame.book.form(**look, num_format=_percent(figure.value))
        sheet.sheet.write_number(row, at.VALUE, float(figure.value / 100), form)
        return
    shown = _amount(figure.value) if figure.unit.startswith(("元", "yuan")) else "General"
    sheet.sheet.write_number(row, at.VALUE, float(figure.value), frame.book.form(**look, num_format=shown))


def _percent(value: Decimal) -> str:
    """With as many decimals as the percentage has."""
    decimals = _decimals(value)
    return "0%" if decimals == 0 else f"0.{'0' * decimals}%"


def _amount(value: Decimal) -> str:
    return "#,##0" if _decimals(value) == 0 else "#,##0.00"


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _height(sheet: Sheet, row: int, statement: Statement, note: str) -> None:
    """Spreadsheets do not grow rows of their own accord."""
    lines = max(_lines(statement.template, WIDTHS[at.STATEMENT]), _lines(note, WIDTHS[at.SOURCE]))
    if lines > 1:
        sheet.sheet.set_row(row, 14 * lines)


def _lines(text: str, width: int) -> int:
    """As many as it takes at most: words are not halved, so a line may end early."""
    return sum(max(1, -(-width_of(line) // (width - 4))) for line in text.splitlines())


# ---------------------------------------------------------------- appropriations
def budgets(frame: Frame, rows: ScenarioRows) -> None:
    """Fund by fund and year by year, in exact yuan."""
    language = frame.language
    stated = Text("Appropriations that are assumed · amounts in yuan", "情景中的年度预算安排 · 金额单位：元")
    sheet = frame.sheet("budgets", stated, money=False)
    years = [f"{year}年" if language == "zh" else str(year) for year in rows.years]
    names = [heading[language] for heading in at.BUDGET_HEADINGS]
    top = sheet.row
    _headings(frame, sheet, [*names, *years, at.HEADINGS[at.SOURCE][language]], right_from=at.FIRST_YEAR)
    first = sheet.row
    for row in rows.budgets:
        _budget(frame, sheet, row, rows.years)
    form = frame.book.form(bold=True, top=1, bottom=1)
    money = frame.book.form(bold=True, top=1, bottom=1, num_format="#,##0.00", align="right")
    sheet.sheet.write_string(sheet.row, 0, TOTALS[language], form)
    sheet.sheet.write_blank(sheet.row, 1, None, form)
    for number, year in enumerate(rows.years):
        column = at.FIRST_YEAR + number
        letter = xl_col_to_name(column)
        amounts = [row.amounts.get(year) for row in rows.budgets]
        whole = sum((a for a in amounts if isinstance(a, Decimal)), Decimal(0))
        sheet.sheet.write_formula(
            sheet.row, column, f"=SUM({letter}{first + 1}:{letter}{sheet.row})", money, float(whole)
        )
    sheet.row += 1
    last = at.FIRST_YEAR + len(rows.years)
    sheet.sheet.freeze_panes(top + 1, at.FIRST_YEAR)
    sheet.sheet.repeat_rows(top)
    sheet.sheet.set_column(at.FUND, at.FUND, max(18, *(width_of(row.fund) + 2 for row in rows.budgets)))
    sheet.sheet.set_column(at.POT, at.POT, max(12, *(width_of(row.pot) + 2 for row in rows.budgets)))
    sheet.sheet.set_column(at.FIRST_YEAR, last - 1, 17)
    sheet.sheet.set_column(last, last, 50)
    sheet.sheet.print_area(0, 0, sheet.row, last)


def _budget(frame: Frame, sheet: Sheet, row: BudgetRow, years: tuple[int, ...]) -> None:
    rule: dict[str, Any] = {"bottom": 4, "bottom_color": RULE}
    plain = frame.book.form(**rule, text_wrap=True)
    sheet.sheet.write_string(sheet.row, at.FUND, row.fund, plain)
    sheet.sheet.write_string(sheet.row, at.POT, row.pot, plain)
    cell = frame.book.form(**rule, bg_color=EDITABLE, align="right", num_format="#,##0.00")
    for number, year in enumerate(years):
        amount = row.amounts.get(year)
        if amount is None:
            sheet.sheet.write_blank(sheet.row, at.FIRST_YEAR + number, None, cell)
        elif isinstance(amount, str):
            sheet.sheet.write_string(sheet.row, at.FIRST_YEAR + number, amount, cell)
        else:
            sheet.sheet.write_number(sheet.row, at.FIRST_YEAR + number, float(amount), cell)
    if row.notes:
        noted = frame.book.form(**rule, text_wrap=True, indent=1)
        sheet.sheet.write_string(sheet.row, at.FIRST_YEAR + len(years), "\n".join(row.notes), noted)
    sheet.row += 1
