"""A projection on the terminal, from the JSON form of the results: total, by clause, by year, by group, by fund."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from huice.facts.faults import shown
from huice.reports.amounts import Unit, unit_of, unit_of_comparison
from huice.reports.names import title_of
from huice.reports.terminal import add, console, fits, show, table
from huice.reports.words import (
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


def spread(distribution: Mapping[str, Any], unit: Unit) -> list[str]:
    """mean, P10, P50, P90."""
    return [unit.show(distribution["mean"]), *(unit.show(distribution["quantiles"][q]) for q in QUANTILES)]


def print_simulation(data: Mapping[str, Any], program: Program, language: Language) -> None:
    out = console()
    unit = unit_of(data)
    out.print(policy_title(program, language), style="bold", highlight=False, markup=False)
    out.print(scenario_title(data, program, language), highlight=False, markup=False)
    out.print(unit.stated(language), highlight=False, markup=False)
    _show(out, _total(data, language, unit))
    _show(out, _clauses(data, program, language, unit))
    years = list(data["years"])
    _show(out, _years(data, language, unit))
    if data.get("groups"):
        whole = _groups(data, program, language, unit, years, spread=True)
        if fits(out, whole):
            _show(out, whole)
        else:
            _by_year(out, years, lambda part: _groups(data, program, language, unit, part))
    if budgets_of(data, program, language):
        _by_year(out, years, lambda part: _funds(data, program, language, unit, part))
    if data.get("targets"):
        _show(out, _targets(data, program, language))


def _show(out: Console, made: Table) -> None:
    out.print()
    show(out, made)


def _by_year(out: Console, years: Sequence[str], make: Callable[[Sequence[str]], Table]) -> None:
    """A table with a column a year; in a narrow window several tables of fewer years."""
    made = make(years)
    if fits(out, made) or len(years) == 1:
        _show(out, made)
        return
    half = (len(years) + 1) // 2
    _by_year(out, years[:half], make)
    _by_year(out, years[half:], make)


def _total(data: Mapping[str, Any], language: Language, unit: Unit) -> Table:
    words = WORDS[language]
    made = table([words["whole"], *spread_headings(language)])
    for part in PARTS:
        add(made, [words[part], *spread(data["total"][part], unit)])
    return made


def _clauses(data: Mapping[str, Any], program: Program, language: Language, unit: Unit) -> Table:
    words = WORDS[language]
    made = table([f"{words['paid']} · {words['clause']}", *spread_headings(language), words["payments"]])
    for name, clause in data["clauses"].items():
        count = f"{clause['payments']['mean']:,.1f}"
        add(made, [title_of(program.clauses, name, language), *spread(clause["paid"], unit), count])
    total = data["total"]
    add(made, [words["total"], *spread(total["paid"], unit), f"{total['payments']['mean']:,.1f}"], "bold")
    return made


def _years(data: Mapping[str, Any], language: Language, unit: Unit) -> Table:
    words = WORDS[language]
    made = table([f"{words['paid']} · {words['year']}", *spread_headings(language)])
    for year, values in data["years"].items():
        add(made, [year, *spread(values["total"]["paid"], unit)])
    return made


def _groups(
    data: Mapping[str, Any],
    program: Program,
    language: Language,
    unit: Unit,
    years: Sequence[str],
    spread: bool = False,
    part: str = "paid",
) -> Table:
    """Mean paid (or another `part`) by group and year, and in the whole period (with `spread`: its P10 and P90 too)."""
    words = WORDS[language]
    heading = f"{words[part]} · {group_word(data, program, language)}"
    ends = ("0.1", "0.9") if spread else ()
    made = table([heading, *years, words["total"], *(words[q] for q in ends)])

    def row(title: str, group: Mapping[str, Any], style: str = "") -> None:
        whole = group["total"][part]
        figures = [group["years"][year]["total"][part]["mean"] for year in years]
        figures += [whole["mean"], *(whole["quantiles"][q] for q in ends)]
        add(made, [title, *(unit.show(figure) for figure in figures)], style)

    for title, group in groups_of(data, program, language):
        row(title, group)
    row(words["total"], data, "bold")
    return made


def _funds(data: Mapping[str, Any], program: Program, language: Language, unit: Unit, years: Sequence[str]) -> Table:
    """For each fund (and pot) with an appropriation, by year: how much, the chance that it does not last, till when."""
    words = WORDS[language]
    made = table([words["fund"], *years])
    for fund, pot, by_year in budgets_of(data, program, language):
        lines = [by_year.get(year) for year in years]
        if not any(lines):
            continue
        add(made, [f"{fund} · {pot}" if pot else fund, *("" for _ in years)], "bold")
        add(
            made, [f"  {words['appropriation']}", *(unit.show(line["appropriation"]) if line else "" for line in lines)]
        )
        add(made, [f"  {words['p_exceeded']}", *(f"{line['p_exceeded']:.1%}" if line else "" for line in lines)])
        add(made, [f"  {words['runs_out']}", *(likeliest_month(line) if line else "" for line in lines)])
    return made


def _targets(data: Mapping[str, Any], program: Program, language: Language) -> Table:
    words = WORDS[language]
    made = table([words["target"], words["chance"]])
    for name, target in data["targets"].items():
        add(made, [title_of(program.targets, name, language), f"{target['probability']:.1%}"])
    return made


def print_comparison(data: Mapping[str, Any], program: Program, language: Language) -> None:
    """B − A by clause, year and group; `program` is B (a clause that only A has goes by its name)."""
    words = WORDS[language]
    unit = unit_of_comparison(data)
    made = table([words["entitled"], *spread_headings(language), words["least"], words["most"]])

    def row(title: str, value: Mapping[str, Any], style: str = "") -> None:
        add(made, [title, *spread(value, unit), unit.show(value["min"]), unit.show(value["max"])], style)

    same = []
    for name, clause in data["difference"]["clauses"].items():
        if clause["entitled"]["min"] or clause["entitled"]["max"]:
            row(title_of(program.clauses, name, language), clause["entitled"])
        else:
            same.append(title_of(program.clauses, name, language))
    for year, values in data["difference"].get("years", {}).items():
        row(year, values["total"]["entitled"])
    row(words["total"], data["difference"]["total"]["entitled"], "bold")
    out = console()
    size = f"{data['draws']:,} {words['draws']}"
    out.print(f"{words['difference']} · {size} · {unit.stated(language)}", highlight=False, markup=False)
    _show(out, made)
    if same:
        said = words["no_difference"].format((", " if language == "en" else "、").join(same))
        out.print(RichText(shown(said), style="dim"))
    if data["difference"].get("groups"):
        groups = {**data["difference"], "manifest": data["a"]["manifest"]}
        _show(out, _groups(groups, program, language, unit, list(groups["years"]), spread=True, part="entitled"))
    a, b = (unit.show(data[version]["total"]["entitled"]["mean"]) for version in ("a", "b"))
    out.print()
    said = f"{words['total']}：甲 {a} → 乙 {b}" if language == "zh" else f"{words['total']}: A {a} → B {b}"
    out.print(said, highlight=False, markup=False)
