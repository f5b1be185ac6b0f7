"""The statements of the policy block and of the vocabulary: node → text with places to break."""

from __future__ import annotations

from typing import Literal

from lang.formatting.expressions import Level
from lang.formatting.layout import FILL, columns, flat, joined, padded, soft
from lang.formatting.writer import Writer
from lang.tree import declarations as d
from lang.tree import syntax as s

_DATE_LINES: dict[str, str] = {"issued": "ISSUED", "applies from": "APPLIES_FROM", "claims until": "CLAIMS_UNTIL"}
_TYPES: dict[d.BaseType, str] = {
    "count": "TYPE_COUNT", "share": "TYPE_SHARE", "money": "TYPE_MONEY", "money per month": "TYPE_RATE",
    "duration": "TYPE_DURATION", "date": "TYPE_DATE", "month": "TYPE_MONTH", "text": "TYPE_TEXT",
    "identity": "TYPE_IDENTITY",
}  # fmt: skip
_COUNTS: dict[Literal["full months", "any day", "month end"], str] = {
    "full months": "COUNTS_FULL", "any day": "COUNTS_ANY", "month end": "COUNTS_END",
}  # fmt: skip


# ---------------------------------------------------------------- the policy block
def policy(w: Writer, node: d.Policy) -> str:
    label = "" if node.label is None else w.spelling.quoted(node.label)
    # Files and scenarios refer to a policy by this name, so it stays one word, and first.
    return joined(w.opener("POLICY"), node.name.text, label, w.cites(node.cites))


def policy_line(w: Writer, node: d.Document | d.DateLine | d.InForce) -> str:
    spelling = w.spelling
    match node:
        case d.Document():
            return joined(w.opener("DOCUMENT"), spelling.quoted(node.number))
        case d.DateLine():
            return joined(w.opener(_DATE_LINES[node.word]), spelling.day(node.day))
        case d.InForce():
            end = "" if node.end is None else joined(w.word("TO"), spelling.day(node.end))
            return joined(w.opener("IN_FORCE"), spelling.day(node.start), end, w.cites(node.cites))


def paid_from(w: Writer, node: d.PaidFrom) -> str:
    funds = [w.name(fund) for fund in node.funds]
    if node.shares is not None:
        shares = [w.expressions.arithmetic(share) for share in node.shares]
        text = w.list([joined(fund, share) for fund, share in zip(funds, shares, strict=True)])
    else:
        then = w.word("THEN", "PAID_FROM")
        text = funds[0] + "".join(FILL + joined(then, fund) for fund in funds[1:])
    return joined(w.opener("PAID_FROM"), text)


def use(w: Writer, node: d.Use) -> str:
    return joined(w.opener("USE"), node.path)


# ---------------------------------------------------------------- kinds, entities, funds, parameters
def kind(w: Writer, node: d.Kind) -> str:
    head = joined(w.opener("KIND"), w.declared(node.name, node.label, among_types=True), w.cites(node.cites))
    members = [w.declared(member.name, member.label) for member in node.members]
    return f"{head}{w.spelling.colon}{soft(1, w.list(members))}"


def set_of(w: Writer, node: d.SetOf) -> str:
    head = joined(w.opener("SET"), w.declared(node.name, node.label), w.cites(node.cites))
    members = w.list([w.name(member) for member in node.members])
    return joined(head, w.word("OF", "SET"), w.name(node.kind), "=") + soft(1, members)


def entity(w: Writer, node: d.Entity) -> str:
    return joined(w.opener("ENTITY"), w.declared(node.name, node.label, among_types=True), w.cites(node.cites))


def has(w: Writer, node: d.Has) -> str:
    head = joined(w.opener("HAS"), w.declared(node.name, node.label)) + w.spelling.colon
    if node.many:
        assert node.via is not None and node.type.name is not None
        owner, via = w.name(node.type.name, among_types=True), w.name(node.via, among_types=True)
        return joined(head, w.word("MANY", "HAS:"), owner, w.word("VIA", "HAS:"), via)
    options = ""
    if node.monthly:
        options += FILL + w.word("MONTHLY", "HAS:")
    if node.counts is not None:
        options += FILL + w.word(_COUNTS[node.counts], "HAS:")
    if node.default is not None:
        options += FILL + joined(w.word("DEFAULT", "HAS:"), w.typed.rate(node.default))
    return joined(head, type_name(w, node.type)) + options


def type_name(w: Writer, node: d.TypeName) -> str:
    if node.base is None:
        assert node.name is not None
        return w.name(node.name, among_types=True)
    if node.base == "yes/no":
        return w.word("TYPE_YES_NO", "HAS:") if w.spelling.zh else "yes/no"
    text = w.word(_TYPES[node.base], "HAS:")
    if node.low is None or node.high is None:
        return text
    return joined(text, w.typed.range(node.low, w.word("TO"), node.high))


def fund(w: Writer, node: d.Fund) -> str:
    text = joined(w.opener("FUND"), w.declared(node.name, node.label), w.cites(node.cites))
    if node.code is not None:
        text = joined(text, w.word("CODE", "FUND"), w.spelling.quoted(node.code))
    return text if node.per is None else joined(text, w.word("PER"), w.name(node.per))


def parameter(w: Writer, node: d.Parameter) -> str:
    head = joined(w.opener("PARAMETER"), w.declared(node.name, node.label), w.cites(node.cites)) + w.spelling.colon
    text = joined(head, type_name(w, node.type))
    if node.external:
        set_by = "" if node.set_by is None else w.spelling.quoted(node.set_by)
        text += FILL + joined(w.word("EXTERNAL", "PARAMETER:"), set_by)
    if node.value is not None:
        text += FILL + joined("=", w.typed.rate(node.value))
    return text


def from_value(w: Writer, node: d.FromValue) -> str:
    head = joined(w.opener("FROM"), w.spelling.day(node.day)) + w.spelling.colon
    return joined(head, w.expressions.rate(node.value))


def define(w: Writer, node: d.Define) -> str:
    head = joined(w.opener("DEFINE"), w.declared(node.name, node.label), w.cites(node.cites))
    return joined(head, w.word("FOR"), w.name(node.entity), "=") + soft(1, w.expressions.expression(node.body))


# ---------------------------------------------------------------- tables
def table(w: Writer, node: d.Table) -> str:
    head = joined(w.opener("TABLE"), w.declared(node.name, node.label), w.cites(node.cites))
    return joined(head, w.word("BY", "TABLE"), w.list([w.name(key) for key in node.keys]))


def rows(w: Writer, node: d.Table) -> list[str]:
    """The rows, their keys and arrows lined up."""
    keyed = [row for row in node.rows if row.keys]
    keys = {id(row): [_key(w, key, at == 0) for at, key in enumerate(row.keys)] for row in keyed}
    count = max((len(row.keys) for row in keyed), default=0)
    comma = w.spelling.comma + ("" if w.spelling.zh else " ")
    widths = [max(columns(keys[id(row)][at]) for row in keyed if len(row.keys) > at) for at in range(count)]
    heads = []
    for row in node.rows:
        own = keys.get(id(row), [])
        cells = [padded(key + comma, widths[at] + columns(comma)) for at, key in enumerate(own[:-1])]
        heads.append("".join(cells) + own[-1] if own else w.opener("OTHERWISE"))
    width = max(map(columns, heads), default=0)
    return [
        f"{padded(head, width)} → {w.expressions.rate(row.value)}" for head, row in zip(heads, node.rows, strict=True)
    ]


def _key(w: Writer, key: s.Expr | d.Band, first: bool) -> str:
    """A key of a row. One that begins the line and with a sign stands in brackets."""
    write = w.expressions
    arithmetic = (lambda node: write.first(node, Level.ARITHMETIC)) if first else write.arithmetic
    if not isinstance(key, d.Band):
        return flat(arithmetic(key))
    if key.low is None:
        assert key.high is not None
        return flat(joined(w.word("UNDER", "ROW_LINE"), write.arithmetic(key.high)))
    if key.high is None:
        return flat(joined(arithmetic(key.low), w.word("OR_MORE", "ROW_LINE")))
    to_under = w.word("TO_UNDER", "ROW_LINE")
    if not isinstance(key.low, s.Money | s.Length):
        return flat(joined(arithmetic(key.low), to_under, write.arithmetic(key.high)))
    return flat(write.range(key.low, to_under, key.high))
