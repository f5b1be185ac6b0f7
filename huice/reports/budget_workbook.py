"""The budget as a workbook: a summary with a chart of the years, by clause and year, by group, by fund, its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from huice.reports.amounts import Unit, unit_of
from huice.reports.names import title_of
from huice.reports.sheets import BLUE, WIDEST, Cell, Look, Sheet, Workbook
from huice.reports.words import (
    ENGINES,
    PARTS,
    QUANTILES,
    WORDS,
    budgets_of,
    group_word,
    groups_of,
    likeliest_month,
    policy_title,
    scenario_title,
    spread_headings,
)
from lang.diagnostics import Language
from lang.model import Program

SOURCE_ZH = {
    "policy": "政策", "scenario": "情景", "seed": "随机种子", "draws": "抽样次数", "engine": "计算方式",
    "clauses": "条款", "by": "分组", "thresholds": "阈值", "mean_error": "均值误差",
    "versions": "版本", "name": "名称",
    "sources": "文件", "entitled": "应付", "paid": "实付",
}  # fmt: skip


def write_budget(place: Path, data: Mapping[str, Any], program: Program, language: Language) -> None:
    """Raises OSError when it cannot be written."""
    title = policy_title(program, language)
    font = "Microsoft YaHei" if language == "zh" else "Calibri"
    unit = unit_of(data)
    with Workbook(place, title, unit.form, font) as book:
        made = _Budget(book, data, program, language, unit)
        made.summary()
        made.by_clause()
        if data.get("groups"):
            made.by_group()
        if budgets_of(data, program, language):
            made.by_fund()
        made.source()


class _Budget:
    """The sheets, one method each."""

    def __init__(
        self, book: Workbook, data: Mapping[str, Any], program: Program, language: Language, unit: Unit
    ) -> None:
        self.book, self.data, self.program, self.language, self.unit = book, data, program, language, unit
        self.words = WORDS[language]
        self.zh = language == "zh"
        self.years = list(data["years"])
        self.spread = spread_headings(language)

    def _sheet(self, name: str, subject: str, widest: int = WIDEST) -> Sheet:
        sheet = Sheet(self.book, name, widest)
        size = scenario_title(self.data, self.program, self.language)
        stated = self.unit.stated(self.language)
        sheet.title(policy_title(self.program, self.language), f"{subject} · {stated}", size)
        return sheet

    def _money(self, yuan: float | None) -> float | None:
        return None if yuan is None else round(yuan / self.unit.scale, 6)

    def _spread(self, distribution: Mapping[str, Any]) -> list[Cell]:
        figures = (distribution["mean"], *(distribution["quantiles"][q] for q in QUANTILES))
        return [self._money(figure) for figure in figures]

    def _looks(self, *looks: tuple[Look, int]) -> list[Look]:
        return [look for look, times in looks for _ in range(times)]

    def summary(self) -> None:
        words = self.words
        sheet = self._sheet("总览" if self.zh else "summary", words["summary"])
        looks = self._looks(("text", 1), ("money", 4))
        sheet.caption(words["whole"])
        sheet.table(["", *self.spread], [[words[p], *self._spread(self.data["total"][p])] for p in PARTS], looks)
        sheet.caption(words["paid_by_year"])
        rows = [[year, *self._spread(values["total"]["paid"])] for year, values in self.data["years"].items()]
        first, last = sheet.table([words["year"], *self.spread], rows, looks)
        if self.data.get("targets"):
            sheet.caption(words["targets"])
            targets = [
                [title_of(self.program.targets, name, self.language), target["probability"]]
                for name, target in self.data["targets"].items()
            ]
            sheet.table([words["target"], words["chance"]], targets, self._looks(("text", 1), ("share", 1)))
        sheet.sheet.write_string(sheet.row, 0, words["percentiles"], self.book.form(font_color="#595959", italic=True))
        self._chart(sheet, first, last)
        sheet.done()

    def _chart(self, sheet: Sheet, first: int, last: int) -> None:
        """The mean of each year as a column, P10 and P90 as dashes."""
        words, name = self.words, sheet.sheet.get_name()
        font = {"name": self.book.font, "size": 10, "bold": False}
        years = [name, first, 0, last, 0]
        chart = self.book.book.add_chart({"type": "column"})
        means = {"categories": years, "values": [name, first, 1, last, 1], "fill": {"color": "#9DC3E6"}, "gap": 70}
        chart.add_series({"name": words["mean"], **means})
        marks = self.book.book.add_chart({"type": "line"})
        for column, quantile, colour in ((2, "0.1", "#7F7F7F"), (4, "0.9", BLUE)):
            fill = {"border": {"color": colour}, "fill": {"color": colour}}
            marks.add_series(
                {
                    "name": words[quantile],
                    "categories": years,
                    "values": [name, first, column, last, column],
                    "line": {"none": True},
                    "marker": {"type": "long_dash", "size": 12, **fill},
                }
            )
        chart.combine(marks)
        title = f"{words['paid_by_year']} · {self.unit.name(self.language)}"
        chart.set_title({"name": title, "name_font": {**font, "size": 12, "bold": True, "color": BLUE}})
        chart.set_legend({"position": "bottom", "font": font})
        lines = {"visible": True, "line": {"color": "#D9D9D9"}}
        chart.set_y_axis({"num_format": "#,##0", "major_gridlines": lines, "min": 0, "num_font": font})
        chart.set_x_axis({"num_font": font})
        chart.set_size({"width": 520, "height": 330})
        sheet.sheet.insert_chart(4, 6, chart)

    def by_clause(self) -> None:
        words = self.words
        sheet = self._sheet("条款与年度" if self.zh else "clauses by year", words["paid_by_clause"])
        rows = [
            [
                title_of(self.program.clauses, name, self.language),
                *(self._money(self.data["years"][y]["clauses"][name]["paid"]["mean"]) for y in self.years),
                *self._spread(clause["paid"]),
                clause["payments"]["mean"],
            ]
            for name, clause in self.data["clauses"].items()
        ]
        whole = self.data["total"]
        total = [*self._whole_line(), whole["payments"]["mean"]]
        looks = self._looks(("text", 1), ("money", len(self.years) + 4), ("count", 1))
        sheet.table([words["clause"], *self._year_headings(), words["payments"]], rows, looks, total=total)
        self._wide(sheet)

    def by_group(self) -> None:
        by = group_word(self.data, self.program, self.language)
        sheet = self._sheet("分组" if self.zh else "groups", self.words["paid_by_group"].format(by))
        rows = [
            [
                title,
                *(self._money(group["years"][y]["total"]["paid"]["mean"]) for y in self.years),
                *self._spread(group["total"]["paid"]),
            ]
            for title, group in groups_of(self.data, self.program, self.language)
        ]
        looks = self._looks(("text", 1), ("money", len(self.years) + 4))
        sheet.table([by, *self._year_headings()], rows, looks, total=self._whole_line())
        self._wide(sheet)

    def _year_headings(self) -> list[str]:
        whole = self.words["of_whole"]
        years = [f"{year}年" if self.zh else year for year in self.years]
        return [*years, *(f"{whole}\n{heading}" for heading in self.spread)]

    def _whole_line(self) -> list[Cell]:
        means = [self._money(self.data["years"][y]["total"]["paid"]["mean"]) for y in self.years]
        return [self.words["total"], *means, *self._spread(self.data["total"]["paid"])]

    def _wide(self, sheet: Sheet) -> None:
        """Years are means; the spread of the whole period stands after them."""
        note = f"{'各年度为均值。' if self.zh else 'The years are means. '}{self.words['percentiles']}"
        sheet.sheet.write_string(sheet.row, 0, note, self.book.form(font_color="#595959", italic=True))
        sheet.sheet.freeze_panes(0, 1)
        sheet.done()

    def by_fund(self) -> None:
        words = self.words
        sheet = self._sheet("资金" if self.zh else "funds", words["funds"])
        rows: list[Sequence[Cell]] = []
        with_pots = {fund for fund, pot, _ in budgets_of(self.data, self.program, self.language) if pot}
        for fund, pot, by_year in budgets_of(self.data, self.program, self.language):
            for year, line in by_year.items():
                paid = line["paid"]
                rows.append(
                    [
                        fund,
                        pot or (words["total"] if fund in with_pots else ""),
                        year,
                        self._money(line["appropriation"]),
                        self._money(paid["mean"]),
                        self._money(paid["quantiles"]["0.9"]),
                        line["p_exceeded"],
                        likeliest_month(line),
                        self._money(line["owed"]["mean"]),
                    ]
                )
        names = ("fund", "pot", "year", "appropriation")
        headings = [words[name] for name in names] + [f"{words['paid']}\n{words[q]}" for q in ("mean", "0.9")]
        headings += [words[name] for name in ("p_exceeded", "runs_out", "owed")]
        looks = self._looks(("text", 3), ("money", 3), ("share", 1), ("text", 1), ("money", 1))
        top = sheet.row
        sheet.table(headings, rows, looks)
        sheet.sheet.autofilter(top, 0, top + len(rows), len(headings) - 1)
        sheet.sheet.freeze_panes(top + 1, 2)
        sheet.sheet.repeat_rows(top)
        sheet.done()

    def source(self) -> None:
        sheet = self._sheet("来历" if self.zh else "source", self.words["source"], widest=72)
        rows = list(self._flat(self.data["manifest"]))
        sheet.table(["项目", "内容"] if self.zh else ["item", "value"], rows, ("text", "text"))
        sheet.done()

    def _flat(self, value: Mapping[str, Any], prefix: str = "") -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        for key, item in value.items():
            word = SOURCE_ZH.get(key, key) if self.zh else key.replace("_", " ")
            name = f"{prefix}{word}"
            if isinstance(item, Mapping):
                rows += self._flat(item, f"{name} · ")
            elif key == "clauses":
                titles = [title_of(self.program.clauses, clause, self.language) for clause in item]
                rows.append([name, ("、" if self.zh else ", ").join(titles)])
            elif isinstance(item, list):
                for number, part in enumerate(item, 1):
                    if isinstance(part, Mapping):
                        rows += self._flat(part, f"{name} {number} · ")
                    else:
                        rows.append([name, str(part)])
            elif item is not None:
                rows.append([name, self._told(key, item)])
        return rows

    def _told(self, key: str, item: Any) -> str:
        """One value of the manifest in the reader's words."""
        if isinstance(item, float):
            return f"{self.unit.show(item)} {self.unit.name(self.language)}"
        if key == "engine" and self.zh:
            return ENGINES.get(item, str(item))
        if key == "by":
            return group_word(self.data, self.program, self.language)
        return str(item)
