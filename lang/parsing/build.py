"""Statements: what the parser matched → nodes of `lang.tree.declarations`.

One method a rule of grammar.lark. Blocks are built without their lines here; `lang.parsing.blocks` puts the lines in.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from lang.parsing.build_expressions import (
    Children,
    ExpressionBuilder,
    Part,
    Refused,
    literal,
    name,
    share_unit,
    whole,
)
from lang.source import Span
from lang.text.tokens import Token
from lang.text.words import valid_name
from lang.tree import declarations as d
from lang.tree import syntax as s

_DATE_LINES: dict[str, Literal["issued", "applies from", "claims until"]] = {
    "ISSUED": "issued",
    "APPLIES_FROM": "applies from",
    "CLAIMS_UNTIL": "claims until",
}
_BASES: dict[str, d.BaseType] = {
    "TYPE_YES_NO": "yes/no", "YES": "yes/no", "TYPE_COUNT": "count", "TYPE_SHARE": "share", "TYPE_MONEY": "money",
    "TYPE_RATE": "money per month", "TYPE_DURATION": "duration", "TYPE_DATE": "date", "TYPE_MONTH": "month",
    "TYPE_TEXT": "text", "TYPE_IDENTITY": "identity",
}  # fmt: skip
_COUNTS: dict[str, Literal["full months", "any day", "month end"]] = {
    "COUNTS_FULL": "full months",
    "COUNTS_ANY": "any day",
    "COUNTS_END": "month end",
}
_FREQUENCIES: dict[str, d.Frequency] = {
    "ONCE": "once",
    "ONCE_PER_YEAR": "once per year",
    "PER_YEAR": "once per year",
    "PER_MONTH": "per month",
}
_ROUNDINGS: dict[str, Literal["down", "up", "nearest"]] = {
    "ROUNDED_DOWN_TO": "down",
    "ROUNDED_UP_TO": "up",
    "ROUNDED_TO": "nearest",
}


def named(token: Token, label: Token | None) -> tuple[s.Name, str | None]:
    """Name and label. In the Chinese form they swap places: the name is always the Latin one."""
    if label is not None and not token.value.isascii() and label.value.isascii() and valid_name(label.value):
        inside = Span(label.start + 1, label.end - 1, label.source)
        return s.Name("_".join(label.value.split()), span=inside), " ".join(token.text.split())
    return name(token), None if label is None else label.value


def cited(*parts: Part | None) -> tuple[str, ...]:
    """The items cited; a declaration may cite behind its label or at its end."""
    return tuple(item for part in parts if part is not None for item in part.value)


def key(token: Token) -> str:
    """The key of an instance: one word or a text in quotes."""
    if token.type == "STRING":
        return str(token.value)
    if len(token.text.split()) > 1:
        raise Refused(
            "HC111",
            token.span,
            f"a key is one word or stands in quotes, `{token.text}` is neither",
            f"编号须为一个词或写在引号内，“{token.text}”不是",
        )
    return token.text


class Options:
    """The options of a statement, each at most once."""

    def __init__(self, children: Children) -> None:
        self._parts: dict[str, Part] = {}
        for part in children:
            if part is None:
                continue
            if part.kind in self._parts:
                raise Refused("HC127", part.span, "this is said twice", "此项重复书写", ("keep one", "请保留一处"))
            self._parts[part.kind] = part

    def get(self, kind: str, default: Any = None) -> Any:
        part = self._parts.get(kind)
        return default if part is None else part.value


class Builder(ExpressionBuilder):
    """Rules of the statements. Has no state: one builder serves all files and threads."""

    def expression(self, c: Children) -> s.Expr:
        return cast(s.Expr, c[1])

    # ------------------------------------------------------------ policy
    def policy(self, c: Children) -> d.Policy:
        it, label = named(c[1], c[2])
        return d.Policy(it, label, cites=cited(c[3]), span=whole(c))

    def document(self, c: Children) -> d.Document:
        return d.Document(c[1].value, span=whole(c))

    def date_line(self, c: Children) -> d.DateLine:
        return d.DateLine(_DATE_LINES[c[0].type], c[1].value, span=whole(c))

    def in_force(self, c: Children) -> d.InForce:
        end = c[2].value if c[2] is not None else None
        return d.InForce(c[1].value, end, cites=cited(c[3]), span=whole(c))

    def until(self, c: Children) -> Part:
        return Part("until", c[1].value, whole(c))

    def use(self, c: Children) -> d.Use:
        return d.Use(c[1].value, span=whole(c))

    def note(self, c: Children) -> s.Note:
        return s.Note(c[1].value, span=whole(c))

    def cites(self, c: Children) -> Part:
        return Part("cites", tuple(token.value for token in c[1::2]), whole(c))

    # ------------------------------------------------------------ vocabulary
    def kind(self, c: Children) -> d.Kind:
        it, label = named(c[1], c[2])
        return d.Kind(it, label, c[5].value, cited(c[3], c[6]), span=whole(c))

    def members_of_kind(self, c: Children) -> Part:
        return Part("members", tuple(c[::2]), whole(c))

    def member(self, c: Children) -> d.Member:
        it, label = named(c[0], c[1])
        return d.Member(it, label, span=whole(c))

    def set_of(self, c: Children) -> d.SetOf:
        it, label = named(c[1], c[2])
        return d.SetOf(it, label, name(c[5]), c[7].value, cited(c[3], c[8]), span=whole(c))

    def set_value(self, c: Children) -> d.SetValue:
        return d.SetValue(name(c[1]), c[3], span=whole(c))

    def entity(self, c: Children) -> d.Entity:
        it, label = named(c[1], c[2])
        return d.Entity(it, label, (), cited(c[3]), span=whole(c))

    def has(self, c: Children) -> d.Has:
        it, label = named(c[1], c[2])
        options = Options(c[5:])
        return d.Has(
            it, label, c[4], options.get("monthly", False), options.get("counts"), options.get("default"), span=whole(c)
        )

    def has_many(self, c: Children) -> d.Has:
        it, label = named(c[1], c[2])
        type_name = d.TypeName(None, name(c[5]), span=c[5].span)
        return d.Has(it, label, type_name, many=True, via=name(c[7]), span=whole(c))

    def has_option(self, c: Children) -> Part:
        word = c[0].type
        if word == "MONTHLY":
            return Part("monthly", True, whole(c))
        if word == "DEFAULT":
            return Part("default", c[1], whole(c))
        return Part("counts", _COUNTS[word], whole(c))

    def type_name(self, c: Children) -> d.TypeName:
        if c[0].type == "NAME":
            return d.TypeName(None, name(c[0]), span=whole(c))
        low, high = (None, None)
        if isinstance(c[-1], Part):
            low, high = c[-1].value
        return d.TypeName(_BASES[c[0].type], None, low, high, span=whole(c))

    def range(self, c: Children) -> Part:
        return Part("range", (share_unit(c[0], c[2]), c[2]), whole(c))

    def fund(self, c: Children) -> d.Fund:
        it, label = named(c[1], c[2])
        options = Options(c[3:])
        return d.Fund(it, label, options.get("code"), options.get("per"), options.get("cites", ()), span=whole(c))

    def fund_option(self, c: Children) -> Part:
        if isinstance(c[0], Part):
            return c[0]
        if c[0].type == "CODE":
            return Part("code", c[1].value, whole(c))
        return Part("per", name(c[1]), whole(c))

    def parameter(self, c: Children) -> d.Parameter:
        it, label = named(c[1], c[2])
        external, value = c[6], c[7]
        return d.Parameter(
            it,
            label,
            c[5],
            value.value if value is not None else None,
            external=external is not None,
            set_by=external.value if external is not None else None,
            cites=cited(c[3], c[8]),
            span=whole(c),
        )

    def external(self, c: Children) -> Part:
        return Part("external", c[1].value if c[1] is not None else None, whole(c))

    def value(self, c: Children) -> Part:
        return Part("value", c[1], whole(c))

    def from_value(self, c: Children) -> d.FromValue:
        return d.FromValue(c[1].value, c[3], span=whole(c))

    def define(self, c: Children) -> d.Define:
        it, label = named(c[1], c[2])
        return d.Define(it, label, name(c[5]), c[7], cited(c[3], c[8]), span=whole(c))

    def table(self, c: Children) -> d.Table:
        it, label = named(c[1], c[2])
        return d.Table(it, label, c[5].value, (), cited(c[3], c[6]), span=whole(c))

    def row(self, c: Children) -> d.Row:
        keys = tuple(child for child in c[1:-2] if not isinstance(child, Token))
        return d.Row(keys, c[-1], span=whole(c[1:]))

    def row_otherwise(self, c: Children) -> d.Row:
        return d.Row((), c[2], span=whole(c))

    def band(self, c: Children) -> d.Band:
        return d.Band(share_unit(c[0], c[2]), c[2], span=whole(c))

    def band_under(self, c: Children) -> d.Band:
        return d.Band(None, c[1], span=whole(c))

    def band_from(self, c: Children) -> d.Band:
        return d.Band(c[0], None, span=whole(c))

    # ------------------------------------------------------------ clauses
    def clause(self, c: Children) -> d.Clause:
        it, label = named(c[1], c[2])
        return d.Clause(it, label, None, (), cites=cited(c[3]), span=whole(c))

    def for_line(self, c: Children) -> d.For:
        return d.For(name(c[1]), c[2].value if c[2] is not None else None, span=whole(c))

    def where(self, c: Children) -> Part:
        return Part("where", c[1], whole(c))

    def paid_from(self, c: Children) -> d.PaidFrom:
        return d.PaidFrom(tuple(name(token) for token in c[1::2]), span=whole(c))

    def paid_split(self, c: Children) -> d.PaidFrom:
        return d.PaidFrom(tuple(map(name, c[1::3])), tuple(map(literal, c[2::3])), span=whole(c))

    def rule(self, c: Children) -> d.Rule:
        return d.Rule("when", c[1], c[3], span=whole(c[1:]))

    def always(self, c: Children) -> d.Rule:
        return d.Rule("always", None, c[2], span=whole(c))

    def otherwise(self, c: Children) -> d.Rule:
        return d.Rule("otherwise", None, c[2], span=whole(c))

    def payment(self, c: Children) -> d.Payment:
        amount: Any = None
        options: list[Part] = []
        limits: list[d.CountLimit | d.AmountLimit] = []
        for child in c:
            if isinstance(child, Part):
                options.append(child)
            elif isinstance(child, d.CountLimit | d.AmountLimit):
                limits.append(child)
            elif child is not None and not isinstance(child, Token):  # a comma before a limit says nothing
                amount = child
        said = Options(options)
        return d.Payment(
            amount, said.get("frequency"), said.get("rounding"), tuple(limits), said.get("payee"), span=whole(c)
        )

    def rounding(self, c: Children) -> Part:
        span = whole(c)
        return Part("rounding", d.Rounding(_ROUNDINGS[c[0].type], c[1], span=span), span)

    def frequency(self, c: Children) -> Part:
        return Part("frequency", _FREQUENCIES[c[0].type], c[0].span)

    def count_limit(self, c: Children) -> d.CountLimit:
        return d.CountLimit(c[1], span=whole(c))

    def amount_limit(self, c: Children) -> d.AmountLimit:
        return d.AmountLimit(c[1], c[2] is not None, span=whole(c))

    def year_limit(self, c: Children) -> d.AmountLimit:
        return d.AmountLimit(c[1], True, span=whole(c))

    def payee(self, c: Children) -> Part:
        return Part("payee", c[1], whole(c))

    def exclusive(self, c: Children) -> d.Exclusive:
        it, label = named(c[1], c[2])
        members = tuple(child for child in c if isinstance(child, d.GroupMember))
        return d.Exclusive(it, label, members, name(c[-3]), c[-2].value, cited(c[3], c[-1]), span=whole(c))

    def take(self, c: Children) -> Part:
        return Part("take", "first" if c[0].type == "TAKE_FIRST" else "highest", c[0].span)

    def group_member(self, c: Children) -> d.GroupMember:
        return d.GroupMember(name(c[0]), c[1].value if c[1] is not None else None, span=whole(c))

    def via(self, c: Children) -> Part:
        return Part("via", name(c[1]), whole(c))

    def limit(self, c: Children) -> d.Limit:
        options = Options([c[2], *c[5:]])
        return d.Limit(
            name(c[1]),
            c[4],
            options.get("per"),
            options.get("period"),
            options.get("order"),
            options.get("cites", ()),
            span=whole(c),
        )

    def limit_option(self, c: Children) -> Part:
        if isinstance(c[0], Part):
            return c[0]
        if c[0].type in ("PER_MONTH", "PER_YEAR"):
            return Part("period", "month" if c[0].type == "PER_MONTH" else "year", whole(c))
        return Part("per" if c[0].type == "PER" else "order", c[1], whole(c))

    def target(self, c: Children) -> d.Target:
        it, label = named(c[1], c[2])
        options = Options([c[3], *c[6:]])
        return d.Target(
            it,
            label,
            c[5],
            options.get("per"),
            options.get("by"),
            options.get("every year", False),
            options.get("cites", ()),
            span=whole(c),
        )

    def target_option(self, c: Children) -> Part:
        if isinstance(c[0], Part):
            return c[0]
        if c[0].type == "PER":
            return Part("per", name(c[1]), whole(c))
        if c[0].type == "BY":
            return Part("by", c[1].value, whole(c))
        return Part("every year", True, whole(c))

    def duty(self, c: Children) -> d.Duty:
        it, label = named(c[1], c[2])
        options = Options(c[3:])
        return d.Duty(it, label, options.get("of"), options.get("by"), options.get("cites", ()), span=whole(c))

    def duty_option(self, c: Children) -> Part:
        if isinstance(c[0], Part):
            return c[0]
        return Part("of" if c[0].type == "OF" else "by", c[1].value, whole(c))

    def omit(self, c: Children) -> d.Omit:
        return d.Omit(c[1].value, c[2].value if c[2] is not None else None, span=whole(c))

    def because(self, c: Children) -> Part:
        return Part("because", c[1].value, whole(c))

    def property(self, c: Children) -> d.Property:
        it, label = named(c[1], c[2])
        return d.Property(it, label, name(c[5]), c[7], cited(c[3], c[8]), span=whole(c))

    def monotone(self, c: Children) -> d.Monotone:
        falls = c[1].type == "FALLS_WITH" or (c[-1].__class__ is Token and c[-1].type == "FALLING")
        return d.Monotone(name(c[0]), "falls" if falls else "rises", c[2], span=whole(c))
