"""What changed between two versions, on the terminal: statements before and after, whom they reach, one person each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from compiler.difference.declarations import Aspect, Change, Changes
from compiler.difference.difference import Difference, Verdict
from compiler.difference.witness import Witness, answer_text
from compiler.difference.written import Line
from huice.facts.faults import shown
from huice.reports.names import title_of
from huice.reports.terminal import console
from lang.diagnostics import Language, Text
from lang.model import Program

MOST_LINES = 12  # of one declaration, before and after together
MOST_CASES = 3
_NAMED = 6  # clauses that are named

SORTS = {
    "policy": Text("policy", "政策"), "clause": Text("clause", "条款"), "exclusive": Text("exclusive", "不重复享受"),
    "limit": Text("limit", "名额"), "define": Text("definition", "界定"), "table": Text("table", "标准表"),
    "parameter": Text("parameter", "标准"), "set": Text("set", "范围"), "kind": Text("kind", "类别"),
    "entity": Text("entity", "台账"), "fund": Text("fund", "资金来源"), "target": Text("target", "目标"),
    "scenario": Text("assumptions of scenario", "情景假设"), "duty": Text("duty", "职责"),
    "omit": Text("omission", "不编入"), "property": Text("property", "性质"), "case": Text("case", "案例"),
}  # fmt: skip
ASPECTS: dict[Aspect, Text] = {
    "language": Text("language", "语言"),
    "order": Text("order of declarations", "声明次序"),
    "labels": Text("labels and citations", "标签与依据"),
    "citations": Text("citations", "依据"),
    "notes": Text("notes and comments", "说明与注释"),
    "spelling": Text("ways of writing", "写法"),
    "policy name": Text("the policy's name", "政策名称"),
}
WHAT = {
    "added": Text("only in B", "仅乙有"),
    "removed": Text("only in A", "仅甲有"),
    "renamed": Text("renamed, formerly {}", "改名，原名 {}"),
}
VERDICTS: dict[Verdict, Text] = {
    "nothing changed": Text("Nothing changed.", "没有变化。"),
    "only wording": Text(
        "Only the wording changed; nobody's answer does.", "仅文字表述有变化，任何人的结果都不变。"
    ),
    "same answers": Text(
        "Proved: both compile to the same clauses. Nobody's answer changes.",
        "已证明：两个版本编译出的条款相同，任何人的结果都不变。",
    ),
    "answers differ": Text("Answers differ.", "结果有变化。"),
    "not proved": Text(
        "Not proved: the clauses differ, but nobody was found whose answer does.",
        "未能证明：条款不同，但未找到结果有变化的人。",
    ),
}  # fmt: skip

SOLVED = Text(
    "Proved by the solver: nobody's answer changes whose facts are known.",
    "求解器已证明：凡台账已知者，结果都不变。",
)


def print_difference(found: Difference, language: Language) -> None:
    """`huice diff`."""
    out = console()
    if found.changes.changes or found.changes.wording:
        print_changes(out, found.changes, found.versions[1][0], language)
        out.print()
    if found.verdict == "same answers" and found.proved:
        _line(out, SOLVED[language], style="bold")
    elif found.verdict != "answers differ":
        _line(out, VERDICTS[found.verdict][language], style="bold")
    if found.witnesses:
        print_witnesses(out, found.witnesses, found, language)
    if found.not_proved and found.verdict != "not proved":
        out.print()
    unfound = [clause for clause in found.not_proved if clause not in found.dropped]
    if unfound:
        names = _clauses(unfound, found.versions[1][0], language)
        said = Text(
            f"Not proved: {names}. The rules differ, but nobody was found whose answer does.",
            f"未能证明：{names}。规则不同，但未找到结果有变化的人。",
        )
        _line(out, said[language])
    for clause, members in found.dropped.items():
        named = _clauses([clause], found.versions[1][0], language)
        only = (", " if language == "en" else "、").join(members).replace("_", " ")
        said = Text(
            f"{named}: whoever is {only} is known to A only, and nothing is proved of them.",
            f"{named}：{only} 仅甲中有，对这些对象未作证明。",
        )
        _line(out, said[language])


# ---------------------------------------------------------------- what changed
def print_changes(out: Console, found: Changes, program: Program, language: Language) -> None:
    if found.changes:
        _line(out, Text("What changed", "变化内容")[language], style="bold")
        for change in found.changes:
            _change(out, change, program, language)
    if found.wording:
        aspects = []
        for aspect, places in found.wording.items():
            number = f" ({len(places)})" if language == "en" else f"（{len(places)}处）"
            aspects.append(ASPECTS[aspect][language] + (number if places else ""))
        comma = "、" if language == "zh" else ", "
        said = Text("Only in wording: ", "仅文字表述：")[language] + comma.join(aspects)
        if found.changes:
            out.print()
        _line(out, said)


def _change(out: Console, change: Change, program: Program, language: Language) -> None:
    place = change.place
    title = change.label if language == "zh" and change.label else place.name.replace("_", " ")
    head = RichText()
    head.append(SORTS[place.sort][language] + " ")
    head.append(shown(title), style="bold")
    remarks = []
    if place.entity:
        label = program.entities[place.entity].label if place.entity in program.entities else None
        remarks.append(label if language == "zh" and label else place.entity.replace("_", " "))
    remarks += change.cites
    if change.what in WHAT:
        old = (change.old_name or "").replace("_", " ")
        remarks.append(WHAT[change.what][language].format(old))
    if remarks:
        head.append(shown(" · " + " · ".join(remarks)), style="dim")
    others = [name for name in change.reaches if not (place.sort in ("clause", "limit") and name == place.name)]
    if others:
        head.append(" → " + shown(_clauses(others, program, language)))
    _hanging(out, RichText("  "), head)
    _both(out, change.before, change.after, language)


def _both(out: Console, before: Sequence[Line], after: Sequence[Line], language: Language) -> None:
    """Lines that stand opposite each other show where they differ."""
    opposite = len(before) == len(after)
    texts = [[shown(_text(line, language)) for line in lines] for lines in (before, after)]
    most = MOST_LINES // 2
    for at in range(2):
        sign, colour = ("−", "red") if at == 0 else ("+", "green")
        for number, text in enumerate(texts[at][:most]):
            line = RichText(style=colour)
            other = texts[1 - at][number] if opposite else None
            for part, same in _parts(text, other):
                line.append(part, style="" if same or other is None else "bold underline")
            _hanging(out, RichText(f"    {sign} ", style=colour), line)
        if len(texts[at]) > most:
            more = len(texts[at]) - most
            _line(out, Text(f"    {sign} … {more} more", f"    {sign} …… 另有 {more} 行")[language], style="dim")


def _hanging(out: Console, first: RichText, rest: RichText) -> None:
    """What is too long for its line goes on below itself."""
    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(first, rest)
    out.print(grid)


def _parts(text: str, other: str | None) -> list[tuple[str, bool]]:
    """Pieces of a line, and whether they stand in the other as well."""
    if other is None:
        return [(text, True)]
    mine, others = (re.findall(r"[0-9][0-9_,.]*|\w+|\s+|.", line) for line in (text, other))
    matcher = SequenceMatcher(None, mine, others, autojunk=False)
    return [("".join(mine[i:j]), word == "equal") for word, i, j, _, _ in matcher.get_opcodes()]


def _text(line: Line, language: Language) -> str:
    inside = line.inside[language]
    return f"{inside} · {line.text[language]}" if inside else line.text[language]


def _clauses(names: Sequence[str], program: Program, language: Language) -> str:
    titles = [title_of(program.clauses, name, language) for name in names]
    comma = "、" if language == "zh" else ", "
    if len(titles) > _NAMED:
        more = len(titles) - _NAMED + 1
        return comma.join(titles[: _NAMED - 1]) + Text(f" and {more} more", f"等 {len(titles)} 项")[language]
    return comma.join(titles)


# ---------------------------------------------------------------- whose answer differs
def print_witnesses(out: Console, witnesses: Sequence[Witness], found: Difference, language: Language) -> None:
    _line(out, Text("Whose answer differs, for example", "结果有变化的人，举例")[language], style="bold")
    a, b = Text("A", "甲")[language], Text("B", "乙")[language]
    for number, each in enumerate(witnesses):
        print_witness(out, each, found.versions[1][0], language, a, b)
        if number < MOST_CASES:
            case = each.case(found.versions, language)
            for line in case.rstrip("\n").split("\n"):
                out.print(RichText(f"    {shown(line)}", style="dim"), soft_wrap=True)
    if len(witnesses) > MOST_CASES:
        said = Text("The cases of all, and their facts: --json", "全部案例及其事实数据：--json")
        _line(out, f"  {said[language]}", style="dim")


def print_witness(out: Console, each: Witness, program: Program, language: Language, a: str, b: str) -> None:
    entity, key = each.subject
    label = program.entities[entity].label if entity in program.entities else None
    who = f"{label if language == 'zh' and label else entity.replace('_', ' ')} {key}"
    head = RichText()
    head.append(shown(title_of(program.clauses, each.clause, language)), style="bold")
    head.append(shown(f" · {who}: " if language == "en" else f" · {who}："))
    head.append(shown(f"{a} {answer_text(each.a, language)}"), style="red")
    head.append(" → ")
    head.append(shown(f"{b} {answer_text(each.b, language)}"), style="green")
    _hanging(out, RichText("  "), head)


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(RichText(shown(text), style=style))
