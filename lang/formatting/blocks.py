"""Declarations to lines: blocks with what stands in them, comments, quotations and notes, blank lines.

A blank line stands around every block and between top-level declarations of different kinds; elsewhere at most one is
kept where the author left one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, assert_never

from lang.formatting import rules, scenarios, vocabulary
from lang.formatting.layout import INDENT, Line, comment, commented, joined, wrapped
from lang.formatting.writer import Writer
from lang.tree import declarations as d
from lang.tree import syntax as s

Lines = list[Line | None]


def file_lines(w: Writer, file: d.File) -> Lines:
    """All lines of a file; None is a blank one."""
    lines: Lines = []
    before: d.Declaration | None = None
    for node in file.declarations:
        own = _declaration(w, node)
        apart = before is not None and (_is_block(before) or _is_block(node) or type(before) is not type(node))
        gap = own[0] is None
        if before is not None and (gap or apart):
            lines.append(None)
        lines += own[gap:]
        before = node
    if file.trailing:
        if lines:
            lines.append(None)
        quoted_from = len(file.trailing) - file.quoted
        above = [comment(text) for text in file.trailing[:quoted_from]]
        above += [_quotation(text) for text in file.trailing[quoted_from:]]
        lines += _spaced(above, [at for at in file.gaps if at], 0)
    return lines


def _is_block(node: d.Declaration) -> bool:
    if isinstance(node, d.Parameter):
        return bool(node.values)
    return isinstance(node, d.Policy | d.Entity | d.Table | d.Clause | d.Case | d.Scenario)


# ---------------------------------------------------------------- one statement
def _spaced(above: Sequence[str], gaps: Iterable[int], indent: int) -> Lines:
    lines: Lines = []
    for at, text in enumerate(above):
        lines += [None] if at in gaps else []
        lines.append(Line(indent, text))
    return lines


def _quotation(text: str) -> str:
    return f"> {text}" if text else ">"


def _statement(w: Writer, text: str, trivia: s.Trivia, indent: int) -> Lines:
    """A statement with what stands around it. A blank line before it is its first line (None)."""
    above = [comment(text) for text in trivia.comments] + [_quotation(text) for text in trivia.quotations]
    lines = _spaced(above, trivia.gaps, indent)
    if len(above) in trivia.gaps:
        lines.append(None)
    lines += commented(wrapped(text, indent), trivia.trailing)
    for note in trivia.notes:
        own = [comment(text) for text in note.comments] + [_quotation(text) for text in note.quotations]
        lines += [Line(indent + INDENT, text) for text in own]
        said = Line(indent + INDENT, joined(w.opener("NOTE"), w.spelling.quoted(note.text)))
        lines += commented([said], note.trailing)
    return lines


def _inside(head: Lines, children: Iterable[Lines]) -> Lines:
    """A block: no blank line behind its opening line."""
    lines = list(head)
    for at, child in enumerate(children):
        lines += child[1:] if at == 0 and child[0] is None else child
    return lines


# ---------------------------------------------------------------- declarations
def _declaration(w: Writer, node: d.Declaration) -> Lines:
    def line(text: str, of: Any = node, indent: int = 0) -> Lines:
        return _statement(w, text, of.trivia, indent)

    match node:
        case d.Policy():
            return _inside(line(vocabulary.policy(w, node)), [_policy_line(w, child) for child in node.lines])
        case d.Use():
            return line(vocabulary.use(w, node))
        case d.Kind():
            return line(vocabulary.kind(w, node))
        case d.SetOf():
            return line(vocabulary.set_of(w, node))
        case d.Entity():
            inside = [line(vocabulary.has(w, child), child, INDENT) for child in node.attributes]
            return _inside(line(vocabulary.entity(w, node)), inside)
        case d.Fund():
            return line(vocabulary.fund(w, node))
        case d.Parameter():
            inside = [line(vocabulary.from_value(w, child), child, INDENT) for child in node.values]
            return _inside(line(vocabulary.parameter(w, node)), inside)
        case d.Define():
            return line(vocabulary.define(w, node))
        case d.Table():
            rows = zip(vocabulary.rows(w, node), node.rows, strict=True)
            return _inside(line(vocabulary.table(w, node)), [line(text, row, INDENT) for text, row in rows])
        case d.Clause():
            return _clause(w, node)
        case d.Exclusive():
            return line(rules.exclusive(w, node))
        case d.Limit():
            return line(rules.limit(w, node))
        case d.Target():
            return line(rules.target(w, node))
        case d.Duty():
            return line(rules.duty(w, node))
        case d.Omit():
            return line(rules.omit(w, node))
        case d.Property():
            return line(rules.property(w, node))
        case d.Case():
            return _case(w, node)
        case d.Scenario():
            return _inside(line(scenarios.scenario(w, node)), [_scenario_line(w, child) for child in node.lines])
        case _:
            assert_never(node)


def _policy_line(w: Writer, node: d.PolicyLine) -> Lines:
    text = vocabulary.paid_from(w, node) if isinstance(node, d.PaidFrom) else vocabulary.policy_line(w, node)
    return _statement(w, text, node.trivia, INDENT)


def _clause(w: Writer, node: d.Clause) -> Lines:
    children: list[Lines] = []
    if node.scope is not None:
        children.append(_statement(w, rules.for_line(w, node.scope), node.scope.trivia, INDENT))
    for text, rule in zip(rules.rules(w, node, INDENT), node.rules, strict=True):
        children.append(_statement(w, text, rule.trivia, INDENT))
    if node.paid_from is not None:
        children.append(_statement(w, vocabulary.paid_from(w, node.paid_from), node.paid_from.trivia, INDENT))
    return _inside(_statement(w, rules.clause(w, node), node.trivia, 0), children)


def _case(w: Writer, node: d.Case) -> Lines:
    children = [_statement(w, scenarios.set_value(w, child), child.trivia, INDENT) for child in node.sets]
    for instance in node.instances:
        head = _statement(w, scenarios.instance(w, instance), instance.trivia, INDENT)
        facts = [_statement(w, scenarios.given_line(w, line), line.trivia, 2 * INDENT) for line in instance.lines]
        children.append(_inside(head, facts))
    children += [_statement(w, scenarios.expect(w, child), child.trivia, INDENT) for child in node.expects]
    return _inside(_statement(w, scenarios.case(w, node), node.trivia, 0), children)


def _scenario_line(w: Writer, node: d.ScenarioLine) -> Lines:
    match node:
        case d.Period():
            text = scenarios.period(w, node)
        case d.SetValue():
            text = scenarios.set_value(w, node)
        case d.Unknown():
            text = scenarios.unknown(w, node)
        case d.Population():
            text = scenarios.population(w, node)
        case d.Claims():
            text = scenarios.claims(w, node)
        case d.Budget():
            text = scenarios.budget(w, node)
        case d.Cash():
            text = scenarios.cash(w, node)
        case _:
            assert_never(node)
    head = _statement(w, text, node.trivia, INDENT)
    if not isinstance(node, d.Population | d.Claims):
        return head
    return _inside(head, [_statement(w, _inner(w, line), line.trivia, 2 * INDENT) for line in node.lines])


def _inner(w: Writer, node: d.Arrive | d.Assumption | d.TakenUp | d.Lag) -> str:
    match node:
        case d.Arrive():
            return scenarios.arrive(w, node)
        case d.TakenUp():
            return scenarios.taken_up(w, node)
        case d.Lag():
            return scenarios.lag(w, node)
        case _:
            return scenarios.assumption(w, node)
