"""How findings speak of conditions, declarations and bounds, in both languages."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from compiler.proofs.finding import Policy
from compiler.proofs.reasoning.conjunction import Conflict, Difference, Since
from compiler.proofs.reasoning.literals import Literal
from compiler.proofs.reasoning.ranges import Number, Range, Ranges
from lang import model, typed
from lang.dates import month_text
from lang.diagnostics import Text
from lang.source import Span

_LONGEST = 60


def words(span: Span) -> str:
    """What is written there, on one line."""
    text = " ".join(span.text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def quoted(literal: Literal) -> Text:
    """A condition as it is written, with `not` where it is denied."""
    text = words(literal.span)
    if literal.holds:
        return Text(f"`{text}`", f"“{text}”")
    return Text(f"not `{text}`", f"“{text}”不成立")


def called(declared: model.Declared) -> Text:
    """A declaration: its name, in Chinese its label where it has one."""
    name = declared.name.replace("_", " ")
    return Text(f"`{name}`", f"“{declared.label or name}”")


def bounds_text(conflict: Conflict, policy: Policy) -> Text:
    """` (it lies between 0 and 20)`: the range of what is compared; empty where there is nothing to say."""
    ranges = Ranges.of(policy.model)
    expr = conflict.literal.expr
    if isinstance(expr, typed.Compare):
        for side in (expr.left, expr.right):
            if isinstance(side, typed.Later | typed.SettlementDate):
                return _period(policy)
            if ranges.constant(side) is None and not isinstance(conflict.term, Since | Difference):
                found = ranges.of_expr(side)
                if found.low is not None or found.high is not None:
                    return _between(found, side)
    if isinstance(expr, typed.InPeriod):
        return _period(policy)
    return Text("", "")


def _period(policy: Policy) -> Text:
    first = month_text(policy.model.first)
    last = "…" if policy.model.last is None else month_text(policy.model.last)
    return Text(f" in the months of the policy ({first} to {last})", f"（政策期间为{first}至{last}）")


def _between(found: Range, expr: typed.Expr) -> Text:
    low = "…" if found.low is None else shown(found.low, expr.type.base)
    high = "…" if found.high is None else shown(found.high, expr.type.base)
    name = words(expr.span)
    return Text(f" (`{name}` lies between {low} and {high})", f"（“{name}”在{low}至{high}之间）")


def shown(value: Number, base: str) -> str:
    """A number as a policy writes it."""
    match base:
        case "money" | "rate":
            from compiler.ledger import yuan  # a check that finds nothing needs no ledger

            return yuan(round(value)).removesuffix(".00")
        case "share":
            return f"{float(Fraction(value) * 100):g}%"
        case "date":
            return date.fromordinal(int(value)).isoformat()
        case "month":
            return month_text(int(value))
        case _:
            return str(value)
