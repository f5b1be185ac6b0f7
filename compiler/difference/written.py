"""The declarations of a program as they stand in its files, by what they declare.

In: a checked program (its sources are parsed again; what was parsed already is at hand). Out: for each declaration its
statements in canonical form, in both languages, and the notes and comments around them. Names are canonical, so that
the same declaration written in Chinese and in English has the same `key`.
"""

from __future__ import annotations

from attrs import frozen

from lang import model
from lang.checking.symbols import names_of as name_and_label
from lang.diagnostics import Text
from lang.formatting.names import Names, names_of
from lang.formatting.statements import statements
from lang.formatting.translate import translated
from lang.formatting.writer import Writer
from lang.parsing.parse import parse
from lang.source import Source
from lang.tree import declarations as d

SORTS: dict[type, str] = {
    d.Policy: "policy", d.Kind: "kind", d.SetOf: "set", d.Entity: "entity", d.Fund: "fund", d.Parameter: "parameter",
    d.Define: "define", d.Table: "table", d.Clause: "clause", d.Exclusive: "exclusive", d.Limit: "limit",
    d.Target: "target", d.Duty: "duty", d.Omit: "omit", d.Property: "property", d.Case: "case", d.Scenario: "scenario",
}  # fmt: skip


@frozen(order=True)
class Place:
    """What is declared: its sort (`clause`), its canonical name, and of a definition the entity."""

    sort: str
    name: str
    entity: str = ""


@frozen
class Line:
    """`key` is alike in both languages and without labels and citations; `text` is what a reader is shown."""

    key: str
    text: Text
    inside: Text


@frozen
class Written:
    """`around`: comments, quotations and notes. `wording`: the lines with labels and citations."""

    place: Place
    lines: tuple[Line, ...]
    wording: tuple[str, ...]
    around: tuple[object, ...]


def written(program: model.Program) -> dict[Place, Written]:
    """In order of the files, modules first. A name that stands twice (the scenario of a file that is for a policy with
    one of the same name): the one that counts."""
    sources = {source.name: source for source in program.sources}
    for scenario in program.scenarios.values():
        sources.setdefault(scenario.span.source.name, scenario.span.source)
    files = [parse(source)[0] for source in sources.values()]
    names = names_of(files)
    found: dict[Place, Written] = {}
    for file, source in zip(files, sources.values(), strict=True):
        english, chinese = (translated(file, names, language) for language in ("en", "zh"))
        for en, zh in zip(english.declarations, chinese.declarations, strict=True):
            if type(en) in SORTS and _counts(program, en, source):
                place = _place(en, names)
                found[place] = _written(place, en, zh)
    return found


def _counts(program: model.Program, node: d.Declaration, source: Source) -> bool:
    if not isinstance(node, d.Scenario):
        return True
    of_program = program.scenarios.get(name_and_label(node.name, node.label).name)
    return of_program is None or of_program.span.source.name == source.name


def _place(node: d.Declaration, names: Names) -> Place:
    sort = SORTS[type(node)]
    match node:
        case d.Case():
            return Place(sort, node.name)
        case d.Omit():
            return Place(sort, node.item)
        case d.Limit():
            clause = names.clauses.find(node.clause.text)
            return Place(sort, node.clause.text if clause is None else _canonical(clause.name, clause.label))
        case d.Define():
            entity = names.entities.find(node.entity.text)
            of = node.entity.text if entity is None else _canonical(entity.name, entity.label)
            return Place(sort, name_and_label(node.name, node.label).name, of)
        case d.Use():
            return Place("use", node.path)
        case _:
            return Place(sort, name_and_label(node.name, node.label).name)


def _canonical(name: str, label: str | None) -> str:
    """The Latin one of a name and a label."""
    if name.isascii() or label is None or not label.isascii():
        return name
    return "_".join(label.split())


def _written(place: Place, en: d.Declaration, zh: d.Declaration) -> Written:
    english, chinese = Writer("en"), Writer("zh")
    plain = statements(english, en, plain=True)
    shown = statements(english, en)
    in_chinese = statements(chinese, zh)
    lines = tuple(
        Line(f"{key.inside} / {key.text}" if key.inside else key.text, Text(a.text, b.text), Text(a.inside, b.inside))
        for key, a, b in zip(plain, shown, in_chinese, strict=True)
    )
    return Written(place, lines, tuple(one.text for one in shown), tuple(one.trivia for one in shown))
