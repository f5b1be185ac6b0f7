"""A scenario's statements, each with the figures that stand in it.

In: a checked program and the name of one of its scenarios (its file is parsed again: the tree has the words and the
notes). Out: `Statement`s in order of the file, in the language asked for. What a figure is, the tree says: the
canonical text of the scenario is parsed once more, and every literal in it has its place there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Literal

import attrs
from attrs import evolve, frozen

from huice.scenario_book.layout import BY_FUND, BY_YEAR, SCENARIO, mark
from lang.checking.symbols import names_of as name_and_label
from lang.diagnostics import Language, Text
from lang.formatting import scenarios
from lang.formatting.layout import flat
from lang.formatting.names import names_of
from lang.formatting.translate import translated
from lang.formatting.writer import Writer
from lang.model import Program
from lang.parsing.parse import parse
from lang.source import Source
from lang.tree import declarations as d
from lang.tree import syntax as s

PERIOD, SETS, UNKNOWNS = Text("period", "期间"), Text("parameters", "取值"), Text("unknowns", "不确定量")
CLAIMS, BUDGETS, CASH = Text("claims", "申领"), Text("appropriations", "预算"), Text("cash", "支付上限")
ARRIVALS, ROSTER = Text("arrivals", "新增"), Text("roster", "名册")
_MONTH = re.compile(r"\d{4}-\d{2}(?!-?\d)|\d{4}年\d{1,2}月(?!\d)")
_AMOUNT = re.compile(r"\d[\d_]*(?:\.\d+)?")
_LITERALS = (s.Number, s.Money, s.Percent, s.Length, s.CalendarMonth, s.Day)
Sort = Literal["number", "percent", "text"]


@frozen(kw_only=True)
class Figure:
    """`start`, `end`: its place in the statement. `value`: a percentage as a fraction; months and days as text."""

    start: int
    end: int
    sort: Sort
    value: Decimal | str
    label: str
    unit: str


@frozen(kw_only=True)
class Statement:
    """`text` as in a policy. `opens`: what follows with the same `block` stands inside it. `notes`: one string each."""

    block: str
    about: str
    text: str
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    opens: bool = False

    @property
    def template(self) -> str:
        """The text with ①, ② … in the place of its figures."""
        text = self.text
        for number in range(len(self.figures) - 1, -1, -1):
            figure = self.figures[number]
            text = text[: figure.start] + mark(number) + text[figure.end :]
        return text


@frozen(kw_only=True)
class BudgetRow:
    """The appropriations of a fund or pot: by year yuan, or what is written where it is no plain amount."""

    fund: str
    pot: str
    amounts: dict[int, Decimal | str]
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class ScenarioRows:
    """`budgets` stand where `statements` has the line BY_FUND or BY_YEAR; empty: they are statements like others."""

    name: str
    language: Language
    statements: tuple[Statement, ...]
    years: tuple[int, ...] = ()
    budgets: tuple[BudgetRow, ...] = ()


def rows_of(program: Program, scenario: str, language: Language) -> ScenarioRows | None:
    """None: no file of the program has it."""
    node = _in_language(program, scenario, language)
    if node is None:
        return None
    w = Writer(language)
    run, by_fund = _table_of_budgets(node)
    table = {id(line) for line in run}
    found: list[tuple[Any, Any, str]] = []  # line, block, text
    for line, inside in lines_of(node):
        if id(line) not in table:
            found.append((line, inside, line_text(w, line)))
    texts = _with_figures(w, node, found)
    statements = [
        Statement(
            block=SCENARIO[language], about=_title(w, node), text=_flat(scenarios.scenario(w, node)),
            notes=_notes(node.trivia),
        )
    ]  # fmt: skip
    at = {id(line): number for number, (line, _, _) in enumerate(found)}
    placed = False
    for line, _ in lines_of(node):
        if id(line) in table:
            if not placed:
                text = (BY_FUND if by_fund else BY_YEAR)[language]
                statements.append(Statement(block=BUDGETS[language], about=BUDGETS[language], text=text))
                placed = True
            continue
        statements.append(texts[at[id(line)]])
    years = tuple(dict.fromkeys(line.year for line in run))
    return ScenarioRows(
        name=name_and_label(node.name, node.label).name, language=language, statements=tuple(statements),
        years=years, budgets=tuple(_budget_rows(w, run)),
    )  # fmt: skip


def _in_language(program: Program, scenario: str, language: Language) -> d.Scenario | None:
    found = program.scenarios.get(scenario)
    if found is None:
        return None
    own = found.span.source
    files = {each.name: each for each in program.sources} | {own.name: own}
    parsed = {key: parse(each)[0] for key, each in files.items()}
    file = translated(parsed[own.name], names_of(list(parsed.values())), language)
    for node in file.declarations:
        if isinstance(node, d.Scenario) and name_and_label(node.name, node.label).name == scenario:
            return node
    return None


# ---------------------------------------------------------------- lines
def lines_of(node: d.Scenario) -> Iterator[tuple[Any, Any]]:
    """Each line with the block that it stands in; a block's own line stands before its lines."""
    for line in node.lines:
        yield line, None
        if isinstance(line, d.Population | d.Claims):
            for inner in line.lines:
                yield inner, line


def line_text(w: Writer, line: Any) -> str:
    """One statement, in canonical form, on one line."""
    match line:
        case d.Period():
            return _flat(scenarios.period(w, line))
        case d.SetValue():
            return _flat(scenarios.set_value(w, line))
        case d.Unknown():
            return _flat(scenarios.unknown(w, line))
        case d.Population():
            return _flat(scenarios.population(w, line))
        case d.Claims():
            return _flat(scenarios.claims(w, line))
        case d.Arrive():
            return _flat(scenarios.arrive(w, line))
        case d.TakenUp():
            return _flat(scenarios.taken_up(w, line))
        case d.Lag():
            return _flat(scenarios.lag(w, line))
        case d.Budget():
            return _flat(scenarios.budget(w, line))
        case d.Cash():
            return _flat(scenarios.cash(w, line))
        case _:
            return _flat(scenarios.assumption(w, line))


def _flat(text: str) -> str:
    return " ".join(flat(text).split())


def _notes(trivia: s.Trivia) -> tuple[str, ...]:
    return tuple(note.text for note in trivia.notes)


def _title(w: Writer, node: d.Scenario) -> str:
    names = name_and_label(node.name, node.label)
    return names.label if w.language == "zh" and names.label else names.name.replace("_", " ")


def block_of(w: Writer, line: Any, inside: Any) -> str:
    """What the part of the scenario is called in which a line stands; the same for a block's own line."""
    match inside if inside is not None else line:
        case d.Population(entity=entity):
            return w.name(entity)
        case d.Claims():
            return CLAIMS[w.language]
        case d.Period():
            return PERIOD[w.language]
        case d.SetValue():
            return SETS[w.language]
        case d.Unknown():
            return UNKNOWNS[w.language]
        case d.Budget():
            return BUDGETS[w.language]
        case _:
            return CASH[w.language]


def about(w: Writer, line: Any) -> str:
    """What a line is about, for the reader."""
    zh = w.language == "zh"
    match line:
        case d.Period():
            return PERIOD[w.language]
        case d.SetValue():
            return w.name(line.parameter)
        case d.Unknown():
            names = name_and_label(line.name, line.label)
            return names.label if zh and names.label else names.name.replace("_", " ")
        case d.Population():
            return ROSTER[w.language] if line.roster is not None else ""
        case d.Claims():
            return ""
        case d.Arrive():
            return ARRIVALS[w.language]
        case d.TakenUp():
            return "申领率" if zh else "taken up"
        case d.Lag():
            return "时滞" if zh else "lag"
        case d.Budget():
            pot = "" if line.pot is None else f" · {w.name(line.pot)}"
            return f"{w.name(line.fund)}{pot} · {line.year}"
        case d.Cash():
            return CASH[w.language] if line.fund is None else w.name(line.fund)
        case _:
            return w.name(line.attribute)


# ---------------------------------------------------------------- figures
def _with_figures(w: Writer, node: d.Scenario, found: list[tuple[Any, Any, str]]) -> list[Statement]:
    """The lines with their figures: the canonical text is parsed, and the literals of each line lie in it."""
    head = _flat(scenarios.scenario(w, node)) + "\n"
    text, starts = head, []
    for _, inside, line in found:
        indent = "    " if inside is not None else "  "
        starts.append(len(text) + len(indent))
        text += f"{indent}{line}\n"
    parsed = [x for x in parse(Source(text, "scenario"))[0].declarations if isinstance(x, d.Scenario)]
    literals = sorted(_literals(parsed), key=lambda literal: literal.span.start)
    statements = []
    for (line, inside, written), start in zip(found, starts, strict=True):
        own = [x for x in literals if start <= x.span.start and x.span.end <= start + len(written)]
        places = [(x.span.start - start, x.span.end - start, x) for x in own]
        figures = _of_line(w, line, written, places)
        statements.append(
            Statement(
                block=block_of(w, line, inside), about=about(w, line), text=written, notes=_notes(line.trivia),
                figures=tuple(figures), opens=isinstance(line, d.Population | d.Claims),
            )
        )  # fmt: skip
    return statements


def _literals(node: Any) -> Iterator[Any]:
    """Every literal in a tree."""
    if isinstance(node, _LITERALS):
        yield node
    elif isinstance(node, tuple | list):
        for item in node:
            yield from _literals(item)
    elif attrs.has(type(node)) and not isinstance(node, s.Trivia | s.Name):
        for field in attrs.fields(type(node)):
            if field.name not in ("span", "trivia"):
                yield from _literals(getattr(node, field.name))


def _of_line(w: Writer, line: Any, text: str, places: Iterable[tuple[int, int, Any]]) -> list[Figure]:
    figures = [_figure(text, start, end, literal) for start, end, literal in places]
    taken = [(f.start, f.end) for f in figures]
    if not isinstance(line, d.Budget | d.SetValue):
        plain = _without_quotes(text)
        for match in _MONTH.finditer(plain):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                figures.append(_month(match))
    if isinstance(line, d.Cash) and line.claims is not None:
        found = list(_AMOUNT.finditer(text))[-1]
        figures.append(
            Figure(start=found.start(), end=found.end(), sort="number", value=Decimal(line.claims), label="", unit="")
        )
    figures.sort(key=lambda figure: figure.start)
    return [evolve(f, label=_label(text, figures, n)) for n, f in enumerate(figures)]


def _without_quotes(text: str) -> str:
    """Of the same length, quoted texts blank."""
    return re.sub(r"\"[^\"]*\"|“[^”]*”|「[^」]*」", lambda m: " " * len(m[0]), text)


def _month(match: re.Match[str]) -> Figure:
    year, month = re.findall(r"\d+", match[0])
    return Figure(
        start=match.start(), end=match.end(), sort="text", value=f"{year}-{int(month):02d}", label="", unit=""
    )


def _figure(text: str, start: int, end: int, literal: Any) -> Figure:
    written = text[start:end]
    match literal:
        case s.Percent(value=value):
            return Figure(start=start, end=end, sort="percent", value=value, label="", unit="%")
        case s.CalendarMonth() | s.Day():
            return Figure(start=start, end=end, sort="text", value=_plain_date(written), label="", unit="")
        case _:
            found = _AMOUNT.search(written)
            assert found is not None, written
            return Figure(
                start=start + found.start(), end=start + found.end(), sort="number",
                value=Decimal(found[0].replace("_", "")), label="", unit=written[found.end() :].strip(),
            )  # fmt: skip


def _plain_date(written: str) -> str:
    parts = re.findall(r"\d+", written)
    return "-".join([parts[0], *(f"{int(part):02d}" for part in parts[1:])])


def _label(text: str, figures: list[Figure], number: int) -> str:
    """What stands before the figure, back to the figure before it, as far as it says something."""
    start = figures[number - 1].end if number else 0
    before = text[start : figures[number].start]
    parts = re.split(r"[~=＝：:（()），,]", before)
    if number == 0 and len(parts) == 1:
        return ""  # the opening word of the statement
    unit = figures[number - 1].unit if number else ""
    return parts[-1].strip().removeprefix(unit).strip(" 、")


# ---------------------------------------------------------------- appropriations
def _table_of_budgets(node: d.Scenario) -> tuple[list[d.Budget], bool]:
    """The budgets, where a table by fund, pot and year can hold them: they stand together, each once, fund by fund
    (True) or year by year. Else none."""
    budgets = [line for line in node.lines if isinstance(line, d.Budget)]
    if len(budgets) < 2:
        return [], True
    first = node.lines.index(budgets[0])
    if [id(line) for line in node.lines[first : first + len(budgets)]] != [id(line) for line in budgets]:
        return [], True
    keys = [(_pot_key(line), line.year) for line in budgets]
    if len(set(keys)) < len(keys):
        return [], True
    pots = list(dict.fromkeys(pot for pot, _ in keys))
    years = list(dict.fromkeys(year for _, year in keys))
    by_fund = [(pot, year) for pot in pots for year in years if (pot, year) in keys]
    by_year = [(pot, year) for year in years for pot in pots if (pot, year) in keys]
    if keys == by_fund:
        return budgets, True
    return (budgets, False) if keys == by_year else ([], True)


def _pot_key(line: d.Budget) -> tuple[str, str]:
    return line.fund.text, "" if line.pot is None else line.pot.text


def _budget_rows(w: Writer, run: list[d.Budget]) -> Iterator[BudgetRow]:
    rows: dict[tuple[str, str], list[d.Budget]] = {}
    for line in run:
        rows.setdefault(_pot_key(line), []).append(line)
    for lines in rows.values():
        amounts: dict[int, Decimal | str] = {}
        for line in lines:
            if isinstance(line.amount, s.Money):
                amounts[line.year] = line.amount.yuan
            else:
                amounts[line.year] = _flat(w.expressions.amount(line.amount))
        notes = tuple(f"{line.year}：{note}" for line in lines for note in _notes(line.trivia))
        pot = lines[0].pot
        yield BudgetRow(
            fund=w.name(lines[0].fund), pot="" if pot is None else w.name(pot), amounts=amounts, notes=notes
        )
