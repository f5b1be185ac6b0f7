"""A sensitivity analysis on the terminal: what to study first, each unknown with its bar, each figure with its drivers.

In: the records of `simulator.sensitivity`. An index is shown with its error, and as the share that it is: what chance
makes less than nothing or more than all (the JSON has it) is shown as nothing or all.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from huice.facts.faults import shown
from huice.reports.amounts import LARGE, WAN, YUAN, Unit
from huice.reports.names import title_of
from huice.reports.terminal import add, console, fits, show, table
from huice.reports.words import policy_title, scenario_title
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.sensitivity.results import Effect, Output, Sensitivity

WIDTH = 12  # of a bar, each side of the middle
FULL, EIGHTHS = "█", " ▏▎▍▌▋▊▉"

WORDS = {
    "unknown": Text("unknown", "未知因素"),
    "first": Text("alone", "单独"),
    "total": Text("in all", "总计"),
    "spread": Text("P10 – P90", "10%–90%分位"),
    "low": Text("at P10", "取10%分位"),
    "high": Text("at P90", "取90%分位"),
    "swing": Text("swing", "变幅"),
    "bar": Text("less ◂ mean ▸ more", "少 ◂ 均值 ▸ 多"),
    "entitled": Text("entitled", "应付"),
    "paid": Text("paid", "实付"),
    "mean": Text("mean", "均值"),
    "people": Text("by people", "个人因素"),
    "drivers": Text("driven by (index in all)", "主要因素（总计份额）"),
    "whole entitled": Text("total entitled", "应付合计"),
    "whole paid": Text("total paid", "实付合计"),
    "legend": Text(
        "alone, in all: share of what the unknowns bring to the variance of the total, by itself and with all its "
        "interactions (± half of a 95% interval). "
        "at P10, at P90: the mean total with this unknown there, the others as uncertain as before.",
        "单独、总计：该因素单独、连同全部交互作用所占未知因素方差的份额（± 为 95% 区间的一半）。"
        "取10%、90%分位：该因素取此值、其他因素照旧不确定时总额的均值。",
    ),
}


def print_sensitivity(found: Sensitivity, program: Program, language: Language) -> None:
    out = console()
    measure = found.measures[0]
    total = found.of("total", "", measure)
    unit = WAN if abs(total.mean) >= LARGE else YUAN
    title = {"draws": found.draws, "scenario": found.plan.scenario.name, "engine": found.engine}
    if found.partial:
        title["partial"] = {"draws": found.draws, "of": found.asked}
    _line(out, policy_title(program, language), "bold")
    _line(out, scenario_title(title, program, language))
    _line(out, unit.stated(language))
    out.print()
    _line(out, _of_total(total, unit, language))
    if total.effects:
        _unknowns(out, found, total, unit, language)
    if found.study_first is not None:
        out.print()
        _line(out, found.study_first.sentence[language], "bold")
    if total.effects:
        out.print()
        show(out, _figures(found, program, unit, language))
        out.print()
        _line(out, WORDS["legend"][language], "dim")
    for note in found.notes:
        _line(out, note[language], "dim")


def _of_total(total: Output, unit: Unit, language: Language) -> str:
    mean, whole = unit.show(total.mean), WORDS[f"whole {total.measure}"][language].capitalize()
    if total.unknowns is None or total.people is None:
        return Text(f"{whole}: {mean}, without variation", f"{whole}：{mean}，无变动")[language]
    return Text(
        f"{whole}: {mean} on average, standard deviation {unit.show(total.sd)}; of its variance the unknowns "
        f"bring {total.unknowns:.1%}, people {total.people:.1%}",
        f"{whole}：均值 {mean}，标准差 {unit.show(total.sd)}；其方差中未知因素占 {total.unknowns:.1%}，"
        f"个人因素占 {total.people:.1%}",
    )[language]


def _unknowns(out: Console, found: Sensitivity, total: Output, unit: Unit, language: Language) -> None:
    """In a narrow window without the bars, then without the means at the ends."""
    for columns in ("all", "figures", "indices"):
        made = _of_unknowns(found, total, unit, language, columns)
        if fits(out, made):
            break
    out.print()
    show(out, made)


def _of_unknowns(found: Sensitivity, total: Output, unit: Unit, language: Language, columns: str) -> Table:
    names = ["unknown", "spread", "first", "total"]
    names += ["low", "high", "swing"] if columns != "indices" else []
    headings = [WORDS[name][language] for name in names]
    made = table(headings, left=1)
    widest = max((max(abs(e.low - total.mean), abs(e.high - total.mean)) for e in total.effects.values()), default=0.0)
    if columns == "all":
        made.add_column(WORDS["bar"][language], justify="center", no_wrap=True)
    scenario = found.plan.scenario
    for name, effect in total.by_swing():
        about = found.unknowns[name]
        cells = [
            title_of(scenario.unknowns, name, language),
            f"{_value(found, name, about.values[0])} – {_value(found, name, about.values[2])}",
            _index(effect.first, effect.first_error),
            _index(effect.total, effect.total_error),
        ]
        if columns != "indices":
            cells += [unit.show(effect.low), unit.show(effect.high), _signed(effect, unit)]
        style = "dim" if effect.none else ""
        row: list[RichText] = [RichText(shown(cell)) for cell in cells]
        if columns == "all":
            row.append(_bar(effect, total.mean, widest))
        made.add_row(*row, style=style)
    return made


def _figures(found: Sensitivity, program: Program, unit: Unit, language: Language) -> Table:
    """Each figure, and the two unknowns that drive it most."""
    made = table([WORDS[name][language] for name in (found.measures[0], "mean", "people")])
    made.add_column(WORDS["drivers"][language], justify="left", no_wrap=True)

    def row(title: str, output: Output, style: str = "") -> None:
        people = "" if output.people is None else f"{output.people:.0%}"
        add(made, [title, unit.show(output.mean), people, _drivers(output, found, language)], style)

    first = found.measures[0]
    for output in found.outputs:
        if output.measure == first and output.scope == "clause":
            row(title_of(program.clauses, output.name, language), output)
    for output in found.outputs:
        if output.measure == first and output.scope == "year":
            row(output.name, output)
    for measure in found.measures:
        row(WORDS[f"whole {measure}"][language], found.of("total", "", measure), "bold")
    return made


def _drivers(output: Output, found: Sensitivity, language: Language) -> str:
    parts = []
    for name, effect in output.by_total()[:2]:
        if effect.total is not None and effect.total >= 0.005:
            parts.append(f"{title_of(found.plan.scenario.unknowns, name, language)} {_share(effect.total):.0%}")
    return " · ".join(parts)


def _index(value: float | None, error: float | None) -> str:
    if value is None or error is None:
        return "?"
    return f"{_share(value):.2f} ±{error:.2f}"


def _share(index: float) -> float:
    return min(max(index, 0.0), 1.0)


def _value(found: Sensitivity, name: str, value: float) -> str:
    """As the unknown is written: a share in per cent, money in yuan."""
    base = found.plan.scenario.unknowns[name].type.base
    if base == "share":
        return f"{value:.1%}"
    if base == "money":
        return f"{value:,.2f}"
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _signed(effect: Effect, unit: Unit) -> str:
    text = unit.show(effect.swing)
    return f"+{text}" if effect.swing > 0 and text.strip("0.,") else text


def _bar(effect: Effect, mean: float, widest: float) -> RichText:
    """Left of the middle what is less than the mean, right of it what is more; P10 in blue, P90 in orange."""
    left, right = RichText(), RichText()
    for value, colour in ((effect.low, "blue"), (effect.high, "dark_orange")):
        share = abs(value - mean) / widest if widest else 0.0
        if value < mean:
            left = RichText(_blocks(share, rightwards=False), style=colour)
        elif value > mean:
            right = RichText(_blocks(share, rightwards=True), style=colour)
    bar = RichText(" " * (WIDTH - left.cell_len)) + left + RichText("│", style="dim") + right
    bar.pad_right(2 * WIDTH + 1 - bar.cell_len)
    return bar


def _blocks(share: float, rightwards: bool) -> str:
    """Eighths of a cell where the bar grows to the right; whole cells to the left, where there are no such signs."""
    cells = min(share, 1.0) * WIDTH
    if not rightwards:
        return FULL * round(cells)
    whole = int(cells)
    return FULL * whole + EIGHTHS[int((cells - whole) * 8)].strip()


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(RichText(shown(text), style=style))
