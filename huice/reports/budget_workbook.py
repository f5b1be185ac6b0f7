"""The budget as a workbook: a summary, by clause and year, by group, by fund. Amounts are numbers in yuan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from huice.reports.names import member_name, title_of
from huice.reports.simulation_text import QUANTILES, WORDS
from lang.diagnostics import Language
from lang.model import Program

Cell = str | float | int | None
PARTS = ("entitled", "paid", "owed_at_end", "lapsed")


def write_budget(place: Path, data: Mapping[str, Any], program: Program, language: Language) -> None:
    words = WORDS[language]
    zh = language == "zh"
    spread = [words["mean"], words["sd"], "P10", "P50", "P90"]
    years = list(data["years"])
    book = xlsxwriter.Workbook(str(place), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})  # the same results give the same bytes
    writer = _Sheets(book)

    total = [[words[part], *_spread(data["total"][part])] for part in PARTS]
    writer.sheet("总览" if zh else "summary", ["", *spread], total)

    rows: list[Sequence[Cell]] = []
    for name, clause in data["clauses"].items():
        by_year = [data["years"][y]["clauses"][name]["paid"]["mean"] for y in years]
        rows.append([title_of(program.clauses, name, language), *by_year, *_spread(clause["paid"])])
    by_year = [data["years"][y]["total"]["paid"]["mean"] for y in years]
    rows.append([words["total"], *by_year, *_spread(data["total"]["paid"])])
    writer.sheet("条款与年度" if zh else "clauses by year", [words["clause"], *years, *spread], rows)

    if data.get("groups"):
        rows = [
            [
                member_name(program, name, language),
                *(group["years"][y]["total"]["paid"]["mean"] for y in years),
                *_spread(group["total"]["paid"]),
            ]
            for name, group in data["groups"].items()
        ]
        writer.sheet("分组" if zh else "groups", [words["group"], *years, *spread], rows)

    rows = []
    for year, values in data["years"].items():
        for name, fund in values.get("funds", {}).items():
            lines = [(title_of(program.funds, name, language), fund)]
            lines += [(member_name(program, pot, language), line) for pot, line in fund.get("pots", {}).items()]
            for title, line in lines:
                out = line.get("runs_out") or {}
                rows.append(
                    [
                        year,
                        title_of(program.funds, name, language),
                        title if line is not fund else "",
                        line["paid"]["mean"],
                        line["paid"]["quantiles"]["0.9"],
                        line.get("appropriation"),
                        line.get("p_exceeded"),
                        max(out, key=lambda m: (out[m], m)) if out else None,
                        line["owed"]["mean"],
                    ]
                )
    headings = [words[w] for w in ("year", "fund", "group", "mean")]
    headings += ["P90", *(words[w] for w in ("appropriation", "p_exceeded", "runs_out", "owed"))]
    writer.sheet("资金" if zh else "funds", headings, rows, shares=(6,))

    manifest = [[key, json_cell(value)] for key, value in data["manifest"].items()]
    writer.sheet("来历" if zh else "manifest", ["", ""], manifest)
    book.close()


def json_cell(value: Any) -> Cell:
    return value if isinstance(value, (str, int, float)) else str(value)


def _spread(distribution: Mapping[str, Any]) -> list[Cell]:
    return [distribution["mean"], distribution["sd"], *(distribution["quantiles"][q] for q in QUANTILES)]


class _Sheets:
    """Writes sheets of one look into a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.share = book.add_format({"num_format": "0.0%"})

    def sheet(
        self, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], shares: tuple[int, ...] = ()
    ) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, self.heading)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, max(1, len(headings) - 1), 16)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell, self.share if column in shares else self.money)
