"""The wording of what lowering and the bounds have to say, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compiler.show import show_value
from lang import model, typed
from lang.dates import Unit
from lang.diagnostics import Diagnostic, Label, Text
from lang.source import Span
from lang.types import Type


def not_supported(span: Span, what: tuple[str, str], help: tuple[str, str]) -> Diagnostic:
    """HC591. `what` and `help` are (English, Chinese)."""
    message = Text(f"not supported yet: {what[0]}", f"尚不支持：{what[1]}")
    return Diagnostic("HC591", span, message, Text(*help))


def days_not_supported(span: Span) -> Diagnostic:
    return not_supported(
        span,
        ("a length in days in this place", "此处以天计的时长"),
        (
            "Here time is counted in whole months: write months or years. Days can be added to a date "
            "(`since hired on ≥ 30 days`).",
            "此处按整月计算，请写个月或年。天数可以与日期相加（如“自 入职日期 满 30天”）。",
        ),
    )


def set_in_another_unit(span: Span, parameter: str, unit: Unit) -> Diagnostic:
    words = Text("days", "天") if unit == "days" else Text("months", "月")
    return not_supported(
        span,
        (f"`{parameter}` set in another unit than {words.en}", f"“{parameter}”以{words.zh}以外的单位取值"),
        (
            f"The policy counts `{parameter}` in {words.en}: set it in {words.en}.",
            f"本政策中“{parameter}”按{words.zh}计，请以{words.zh}取值。",
        ),
    )


def two_groups_not_supported(group: model.Exclusive, clause: str, other: str) -> Diagnostic:
    return not_supported(
        group.span,
        (f"`{clause}` in two groups, `{other}` and `{group.name}`", f"“{clause}”同时列入“{other}”和“{group.name}”"),
        (
            "Make one group of all clauses that exclude each other.",
            "请把互相排斥的条款合并为一处“不重复享受”。",
        ),
    )


def target_per_not_supported(target: model.Target, counted: typed.Aggregate) -> Diagnostic:
    if counted.word == "share":
        what = (f"a share in a target per {target.per}", f"每{target.per}的目标中的占比")
        help = ("Compare two counts instead.", "请改为比较两个统计数。")
    else:
        what = (
            f"`{counted.entity}` in a target per {target.per}: nothing says to which {target.per} one belongs",
            f"目标按每{target.per}计，而“{counted.entity}”没有说明属于哪个{target.per}",
        )
        help = (
            f"Define `{target.per}` for {counted.entity}, or leave `per {target.per}` out.",
            f"请为“{counted.entity}”界定“{target.per}”，或去掉“每{target.per}”。",
        )
    return not_supported(counted.span, what, help)


def limit_in_highest_not_supported(limit: model.Limit, group: model.Exclusive) -> Diagnostic:
    return not_supported(
        limit.span,
        (
            f"a limit on `{limit.name}`, which is in `{group.name}` (take highest)",
            f"对“{limit.name}”设名额，而它列入就高的“{group.name}”",
        ),
        (
            "Leave the limit out, or write `take first`.",
            "请去掉名额，或改为“先享受为准”。",
        ),
    )


def contradicting_orders(groups: Sequence[model.Exclusive], clauses: Sequence[str]) -> Diagnostic:
    """HC592. The orders of `among` of these groups cannot all be kept."""
    names = ", ".join(clauses)
    return Diagnostic(
        "HC592",
        groups[0].span,
        Text(
            f"the orders in which these groups name their clauses contradict each other: {names}",
            f"下列条款在各“不重复享受”中的先后次序互相矛盾：{names}",
        ),
        Text("Name the clauses in the same order in each group.", "请在各处按同一次序列出条款。"),
        tuple(Label(group.span, Text("the other order", "另一次序")) for group in groups[1:]),
    )


def too_large(span: Span, what: tuple[str, str], low: Fraction, high: Fraction, type: Type) -> Diagnostic:
    """HC590. `what` may lie between `low` and `high`, which does not fit int64."""
    ends = f"{show_value(low, type)}", f"{show_value(high, type)}"
    return Diagnostic(
        "HC590",
        span,
        Text(
            f"`{what[0]}` may be anything from {ends[0]} to {ends[1]}: too large to be computed exactly",
            f"“{what[1]}”的取值可能从 {ends[0]} 到 {ends[1]}，超出可精确计算的范围",
        ),
        Text(
            "Give the attributes that it reads the range that they really have, for example `money 0 to 100_000 yuan`, "
            "or set an upper limit with `up to`.",
            "请为所用栏目写明实际范围，例如“金额 0 至 10万元”，或用“最高”设上限。",
        ),
    )
