"""`huice facts check` on the terminal: what was read, what is wrong, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text as Styled

from huice.facts.faults import SEVERITIES, Fault, shown
from huice.facts.survey import Survey
from huice.programs import Loaded
from huice.reports.names import missing_name, title_of
from huice.reports.terminal import add, console, show, table
from lang.diagnostics import Language, Text, counted
from lang.model import Program

MOST = 20  # faults of one kind that are shown one by one
NAMED = 3  # clauses that a row names


def print_survey(survey: Survey, loaded: Loaded, language: Language) -> None:
    assert loaded.model is not None
    model = loaded.model
    out = console()
    rows = table([Text("entity", "台账")[language], Text("rows", "行数")[language]], Text("Read", "已读取")[language])
    for name, count in survey.entities.items():
        add(rows, [title_of(model.entities, name, language), f"{count:,}"])
    show(out, rows)
    for line in _faults(survey.faults, language):
        out.print(Styled(line))
    for stranger in survey.strangers:
        out.print(
            Styled(_stranger(stranger.entity, stranger.attribute, stranger.rows, stranger.examples, model, language))
        )
    if survey.unknown:
        title = Text("Not known, though clauses read it", "条款需要而名册未提供")[language]
        headings = Text("fact|read by|not known|of", "栏目|读取的条款|未知|共")[language].split("|")
        unknown = table(headings, title, left=2)
        for u in survey.unknown:
            of = (
                f"{title_of(model.entities, u.entity, language)} · {_attribute(model, u.entity, u.attribute, language)}"
            )
            names = [title_of(model.clauses, clause, language) for clause in u.clauses]
            add(unknown, [of, _first(names, language), f"{u.unknown:,}", f"{u.rows:,}"])
        show(out, unknown)
    if survey.waiting:
        title = Text("Clauses that cannot be decided", "无法判定的条款")[language]
        waiting = table(Text("clause|missing|rows", "条款|缺少|行数")[language].split("|"), title, left=2)
        for w in survey.waiting:
            missing = [f"{_missing(model, w.entity, name, language)} ({count:,})" for name, count in w.missing.items()]
            add(waiting, [title_of(model.clauses, w.clause, language), _listed(missing, language), f"{w.count:,}"])
        show(out, waiting)
    out.print(Styled(_verdict(survey, language)))


def _listed(names: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _first(names: Sequence[str], language: Language) -> str:
    """A few of them, and how many there are."""
    few = _listed(names[:NAMED], language)
    if len(names) <= NAMED:
        return few
    return Text(f"{few} and {len(names) - NAMED} more", f"{few}等 {len(names)} 项")[language]


def _attribute(model: Program, entity: str, name: str, language: Language) -> str:
    return title_of(model.entities[entity].attributes, name, language)


def _missing(model: Program, entity: str, name: str, language: Language) -> str:
    """A fact of the row, a parameter, or `entity.attribute` of another row."""
    other, dot, attribute = name.partition(".")
    if dot and other in model.entities:
        return f"{title_of(model.entities, other, language)} · {_attribute(model, other, attribute, language)}"
    return missing_name(model, entity, name, language)


def _faults(faults: Sequence[Fault], language: Language) -> list[str]:
    """Errors first; many of one kind are cut short."""
    lines: list[str] = []
    for severity in SEVERITIES:
        listed = [fault for fault in faults if fault.severity == severity]
        lines += [fault.headed(language) for fault in listed[:MOST]]
        if len(listed) > MOST:
            more = len(listed) - MOST
            lines.append(
                Text(f"… and {more:,} more (--json lists all)", f"……另有 {more:,} 条（--json 全部列出）")[language]
            )
    return lines


def _stranger(
    entity: str, attribute: str, rows: int, examples: Sequence[str], model: Program, language: Language
) -> str:
    of, named = title_of(model.entities, entity, language), _attribute(model, entity, attribute, language)
    target = title_of(model.entities, model.entities[entity].attributes[attribute].type.name or "", language)
    few = shown(_listed(examples, language))
    message = Text(
        f"note: {counted(rows, 'row')} of {of}: {named} names a {target} that has no row ({few} …)",
        f"提示：{of}中有 {rows:,} 行的“{named}”在“{target}”台账中没有对应行（{few} 等）",
    )
    return message[language]


def _verdict(survey: Survey, language: Language) -> str:
    if not any(survey.entities.values()):
        message = Text("This roster holds no rows.", "该名册没有任何数据行。")
    elif survey.errors:
        message = Text(
            f"{survey.errors:,} faults. What could not be read counts as unknown; the rest can be evaluated.",
            f"共 {survey.errors:,} 处错误。无法读取的内容按未知处理，其余可以计算。",
        )
    elif survey.waiting is None:
        message = Text("No faults.", "没有错误。")
    elif survey.waiting:
        rows = sum(w.count for w in survey.waiting)
        message = Text(
            f"No faults; {rows:,} decisions wait for what is missing.", f"没有错误；{rows:,} 项判定因信息缺失待定。"
        )
    else:
        message = Text("No faults, and nothing is missing.", "没有错误，信息齐全。")
    return message[language]
