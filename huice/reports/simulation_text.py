"""A projection and a comparison on the terminal: the answer first, then small charts and tables that say the same.

In: the JSON form of the results. All figures come from `huice.reports.tables`, as those of the page and the workbook.
What does not fit the window is left out as a whole column, or shown a few years at a time; no figure is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from huice.facts.faults import shown
from huice.reports import tables, text_charts
from huice.reports.amounts import Unit, share, unit_of, unit_of_comparison
from huice.reports.tables import difference_views, fund_views, headings, records, views
from huice.reports.tables.records import Cell, Column, FundLine, Projection
from huice.reports.terminal import add, console, fits, show, table
from huice.reports.words import WORDS, scenario_title
from lang.diagnostics import Language, Text
from lang.model import Program

BAR = 16  # columns of a bar beside a table


def print_simulation(data: Mapping[str, Any], program: Program, language: Language) -> None:
    out, unit = console(), unit_of(data)
    figures = tables.projection(data, program)
    printed = _Printed(out, language, unit)
    printed.line(figures.run.policy[language], "bold")
    printed.line(scenario_title(data, program, language))
    printed.line(unit.stated(language))
    out.print()
    printed.line(tables.answer(figures).text[language], "bold")
    printed.show(views.whole(figures))
    printed.months(figures)
    printed.clauses(figures)
    printed.show(_without(views.by_period(figures.years, headings.YEAR), 5))
    printed.groups(_by_group(figures, "paid"), len(figures.years))
    printed.funds(figures)
    if data.get("targets"):
        of = views.targets(figures)
        assert of is not None
        printed.show(_columns(evolve(of, rows=tuple(r for r in of.rows if r[3] is not None)), (0, 3)))
    printed.notes(figures.run.notes)


class _Printed:
    """What is printed, part by part."""

    def __init__(self, out: Console, language: Language, unit: Unit) -> None:
        self.out, self.language, self.unit = out, language, unit
        self.signs = text_charts.signs_for(out.encoding)

    def line(self, text: str, style: str = "") -> None:
        self.out.print(RichText(shown(text), style=style))

    def lines(self, title: str, lines: Sequence[str], note: str = "") -> None:
        if not lines:
            return
        self.out.print()
        self.out.print(RichText(shown(title), style="bold"))
        for line in lines:
            self.out.print(RichText(shown(line)), no_wrap=True, crop=False, overflow="ignore")
        if note:
            self.out.print(RichText(shown(note), style="dim"))

    def notes(self, notes: Sequence[Text]) -> None:
        """What the run says beside its figures."""
        if notes:
            self.out.print()
        for note in notes:
            self.line(note[self.language], "dim")

    # ------------------------------------------------------------ tables
    def show(self, of: records.Table, bars: Sequence[float] = ()) -> None:
        """A table under its title; `bars`: amounts beside the rows, where there is room."""
        self.out.print()
        made = self.made(of, bars)
        if bars and not fits(self.out, made):
            made = self.made(of)
        show(self.out, made)

    def made(self, of: records.Table, bars: Sequence[float] = ()) -> Table:
        """The heading of the first column is the title of the table."""
        heads = [column.title[self.language] for column in of.columns]
        result = table([of.title[self.language], *heads[1:]], left=of.left)
        if bars:
            result.add_column("", justify="left", no_wrap=True)
        largest = max((abs(amount) for amount in bars), default=0.0)
        for number, row in enumerate(of.rows):
            cells = [self._cell(column, cell) for column, cell in zip(of.columns, row, strict=True)]
            if bars:
                cells.append(text_charts.bar(bars[number], largest, BAR, self.signs))
            add(result, cells)
        if of.total is not None:
            add(result, [self._cell(column, cell) for column, cell in zip(of.columns, of.total, strict=True)], "bold")
        return result

    def _cell(self, column: Column, cell: Cell) -> str:
        match cell:
            case None:
                return ""
            case Text():
                return cell[self.language]
            case str():
                return cell
            case _ if column.look == "money":
                return self.unit.show(cell)
            case _ if column.look == "share":
                return share(float(cell))
            case _:
                return f"{cell:,.1f}"

    def by_years(self, years: Sequence[int], make: Callable[[Sequence[int]], Table]) -> None:
        """A table with a column a year; in a narrow window several tables of fewer years."""
        made = make(years)
        if fits(self.out, made) or len(years) == 1:
            self.out.print()
            show(self.out, made)
            return
        half = (len(years) + 1) // 2
        self.by_years(years[:half], make)
        self.by_years(years[half:], make)

    # ------------------------------------------------------------ a projection
    def months(self, figures: Projection) -> None:
        """As many columns as there is room for: months, else quarters."""
        title = Text("Paid by {}", "各{}实付")[self.language]
        for periods, name in ((figures.months, headings.MONTH), (figures.quarters, headings.QUARTER)):
            lines = text_charts.fan(periods, self.unit, self.out.width, self.signs)
            if lines:
                self.lines(title.format(name[self.language]), lines, self.signs.key(self.language))
                return

    def clauses(self, figures: Projection) -> None:
        of = views.by_clause(figures)
        years = len(figures.years)
        kept = _columns(of, (0, *range(1 + years, len(of.columns))))
        title = Text("paid · clause", "实付 · 条款")
        bars = [clause.measures["paid"].mean for clause in figures.clauses]
        self.show(evolve(kept, title=title), bars if len(bars) > 1 else ())

    def groups(self, of: records.Table | None, years: int) -> None:
        """Means by year and the spread of the whole; in a narrow window the years in parts."""
        if of is None:
            return
        ends = [1 + years, 2 + years, 4 + years]  # mean, P10, P90
        whole = _columns(of, (0, *range(1, 1 + years), *ends))
        if fits(self.out, self.made(whole)):
            self.show(whole)
            return
        self.show(_columns(of, (0, *ends)))
        self.by_years(range(years), lambda part: self.made(_columns(of, (0, *(1 + n for n in part)))))

    def funds(self, figures: Projection) -> None:
        """For each fund and pot with an appropriation: how much, the chance that it does not last, until when, and the
        curve of the one that is most at risk."""
        lines = figures.budgeted
        if not lines:
            return
        names = list(dict.fromkeys(line.period for line in lines))
        self.by_years(range(len(names)), lambda part: self._fund_table(lines, [names[n] for n in part]))
        worst = tables.answer(figures).worst
        if worst is not None and worst.curve is not None and worst.curve.points:
            title = Text("Chance of more than", "超过该金额的概率")[self.language]
            curve = text_charts.chances(worst.curve, self.unit, self.out.width, self.language, self.signs)
            together = fund_views.of_pots_together(worst)
            note = "" if together is None else together[self.language]
            self.lines(f"{title} · {_name(worst, self.language)} · {worst.period}", curve, note)

    def _fund_table(self, lines: Sequence[FundLine], years: Sequence[str]) -> Table:
        words = WORDS[self.language]
        made = table([words["fund"], *years])
        found = {(line.key, line.period): line for line in lines}
        names = {line.key: _name(line, self.language) for line in lines}
        for key, name in names.items():
            of = [found.get((key, year)) for year in years]
            if not any(of):
                continue
            add(made, [name, *("" for _ in years)], "bold")
            rows: list[tuple[str, list[str]]] = [
                (words["appropriation"], [self.unit.show(line.appropriation) if line else "" for line in of]),
                (words["p_exceeded"], [share(line.p_exceeded) if line else "" for line in of]),
                (words["runs_out"], [line.likeliest_month if line else "" for line in of]),
            ]
            for word, cells in rows:
                add(made, [f"  {word}", *cells])
        return made

    # ------------------------------------------------------------ a comparison
    def bridge(self, figures: records.Comparison) -> None:
        """The steps with bars to both sides: − to the left."""
        if not figures.bridge:
            return
        of = difference_views.bridge(figures)
        amounts = [step.amount for step in figures.bridge]
        largest = max(abs(amount) for amount in amounts)
        half = BAR // 2 if min(amounts) < 0 < max(amounts) else 0
        made = table([of.title[self.language], *(column.title[self.language] for column in of.columns[1:])])
        made.add_column("", justify="left", no_wrap=True)
        rows = [*of.rows, *([of.total] if of.total is not None else [])]
        for number, row in enumerate(rows):
            cells = [self._cell(column, cell) for column, cell in zip(of.columns, row, strict=True)]
            end = number in (0, len(rows) - 1)
            if not end and not cells[1].startswith("-"):
                cells[1] = f"+{cells[1]}"
            drawn = "" if end else self._step(amounts[number - 1], largest, half)
            add(made, [*cells, drawn], "bold" if end else "")
        self.out.print()
        show(self.out, made)

    def _step(self, amount: float, largest: float, half: int) -> str:
        room = BAR - half
        drawn = text_charts.bar(amount, largest, room, self.signs)
        if amount >= 0:
            return " " * half + drawn
        whole = self.signs.bar * max(len(drawn), 1)
        return whole[:half].rjust(half) if half else whole


def _by_group(figures: Projection | records.Comparison, measure: str) -> records.Table | None:
    of = views.by_group(figures, measure)
    if of is None or figures.by is None:
        return None
    what, by = headings.MEASURE[measure], figures.by.text
    return evolve(of, title=Text(f"{what.en} · {by.en}", f"{what.zh} · {by.zh}"))


def _name(line: FundLine, language: Language) -> str:
    return line.fund[language] if line.pot is None else f"{line.fund[language]} · {line.pot[language]}"


def _columns(of: records.Table, kept: Sequence[int]) -> records.Table:
    def cut(row: Sequence[Cell]) -> tuple[Cell, ...]:
        return tuple(row[n] for n in kept)

    return evolve(
        of,
        columns=tuple(of.columns[n] for n in kept),
        rows=tuple(cut(row) for row in of.rows),
        total=None if of.total is None else cut(of.total),
        left=sum(1 for n in kept if n < of.left),
    )


def _without(of: records.Table, first: int) -> records.Table:
    """The first columns."""
    return _columns(of, range(min(first, len(of.columns))))


def print_comparison(data: Mapping[str, Any], program: Program, language: Language) -> None:
    """The answer, the bridge, B − A by clause, year and group; `program` is B (a clause that only A has goes by its
    name)."""
    words, unit, out = WORDS[language], unit_of_comparison(data), console()
    figures = tables.comparison(data, program)
    printed = _Printed(out, language, unit)
    size = f"{data['draws']:,} {words['draws']}"
    printed.line(f"{words['difference']} · {size} · {unit.stated(language)}")
    printed.line(tables.answer_of_comparison(figures).text[language], "bold")
    printed.bridge(figures)
    of = difference_views.difference(figures)
    differs = [n for n, clause in enumerate(figures.clauses)
               if clause.measures["entitled"].minimum or clause.measures["entitled"].maximum]  # fmt: skip
    title = Text("entitled", "应付")
    printed.show(evolve(of, title=title, rows=tuple(of.rows[n] for n in differs)))
    if len(differs) < len(figures.clauses):
        comma = ", " if language == "en" else "、"
        same = [clause.name[language] for n, clause in enumerate(figures.clauses) if n not in differs]
        printed.line(words["no_difference"].format(comma.join(same)), "dim")
    if len(figures.years) > 1:
        printed.show(difference_views.difference_by_year(figures))
    printed.groups(_by_group(figures, "entitled"), len(figures.years))
    first, last = (unit.show(side.total["entitled"].mean) for side in (figures.a, figures.b))
    out.print()
    printed.line(
        f"{words['total']}：甲 {first} → 乙 {last}" if language == "zh" else f"{words['total']}: A {first} → B {last}"
    )
    printed.notes(figures.run.notes)
