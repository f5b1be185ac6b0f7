"""The lines of a scenario, and the conditions of targets, in the words of both languages.

In: a checked program (the file that holds the scenario is parsed again: the tree has the words and the notes). Out: one
`Assumption` a line, in the order of the file. A scenario that stands in no file of the program has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from huice.reports.tables.records import Assumption
from lang.checking.symbols import names_of as name_and_label
from lang.diagnostics import Text
from lang.formatting import rules, scenarios
from lang.formatting.layout import flat
from lang.formatting.names import names_of
from lang.formatting.translate import translated
from lang.formatting.writer import Writer
from lang.model import Program
from lang.parsing.parse import parse
from lang.source import Source
from lang.tree import declarations as d

PERIOD, SETS, UNKNOWNS = Text("period", "期间"), Text("parameters", "取值"), Text("unknowns", "不确定量")
CLAIMS, BUDGETS, CASH = Text("claims", "申领"), Text("appropriations", "预算"), Text("cash", "支付上限")
ARRIVALS = Text("arrivals", "新增")


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
            block=_block(a, b),
            about=Text(*(_about(w, line) for w, line in ((_EN, a[0]), (_ZH, b[0])))),
            value=Text(*(_value(w, line) for w, line in ((_EN, a[0]), (_ZH, b[0])))),
            source="；".join(note.text for note in a[0].trivia.notes),
            line=Text(_line(_EN, a[0]), _line(_ZH, b[0])),
        )
        for a, b in zip(_statements(en), _statements(zh), strict=True)
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


# ---------------------------------------------------------------- lines
def _statements(node: d.Scenario) -> Iterator[tuple[Any, Any]]:
    """Each line with the block that it stands in (None: the scenario itself)."""
    for line in node.lines:
        if isinstance(line, d.Population | d.Claims):
            if isinstance(line, d.Population) and line.roster is not None:
                yield line, line
            for inner in line.lines:
                yield inner, line
        else:
            yield line, None


def _block(en: tuple[Any, Any], zh: tuple[Any, Any]) -> Text:
    line, inside = en
    match inside:
        case d.Population():
            return Text(_EN.name(inside.entity), _ZH.name(zh[1].entity))
        case d.Claims():
            return CLAIMS
    match line:
        case d.Period():
            return PERIOD
        case d.SetValue():
            return SETS
        case d.Unknown():
            return UNKNOWNS
        case d.Budget():
            return BUDGETS
        case _:
            return CASH


def _about(w: Writer, line: Any) -> str:
    zh = w.spelling.zh
    match line:
        case d.Period():
            return PERIOD["zh" if zh else "en"]
        case d.SetValue():
            return w.name(line.parameter)
        case d.Unknown():
            names = name_and_label(line.name, line.label)
            return names.label if zh and names.label else names.name.replace("_", " ")
        case d.Population():
            return "名册" if zh else "roster"
        case d.Arrive():
            return ARRIVALS["zh" if zh else "en"]
        case d.TakenUp():
            return "申领率" if zh else "taken up"
        case d.Lag():
            return "时滞" if zh else "lag"
        case d.Budget():
            pot = "" if line.pot is None else f" · {w.name(line.pot)}"
            return f"{w.name(line.fund)}{pot} · {line.year}"
        case d.Cash():
            return CASH["zh" if zh else "en"] if line.fund is None else w.name(line.fund)
        case _:
            return w.name(line.attribute)


def _line(w: Writer, line: Any) -> str:
    """The whole statement."""
    match line:
        case d.Period():
            text = scenarios.period(w, line)
        case d.SetValue():
            text = scenarios.set_value(w, line)
        case d.Unknown():
            text = scenarios.unknown(w, line)
        case d.Population():
            text = scenarios.population(w, line)
        case d.Arrive():
            text = scenarios.arrive(w, line)
        case d.TakenUp():
            text = scenarios.taken_up(w, line)
        case d.Lag():
            text = scenarios.lag(w, line)
        case d.Budget():
            text = scenarios.budget(w, line)
        case d.Cash():
            text = scenarios.cash(w, line)
        case _:
            text = scenarios.assumption(w, line)
    return " ".join(flat(text).split())


def _value(w: Writer, line: Any) -> str:
    """What is assumed, without the name of what it is assumed of."""
    match line:
        case d.SetValue() | d.Budget() | d.Fixed():
            return _line(w, line).partition("=")[2].strip()
        case d.Unknown() | d.Lag() | d.Drawn():
            return _line(w, line).partition("~")[2].strip()
        case d.Period() | d.Arrive() | d.Cash() | d.TakenUp():
            return _line(w, line).removeprefix(w.opener(_OPENERS[type(line)])).strip()
        case d.Spells() | d.Follows():
            return _line(w, line).removeprefix(w.name(line.attribute)).strip()
        case _:
            return _line(w, line)


_OPENERS: Mapping[type, str] = {d.Period: "PERIOD", d.Arrive: "ARRIVE", d.Cash: "CASH", d.TakenUp: "TAKEN_UP"}
