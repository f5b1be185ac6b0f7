"""The statements of clauses, and what stands beside them: node → text with places to break."""

from __future__ import annotations

from lang.formatting.layout import FILL, WIDTH, break_at, columns, flat, joined, padded, soft
from lang.formatting.writer import Writer
from lang.tree import declarations as d

_FREQUENCIES: dict[d.Frequency, str] = {
    "once": "ONCE", "once per year": "ONCE_PER_YEAR", "per month": "PER_MONTH",
}  # fmt: skip
_ROUNDINGS = {"down": "ROUNDED_DOWN_TO", "up": "ROUNDED_UP_TO", "nearest": "ROUNDED_TO"}
_MOST_PADDING = 16


# ---------------------------------------------------------------- clauses
def clause(w: Writer, node: d.Clause) -> str:
    return joined(w.opener("CLAUSE"), w.declared(node.name, node.label), w.cites(node.cites))


def for_line(w: Writer, node: d.For) -> str:
    text = joined(w.opener("FOR"), w.name(node.entity))
    if node.where is None:
        return text
    return joined(text, w.word("WHERE"), w.expressions.expression(node.where))


def rules(w: Writer, node: d.Clause, indent: int) -> list[str]:
    """The rules of a clause; their arrows are lined up where all fit on a line and little is to be filled."""
    heads = [_head(w, rule) for rule in node.rules]
    payments = [payment(w, rule.payment) for rule in node.rules]
    widths = [columns(flat(head)) for head in heads]
    widest = max(widths, default=0)
    fits = all(indent + widest + columns(flat(f" → {paid}")) <= WIDTH for paid in payments)
    if fits and widest - min(widths, default=0) <= _MOST_PADDING:
        return [f"{padded(flat(head), widest)} → {paid}" for head, paid in zip(heads, payments, strict=True)]
    return [f"{head}{break_at(1)}→ {paid}" for head, paid in zip(heads, payments, strict=True)]


def _head(w: Writer, rule: d.Rule) -> str:
    if rule.kind != "when":
        return w.opener("ALWAYS" if rule.kind == "always" else "OTHERWISE")
    assert rule.condition is not None
    return w.expressions.first(rule.condition)


def payment(w: Writer, node: d.Payment) -> str:
    """`3000 yuan once`; in Chinese the frequency stands before the amount."""
    amount = w.expressions.amount(node.amount)
    frequency = "" if node.frequency is None else w.word(_FREQUENCIES[node.frequency])
    rounding = ""
    if node.rounding is not None:
        rounding = joined(w.word(_ROUNDINGS[node.rounding.mode]), w.expressions.arithmetic(node.rounding.unit))
    order = (frequency, amount, rounding) if w.spelling.zh else (amount, rounding, frequency)
    text = joined(*order)
    for limit in node.limits:
        text += FILL + _limit(w, limit)
    if node.payee is not None:
        text += FILL + joined(w.second("TO"), w.expressions.arithmetic(node.payee))
    return text


def _limit(w: Writer, limit: d.CountLimit | d.AmountLimit) -> str:
    if isinstance(limit, d.CountLimit):
        return joined(w.word("FOR_AT_MOST"), w.expressions.arithmetic(limit.length))
    amount = w.expressions.arithmetic(limit.amount)
    if not limit.per_year:
        return joined(w.word("AT_MOST"), amount)
    if w.spelling.zh:
        return joined(w.word("AT_MOST_PER_YEAR"), amount)
    return joined(w.word("AT_MOST"), amount, w.word("PER_YEAR"))


# ---------------------------------------------------------------- groups and places
def exclusive(w: Writer, node: d.Exclusive) -> str:
    members = []
    for member in node.members:
        via = "" if member.via is None else joined(w.word("VIA", "EXCLUSIVE"), w.name(member.via))
        members.append(joined(w.name(member.name), via))
    take = w.word("TAKE_FIRST" if node.take == "first" else "TAKE_HIGHEST", "EXCLUSIVE")
    head = joined(w.opener("EXCLUSIVE"), w.declared(node.name, node.label), w.cites(node.cites))
    among = break_at(1) + joined(w.word("AMONG", "EXCLUSIVE"), w.list(members))
    return head + among + FILL + joined(w.word("PER"), w.name(node.per), take)


def limit(w: Writer, node: d.Limit) -> str:
    to = w.word("LIMIT_TO", "LIMIT") if w.spelling.zh else w.word("TO")
    text = joined(w.opener("LIMIT"), w.name(node.clause), w.cites(node.cites), to)
    text = joined(text, w.expressions.arithmetic(node.places))
    if node.per is not None:
        text += FILL + joined(w.word("PER"), w.expressions.arithmetic(node.per))
    if node.period is not None:
        text += FILL + w.word("PER_MONTH" if node.period == "month" else "PER_YEAR")
    if node.order_by is not None:
        text += FILL + joined(w.word("ORDER_BY", "LIMIT"), w.expressions.arithmetic(node.order_by))
    return text


# ---------------------------------------------------------------- targets, duties, omissions, properties
def target(w: Writer, node: d.Target) -> str:
    head = joined(w.opener("TARGET"), w.declared(node.name, node.label), w.cites(node.cites)) + w.spelling.colon
    options = ""
    if node.per is not None:
        options += FILL + joined(w.word("PER"), w.name(node.per))
    if node.by is not None:
        options += FILL + joined(w.word("BY"), w.spelling.day(node.by))
    if node.every_year:
        options += FILL + w.second("PER_YEAR")
    return head + soft(1, w.expressions.expression(node.condition) + options)


def duty(w: Writer, node: d.Duty) -> str:
    text = joined(w.opener("DUTY"), w.declared(node.name, node.label), w.cites(node.cites))
    if node.of is not None:
        text += FILL + joined(w.word("OF", "DUTY"), w.spelling.quoted(node.of))
    match node.by:
        case None:
            return text
        case (month, day):
            if w.spelling.zh:
                return text + FILL + f"{w.word('PER_YEAR')}{month}月{day}日{w.word('BEFORE', 'DUTY')}"
            return text + FILL + joined(w.word("BY"), f"{month:02d}-{day:02d}", w.second("PER_YEAR"))
        case date:
            return text + FILL + joined(w.word("BY"), w.spelling.day(date))


def omit(w: Writer, node: d.Omit) -> str:
    text = joined(w.opener("OMIT"), w.spelling.quoted(node.item))
    if node.because is None:
        return text
    return text + FILL + joined(w.word("BECAUSE", "OMIT"), w.spelling.quoted(node.because))


def property(w: Writer, node: d.Property) -> str:
    head = joined(w.opener("PROPERTY"), w.declared(node.name, node.label), w.cites(node.cites))
    head = joined(head, w.word("FOR"), w.name(node.entity)) + w.spelling.colon
    if not isinstance(node.claim, d.Monotone):
        return head + soft(1, w.expressions.expression(node.claim))
    clause, attribute = w.name(node.claim.clause), w.expressions.arithmetic(node.claim.attribute)
    rises = node.claim.direction == "rises"
    if w.spelling.zh:
        end = w.word("RISING" if rises else "FALLING", "PROPERTY")
        return head + soft(1, joined(clause, w.word("ALONG", "PROPERTY"), attribute, end))
    return head + soft(1, joined(clause, w.word("RISES_WITH" if rises else "FALLS_WITH", "PROPERTY"), attribute))
