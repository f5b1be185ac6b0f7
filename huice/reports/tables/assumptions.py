"""The lines of a scenario, and the conditions of targets, in the words of both languages.

In: a checked program (the file that holds the scenario is parsed again: the tree has the words and the notes). Out: one
`Assumption` a line, in the order of the file. A scenario that stands in no file of the program has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huice.reports.tables.records import Assumption
from huice.scenario_book.statements import about, block_of, line_text, lines_of
from lang.checking.symbols import names_of as name_and_label
from lang.diagnostics import Text
from lang.formatting import rules
from lang.formatting.layout import flat
from lang.formatting.names import names_of
from lang.formatting.translate import translated
from lang.formatting.writer import Writer
from lang.model import Program
from lang.parsing.parse import parse
from lang.source import Source
from lang.tree import declarations as d


def assumptions_of(program: Program, scenario: str) -> tuple[Assumption, ...]:
    found = program.scenarios.get(scenario)
    if found is None:
        return ()
    pair = _declared(program, found.span.source, d.Scenario, scenario)
    if pair is None:
        return ()
    en, zh = pair
    return tuple(
        Assumption(
            block=Text(block_of(_EN, *a), block_of(_ZH, *b)),
            about=Text(about(_EN, a[0]), about(_ZH, b[0])),
            value=Text(_value(_EN, a[0]), _value(_ZH, b[0])),
            source="；".join(note.text for note in a[0].trivia.notes),
            line=Text(line_text(_EN, a[0]), line_text(_ZH, b[0])),
        )
        for a, b in zip(lines_of(en), lines_of(zh), strict=True)
        if not isinstance(a[0], d.Claims) and not (isinstance(a[0], d.Population) and a[0].roster is None)
    )


def conditions_of(program: Program) -> Mapping[str, Text]:
    """By target, what is asked: `fairs held ≥ 1 per district every year`."""
    found = {}
    for key, target in program.targets.items():
        pair = _declared(program, target.span.source, d.Target, key)
        if pair is not None:
            en, zh = (flat(rules.target(w, node)) for w, node in zip((_EN, _ZH), pair, strict=True))
            found[key] = Text(en.partition(":")[2].strip(), zh.partition("：")[2].strip())
    return found


_EN, _ZH = Writer("en"), Writer("zh")
_Pair = tuple[Any, Any]


def _declared(program: Program, source: Source, kind: type, name: str) -> _Pair | None:
    """A declaration of the file, in English and in Chinese."""
    files = {each.name: each for each in program.sources} | {source.name: source}
    parsed = {key: parse(each)[0] for key, each in files.items()}
    names = names_of(list(parsed.values()))
    english, chinese = (translated(parsed[source.name], names, language) for language in ("en", "zh"))
    for en, zh in zip(english.declarations, chinese.declarations, strict=True):
        if not isinstance(en, kind) or not isinstance(en, d.Scenario | d.Target):
            continue
        if name_and_label(en.name, en.label).name == name:
            return en, zh
    return None


def _value(w: Writer, line: Any) -> str:
    """What is assumed, without the name of what it is assumed of."""
    match line:
        case d.SetValue() | d.Budget() | d.Fixed():
            return line_text(w, line).partition("=")[2].strip()
        case d.Unknown() | d.Lag() | d.Drawn():
            return line_text(w, line).partition("~")[2].strip()
        case d.Period() | d.Arrive() | d.Cash() | d.TakenUp():
            return line_text(w, line).removeprefix(w.opener(_OPENERS[type(line)])).strip()
        case d.Spells() | d.Follows():
            return line_text(w, line).removeprefix(w.name(line.attribute)).strip()
        case _:
            return line_text(w, line)


_OPENERS: Mapping[type, str] = {d.Period: "PERIOD", d.Arrive: "ARRIVE", d.Cash: "CASH", d.TakenUp: "TAKEN_UP"}
