"""A declaration as its statements, each on one line: what a comparison shows of two versions.

In: a declaration of the tree, and a writer. Out: its statements in order of the file, without comments and notes,
each with the line of the block that it stands in (a population of a scenario, a row of a case). Labels and citations
are left out where the caller asks for what is meant, not for how it is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, assert_never

import attrs
from attrs import frozen

from lang.formatting import rules, scenarios, vocabulary
from lang.formatting.layout import flat
from lang.formatting.writer import Writer
from lang.tree import declarations as d
from lang.tree import syntax as s

Node = TypeVar("Node")


@frozen
class Statement:
    """`inside`: the opening line of the block within the declaration, if there is one."""

    text: str
    inside: str = ""
    trivia: s.Trivia = s.NO_TRIVIA


def statements(w: Writer, node: d.Declaration, *, plain: bool = False) -> list[Statement]:
    """`plain`: without labels and citations."""
    return [
        Statement(" ".join(flat(text).split()), " ".join(flat(inside).split()), trivia)
        for text, inside, trivia in _lines(w, _plain(node) if plain else node)
    ]


def _plain(node: Node) -> Node:
    """The node and all that stands in it, without labels and citations."""
    changes: dict[str, Any] = {}
    fields = attrs.fields_dict(type(node))  # type: ignore[arg-type]
    for name in fields:
        value = getattr(node, name)
        if name == "label":
            changes[name] = None
        elif name == "cites":
            changes[name] = ()
        elif name in ("attributes", "lines", "members", "values", "rows", "rules") and isinstance(value, tuple):
            changes[name] = tuple(_plain(item) if attrs.has(type(item)) else item for item in value)
    return attrs.evolve(node, **changes) if changes else node  # type: ignore[misc]


Line = tuple[str, str, s.Trivia]


def _lines(w: Writer, node: d.Declaration) -> Iterator[Line]:
    def line(text: str, of: Any = node, inside: str = "") -> Line:
        return text, inside, of.trivia

    match node:
        case d.Policy():
            yield line(vocabulary.policy(w, node))
            for child in node.lines:
                write = vocabulary.paid_from if isinstance(child, d.PaidFrom) else vocabulary.policy_line
                yield line(write(w, child), child)  # type: ignore[arg-type]
        case d.Use():
            yield line(vocabulary.use(w, node))
        case d.Kind():
            yield line(vocabulary.kind(w, node))
        case d.SetOf():
            yield line(vocabulary.set_of(w, node))
        case d.Entity():
            yield line(vocabulary.entity(w, node))
            yield from (line(vocabulary.has(w, child), child) for child in node.attributes)
        case d.Fund():
            yield line(vocabulary.fund(w, node))
        case d.Parameter():
            yield line(vocabulary.parameter(w, node))
            yield from (line(vocabulary.from_value(w, child), child) for child in node.values)
        case d.Define():
            yield line(vocabulary.define(w, node))
        case d.Table():
            yield line(vocabulary.table(w, node))
            yield from (line(vocabulary.rows(w, attrs.evolve(node, rows=(row,)))[0], row) for row in node.rows)
        case d.Clause():
            yield from _clause(w, node)
        case d.Exclusive():
            yield line(rules.exclusive(w, node))
        case d.Limit():
            yield line(rules.limit(w, node))
        case d.Target():
            yield line(rules.target(w, node))
        case d.Duty():
            yield line(rules.duty(w, node))
        case d.Omit():
            yield line(rules.omit(w, node))
        case d.Property():
            yield line(rules.property(w, node))
        case d.Case():
            yield from _case(w, node)
        case d.Scenario():
            yield line(scenarios.scenario(w, node))
            for part in node.lines:
                yield from _scenario_lines(w, part)
        case _:
            assert_never(node)


def _clause(w: Writer, node: d.Clause) -> Iterator[Line]:
    yield rules.clause(w, node), "", node.trivia
    if node.scope is not None:
        yield rules.for_line(w, node.scope), "", node.scope.trivia
    for rule in node.rules:
        yield rules.rules(w, attrs.evolve(node, rules=(rule,)), 0)[0], "", rule.trivia
    if node.paid_from is not None:
        yield vocabulary.paid_from(w, node.paid_from), "", node.paid_from.trivia


def _case(w: Writer, node: d.Case) -> Iterator[Line]:
    yield scenarios.case(w, node), "", node.trivia
    for setting in node.sets:
        yield scenarios.set_value(w, setting), "", setting.trivia
    for instance in node.instances:
        head = scenarios.instance(w, instance)
        yield head, "", instance.trivia
        for given in instance.lines:
            yield scenarios.given_line(w, given), head, given.trivia
    for expect in node.expects:
        yield scenarios.expect(w, expect), "", expect.trivia


def _scenario_lines(w: Writer, node: d.ScenarioLine) -> Iterator[Line]:
    match node:
        case d.Period():
            yield scenarios.period(w, node), "", node.trivia
        case d.SetValue():
            yield scenarios.set_value(w, node), "", node.trivia
        case d.Unknown():
            yield scenarios.unknown(w, node), "", node.trivia
        case d.Budget():
            yield scenarios.budget(w, node), "", node.trivia
        case d.Cash():
            yield scenarios.cash(w, node), "", node.trivia
        case d.Population():
            head = scenarios.population(w, node)
            yield head, "", node.trivia
            for line in node.lines:
                text = scenarios.arrive(w, line) if isinstance(line, d.Arrive) else scenarios.assumption(w, line)
                yield text, head, line.trivia
        case d.Claims():
            head = scenarios.claims(w, node)
            yield head, "", node.trivia
            for claim in node.lines:
                text = scenarios.taken_up(w, claim) if isinstance(claim, d.TakenUp) else scenarios.lag(w, claim)
                yield text, head, claim.trivia
        case _:
            assert_never(node)
