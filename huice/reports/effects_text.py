"""A comparison's other half on the terminal: what changed, for whom, and one simulated person as a case."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from huice.facts.faults import shown
from huice.reports.difference_text import print_changes, print_witness
from huice.reports.names import member_name, title_of
from huice.reports.terminal import add, console, fits, show, table
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.affected import OUTCOMES, Affected, Outcome, Tally
from simulator.effects import Effects

COLUMNS: dict[Outcome, Text] = {
    "more": Text("get more", "增加"),
    "less": Text("get less", "减少"),
    "earlier": Text("earlier", "提前"),
    "later": Text("later", "推后"),
}
EXAMPLES: dict[Outcome, Text] = {
    "more": Text("Who gets more, for example", "金额增加者，例如"),
    "less": Text("Who gets less, for example", "金额减少者，例如"),
    "earlier": Text("Who gets the same earlier, for example", "金额不变、时间提前者，例如"),
    "later": Text("Who gets the same later, for example", "金额不变、时间推后者，例如"),
}
NOBODY = Text("Nobody gets more or less, earlier or later.", "没有人的应付金额或时间有变化。")


def print_effects(found: Effects, language: Language) -> None:
    """Before the money: what changed and for whom."""
    out = console()
    if found.changes.nothing:
        out.print(Text("Nothing changed.", "没有变化。")[language], style="bold")
    else:
        print_changes(out, found.changes, found.versions[1][0], language)
    out.print()
    if found.people is None or not found.people.anybody:
        out.print(NOBODY[language])
    else:
        _people(out, found.people, found.versions[1][0], language)
        _examples(out, found, language)
    out.print()


def _people(out: Console, people: Affected, program: Program, language: Language) -> None:
    """In a narrow window the means alone."""
    made = _counted(people, program, language, spread=True)
    if not fits(out, made):
        made = _counted(people, program, language, spread=False)
    show(out, made)
    said: dict[Outcome, Text] = {
        "more": Text("Nobody gets more, in any draw.", "任何一次抽样中都没有人金额增加。"),
        "less": Text("Nobody gets less, in any draw.", "任何一次抽样中都没有人金额减少。"),
    }
    nobody = [o for o in said if not any(tally.rows[o].any() for tally in people.clauses.values())]
    if nobody:
        out.print(" ".join(said[o][language] for o in nobody))


def _counted(people: Affected, program: Program, language: Language, *, spread: bool) -> Table:
    heading = Text(f"For whom · mean of {people.draws:,} draws", f"影响对象 · {people.draws:,} 次抽样均值")
    if spread:
        heading = Text(f"{heading.en} (least to most)", f"{heading.zh}（最小至最大）")
    outcomes = [o for o in OUTCOMES if any(tally.rows[o].any() for tally in people.clauses.values())]
    money = Text("yuan in all", "金额合计（元）")[language]
    made = table([heading[language], *(COLUMNS[outcome][language] for outcome in outcomes), money])

    def row(title: str, tally: Tally, style: str = "") -> None:
        cells = [_count(tally, outcome, spread) for outcome in outcomes]
        add(made, [title, *cells, _money(tally)], style)

    for entity, tally in people.entities.items():
        if not tally.anybody:
            continue
        row(_entity(program, entity, float(people.number[entity].mean()), language), tally, "bold")
        clauses = [name for name, of in people.entity_of.items() if of == entity]
        if len(people.clauses) > 1:
            for name in clauses:
                if people.clauses[name].anybody:
                    row(f"  {title_of(program.clauses, name, language)}", people.clauses[name])
        for group, of_group in people.groups.get(entity, {}).items():
            if of_group.anybody:
                row(f"  {member_name(program, group, language)}", of_group)
    return made


def _count(tally: Tally, outcome: Outcome, spread: bool) -> str:
    rows = tally.rows[outcome]
    if not spread:
        return f"{rows.mean():,.1f}" if rows.any() else "0"
    return f"{rows.mean():,.1f} ({rows.min():,} – {rows.max():,})" if rows.any() else "0"


def _money(tally: Tally) -> str:
    """What the winners gain and the losers lose, on average."""
    parts = [f"+{tally.gained.mean() / 100:,.0f}"] if tally.gained.any() else []
    parts += [f"−{tally.lost.mean() / 100:,.0f}"] if tally.lost.any() else []
    return " ".join(parts) or "0"


def _entity(program: Program, name: str, number: float, language: Language) -> str:
    label = program.entities[name].label if name in program.entities else None
    title = label if language == "zh" and label else name.replace("_", " ")
    return Text(f"{title} (of {number:,.0f})", f"{title}（共 {number:,.0f}）")[language]


def _examples(out: Console, found: Effects, language: Language) -> None:
    a, b = Text("A", "甲")[language], Text("B", "乙")[language]
    for number, (outcome, each) in enumerate(found.examples):
        out.print()
        out.print(EXAMPLES[outcome][language], style="bold")
        print_witness(out, each, found.versions[1][0], language, a, b)
        if number == 0:
            for line in each.case(found.versions, language).rstrip("\n").split("\n"):
                out.print(RichText(f"    {shown(line)}", style="dim"), soft_wrap=True)
