"""The wording of what lowering and the bounds have to say, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from lang import model
from lang.diagnostics import Diagnostic, Label, Text
from lang.source import Span


def not_supported(span: Span, what: tuple[str, str], help: tuple[str, str]) -> Diagnostic:
    """HC501. `what` and `help` are (English, Chinese)."""
    message = Text(f"not supported yet: {what[0]}", f"尚不支持:{what[1]}")
    return Diagnostic("HC501", span, message, Text(*help))


def days_not_supported(span: Span) -> Diagnostic:
    return not_supported(
        span,
        ("a length in days in this place", "此处以天计的时长"),
        (
            "Here time is counted in whole months: write months or years. Days can be added to a date "
            "(`since hired on ≥ 30 days`).",
            "此处按整月计算,请写个月或年。天数可以与日期相加(如“自 入职日期 满 30天”)。",
        ),
    )


def contradicting_orders(groups: Sequence[model.Exclusive], clauses: Sequence[str]) -> Diagnostic:
    """HC502. The orders of `among` of these groups cannot all be kept."""
    names = ", ".join(clauses)
    return Diagnostic(
        "HC502",
        groups[0].span,
        Text(
            f"the orders in which these groups name their clauses contradict each other: {names}",
            f"下列条款在各“不重复享受”中的先后次序互相矛盾:{names}",
        ),
        Text("Name the clauses in the same order in each group.", "请在各处按同一次序列出条款。"),
        tuple(Label(group.span, Text("the other order", "另一次序")) for group in groups[1:]),
    )
