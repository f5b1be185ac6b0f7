"""Statements to blocks: policy, entity, parameter, table, clause, case, scenario, population, claims.

Statements come in file order, with their node (None where the statement had a fault). Notes and comments are put where
they belong. A block whose opening line had a fault takes its lines silently, so that one mistake gives one message.
"""

from __future__ import annotations

from typing import Any

from attrs import define, evolve, field

from lang.diagnostics import Diagnostic, Label, Text
from lang.parsing.opening_messages import home_of, wrong_block
from lang.source import Span
from lang.text.keywords import ALSO_INSIDE, OPENER
from lang.text.tokens import Statement
from lang.tree import declarations as d
from lang.tree import syntax as s


@define(eq=False)
class _Item:
    """A node with what belongs to it. `node` None: a statement with a fault; `block`: the block that it opens."""

    node: Any
    block: str | None
    statement: Statement | None = None
    children: list[_Item] = field(factory=list)
    notes: list[s.Note] = field(factory=list)
    faulty: bool = False


class Assembler:
    """Takes statements one by one; `finish` gives the declarations."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._top: list[_Item] = []
        self._path: list[_Item] = []  # the open blocks, outermost first
        self._last: _Item | None = None
        self._after_fault = False
        self._strays: str | None = None  # lines of this block were met outside it, and told once

    # ------------------------------------------------------------ taking statements
    def add(self, statement: Statement, node: Any) -> None:
        if isinstance(node, s.Note):
            self._note(_commented(node, statement))
        elif statement.kind != "NOTE":
            self._place(statement, node)
        self._after_fault = node is None

    def stray(self, opens: str | None, inside: str | None) -> None:
        """A line that was not understood; `opens` and `inside` are what its misspelt opening word would have done."""
        for item in self._path:
            item.faulty = True
        if opens == "?" and self._path and self._path[-1].block == "?":
            pass  # one unknown block stands for all unknown lines
        elif inside is None or opens:
            home = self._path if opens == "?" else [item for item in self._path if inside and item.block == inside]
            self._path = [*home, _Item(None, opens or "?", faulty=True)]
        elif all(item.block != inside for item in self._path) and inside != "*":
            self._strays = inside
        self._after_fault = True

    def _note(self, note: s.Note) -> None:
        if self._last is not None:
            self._last.notes.append(note)
        elif not self._after_fault:
            self.diagnostics.append(
                Diagnostic(
                    "HC122",
                    note.span,
                    Text("a note belongs to the line above it; there is none", "说明属于其上一行，而上面没有语句"),
                    Text("move the note below the line it speaks of", "请把说明移到所说明的语句之下"),
                )
            )

    def _place(self, statement: Statement, node: Any) -> None:
        kind = statement.kind
        inside = home_of(kind)
        opens = OPENER[kind].opens if kind in OPENER else None
        item = _Item(node, opens, statement)
        if kind == "SET" and not isinstance(node, d.SetOf):
            self._set_value(item, statement)
            return
        if inside is None:
            self._open_top(item)
            return
        at = self._find(kind, inside)
        if at is None:
            self._misplaced(statement, inside, opens, node)
            return
        self._path = self._path[: at + 1]
        home = self._path[at]
        self._doubled(item, home)
        if node is None:
            for outer in self._path:
                outer.faulty = True
        if isinstance(node, d.Instance):
            home.children.append(item)
        elif isinstance(node, d.GivenLine):
            self._given_line(item, home)
        else:
            home.children.append(item)
        if opens:
            self._path.append(item)
        self._last = item

    def _open_top(self, item: _Item) -> None:
        self._top.append(item)
        self._path = [item] if item.block else []
        self._last = item
        self._strays = None
        item.faulty = item.node is None

    def _find(self, kind: str, inside: str) -> int | None:
        also = ALSO_INSIDE.get(kind)
        for at in range(len(self._path) - 1, -1, -1):
            if self._path[at].block in (inside, also):
                return at
        return None

    def _set_value(self, item: _Item, statement: Statement) -> None:
        for at in range(len(self._path) - 1, -1, -1):
            if self._path[at].block in ("case", "scenario", "?"):
                self._path = self._path[: at + 1]
                self._path[at].children.append(item)
                self._last = item
                return
        if item.node is not None:
            self.diagnostics.append(
                Diagnostic(
                    "HC122",
                    statement.tokens[0].span,
                    Text("`set NAME = VALUE` belongs in a case or a scenario", "“取值 名称 = 值”应写在案例或情景中"),
                    Text("a set of values is `set NAME of KIND = …`", "取值范围写作“范围 名称 属于 类别 = …”"),
                )
            )

    def _misplaced(self, statement: Statement, inside: str, opens: str | None, node: Any) -> None:
        """No open block can hold the line."""
        known = self._strays == inside or self._after_fault or any(item.block == "?" for item in self._path)
        if not known and node is not None:
            first = statement.tokens[0]
            span = first.span if first.text else statement.span
            self.diagnostics.append(wrong_block(span, statement.kind, inside))
        self._strays = inside
        unknown = any(item.block == "?" for item in self._path)
        if not unknown and (self._after_fault or not self._path or opens):
            self._path = [_Item(None, inside, faulty=True)]
            if opens:
                self._path.append(_Item(None, opens, faulty=True))
        self._last = _Item(None, None)

    def _doubled(self, item: _Item, home: _Item) -> None:
        """A clause has one `for` line and one fund line; every line of a policy stands once."""
        if home.block == "policy" and item.node is not None and item.statement is not None:
            self._doubled_in_policy(item.statement, home)
            return
        if not isinstance(item.node, d.For | d.PaidFrom) or home.block != "clause":
            return
        other = next((c for c in home.children if isinstance(c.node, type(item.node))), None)
        if other is None or home.faulty or self._after_fault:
            home.faulty = home.faulty or self._after_fault
            return
        word = ("for", "对象") if isinstance(item.node, d.For) else ("paid from", "资金")
        self.diagnostics.append(
            Diagnostic(
                "HC127",
                item.node.span,
                Text(f"a clause has one `{word[0]}` line", f"一个条款只有一行“{word[1]}”"),
                Text("keep one of them", "请保留一行"),
                (Label(other.node.span, Text("the other is here", "另一行在此")),),
            )
        )

    def _doubled_in_policy(self, statement: Statement, home: _Item) -> None:
        alike = [c.statement for c in home.children if c.statement is not None and c.statement.kind == statement.kind]
        if alike:
            first, word = alike[0], statement.tokens[0]
            self.diagnostics.append(
                Diagnostic(
                    "HC127",
                    statement.span,
                    Text(f"a policy has one `{word.text}` line", f"一项政策只有一行“{word.text}”"),
                    Text("keep one of them", "请保留一行"),
                    (Label(first.span, Text("the other is here", "另一行在此")),),
                )
            )

    def _given_line(self, item: _Item, home: _Item) -> None:
        owner = next((c for c in reversed(home.children) if isinstance(c.node, d.Instance)), None)
        if owner is not None:
            owner.children.append(item)
        elif not home.faulty and not self._after_fault:
            home.faulty = True
            self.diagnostics.append(
                Diagnostic(
                    "HC122",
                    _first_value(item.node),
                    Text("these facts are nobody's", "这些事实没有归属"),
                    Text("write `ENTITY KEY` on a line above them", "请在其上一行写“台账 编号”"),
                )
            )

    # ------------------------------------------------------------ putting together
    def finish(self) -> tuple[d.Declaration, ...]:
        return tuple(self._close(item) for item in self._top if item.node is not None)

    def _close(self, item: _Item) -> Any:
        node = item.node
        lines = [self._close(child) for child in item.children if child.node is not None]
        changes: dict[str, Any] = {}
        match node:
            case d.Policy() | d.Scenario() | d.Population() | d.Claims() | d.Instance():
                changes["lines"] = tuple(lines)
            case d.Entity():
                changes["attributes"] = tuple(lines)
            case d.Parameter():
                changes["values"] = tuple(lines)
                self._parameter_value(item)
            case d.Table():
                changes["rows"] = tuple(lines)
                if not lines and not item.faulty:
                    self._lacks(node.name.span, "the table has no rows", "标准表没有表行", "add a row", "请添加表行")
            case d.Clause():
                changes.update(self._clause(item, lines))
            case d.Case():
                changes["sets"] = tuple(x for x in lines if isinstance(x, d.SetValue))
                changes["instances"] = tuple(x for x in lines if isinstance(x, d.Instance))
                changes["expects"] = tuple(x for x in lines if isinstance(x, d.Expect))
            case d.Rule():
                self._frequency(node)
        if lines:
            changes["span"] = _over(node.span, lines)
        trivia = _trivia(item)
        if trivia is not None:
            changes["trivia"] = trivia
        return evolve(node, **changes) if changes else node

    def _clause(self, item: _Item, lines: list[Any]) -> dict[str, Any]:
        node = item.node
        scope = next((x for x in lines if isinstance(x, d.For)), None)
        rules = tuple(x for x in lines if isinstance(x, d.Rule))
        if not item.faulty:
            if scope is None:
                self._lacks(
                    node.name.span, "the clause does not say for whom it is", "条款没有写明对象",
                    "add a line `for ENTITY where CONDITION`", "请添加一行“对象 台账 其中 条件”",
                )  # fmt: skip
            elif not rules:
                self._lacks(
                    node.name.span, "the clause has no rule", "条款没有规则",
                    "add a line `CONDITION → AMOUNT FREQUENCY`", "请添加一行“条件 → 频次 金额”",
                )  # fmt: skip
        paid_from = next((x for x in lines if isinstance(x, d.PaidFrom)), None)
        return {"scope": scope, "rules": rules, "paid_from": paid_from}

    def _parameter_value(self, item: _Item) -> None:
        node = item.node
        said = [node.value is not None, bool(item.children), node.external]
        if item.faulty or sum(said) == 1:
            return
        if node.value is not None and item.children:
            first = next((c.node for c in item.children if c.node is not None), node)
            self.diagnostics.append(
                Diagnostic(
                    "HC127",
                    first.span,
                    Text("the parameter has a value already", "该标准已有取值"),
                    Text("write `= VALUE` or lines `from DATE: VALUE`, not both", "“= 值”与“自 日期：值”只能用一种"),
                    (Label(node.value.span, Text("it is here", "取值在此")),),
                )
            )
        elif not any(said):
            self._lacks(
                node.name.span, "the parameter has no value", "标准没有取值",
                "write `= VALUE`, lines `from DATE: VALUE`, or `external`", "请写“= 值”、“自 日期：值”，或“另行规定”",
            )  # fmt: skip

    def _frequency(self, rule: d.Rule) -> None:
        payment = rule.payment
        if payment.frequency is None:
            last = payment.rounding.span if payment.rounding is not None else payment.amount.span
            self.diagnostics.append(
                Diagnostic(
                    "HC114",
                    last.after,
                    Text("how often is it paid?", "没有写明发放频次"),
                    Text(
                        "write `once`, `once per year` or `per month` after the amount",
                        "请在金额前写“一次性”“每年一次”或“每月”",
                    ),
                )
            )

    def _lacks(self, span: Span, en: str, zh: str, mend_en: str, mend_zh: str) -> None:
        self.diagnostics.append(Diagnostic("HC128", span, Text(en, zh), Text(mend_en, mend_zh)))


def _first_value(line: d.GivenLine) -> Span:
    """The line of facts; only its first value where that stands on a later line than its name."""
    value, source = line.givens[0].value.span, line.span.source
    return value if source.position(value.start)[0] > source.position(line.span.start)[0] else line.span


def _over(span: Span, lines: list[Any]) -> Span:
    for line in lines:
        span = span.to(line.span)
    return span


def _trivia(item: _Item) -> s.Trivia | None:
    statement = item.statement
    if statement is None:
        return None
    if statement.comments or statement.quotations or statement.trailing is not None or item.notes or statement.gaps:
        return s.Trivia(
            tuple(statement.comments),
            tuple(statement.quotations),
            statement.trailing,
            tuple(item.notes),
            tuple(statement.gaps),
        )
    return None


def _commented(note: s.Note, statement: Statement) -> s.Note:
    """A note with what stands around it."""
    if not (statement.comments or statement.quotations or statement.trailing is not None):
        return note
    return evolve(
        note,
        comments=tuple(statement.comments),
        quotations=tuple(statement.quotations),
        trailing=statement.trailing,
    )
