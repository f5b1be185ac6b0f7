"""The wording of findings about types and units, shared by the modules that check expressions.

Comes in: the written sides with their types. Goes out: one finding that names both sides, labels both places, and says
how to mend it in the drafter's words (元 against 个月).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fractions import Fraction

from lang.checking import units
from lang.checking.findings import Findings
from lang.diagnostics import Edit, Label, Text
from lang.source import Span
from lang.text.keywords import FUNCTIONS
from lang.tree import syntax
from lang.types import Type

_SHOWN = 48


def words(span: Span) -> str:
    """The source text of a place, shortened for a message."""
    text = " ".join(span.text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def years(numbers: Iterable[int]) -> Text:
    """Years in order, those that follow each other as one range: `2021–2024, 2027`, “2021至2024、2027”."""
    ranges: list[list[int]] = []
    for year in sorted(set(numbers)):
        if ranges and ranges[-1][-1] == year - 1:
            ranges[-1] = [ranges[-1][0], year]
        else:
            ranges.append([year])
    return Text(
        ", ".join("–".join(map(str, one)) for one in ranges), "、".join("至".join(map(str, one)) for one in ranges)
    )


def _code(left: Type, right: Type) -> str:
    both_measured = left.base in units.QUANTITIES and right.base in units.QUANTITIES
    return "HC302" if both_measured else "HC301"


def mismatch(
    findings: Findings, node: syntax.Expr, left: syntax.Expr, left_type: Type, right: syntax.Expr, right_type: Type
) -> None:
    """Two sides that cannot be compared or calculated with each other."""
    one, other = units.called(left_type), units.called(right_type)
    help, edit = _mend(left, left_type, right, right_type)
    message = Text(
        f"`{words(left.span)}` is {one.en}, but `{words(right.span)}` is {other.en}",
        f"“{words(left.span)}”是{one.zh}，而“{words(right.span)}”是{other.zh}",
    )
    if isinstance(node, syntax.Binary) and node.operator in ("×", "/"):
        message = Text(
            f"{one.en} `{node.operator}` {other.en} has no meaning", f"{one.zh}不能与{other.zh}作“{node.operator}”运算"
        )
        if edit is None:
            help = Text("multiply or divide an amount by a plain number", "金额只能与纯数相乘除")
    findings.add(
        _code(left_type, right_type),
        node.span,
        message,
        help=help,
        labels=[
            Label(left.span, Text(f"this is {one.en}", f"此处是{one.zh}")),
            Label(right.span, Text(f"this is {other.en}", f"此处是{other.zh}")),
        ],
        edit=edit,
    )


def _mend(left: syntax.Expr, left_type: Type, right: syntax.Expr, right_type: Type) -> tuple[Text, Edit | None]:
    sides = {left_type.base: left, right_type.base: right}
    bases = set(sides)
    if bases == {"money", "duration"} or bases == {"rate", "duration"}:
        length = sides["duration"]
        if isinstance(length, syntax.Length):
            number = length.duration.count // (12 if length.written == "years" else 1)
            help = Text(
                f"write `{number} yuan`, not `{words(length.span)}`", f"应写“{number}元”，而不是“{words(length.span)}”"
            )
            return help, Edit(length.span, f"{number} yuan")
        return Text(
            "an amount is in yuan (元), a duration in months (个月)", "金额用元，时长用个月，二者不能混用"
        ), None
    if bases == {"money", "rate"}:
        rate = words(sides["rate"].span)
        help = Text(
            f"a rate becomes an amount when multiplied by a duration: `{rate} × 1 month`",
            f"月标准乘以时长才是金额：“{rate} × 1个月”",
        )
        return help, Edit(sides["rate"].span.after, " × 1 month")
    if bases & {"money", "rate"} and bases & {"count", "number", "share"}:
        plain = next(words(sides[b].span) for b in ("count", "number", "share") if b in sides)
        return Text(f"multiply `{plain}` by an amount (`× 1 yuan`)", f"请将“{plain}”乘以金额（“× 1元”）"), None
    if bases == {"yes/no", "count"} or bases == {"yes/no", "number"}:
        plain_side = sides.get("count", sides.get("number"))
        assert plain_side is not None
        if isinstance(plain_side, syntax.Number):
            help = Text(f"write `{plain_side.value} months`", f"写作“{plain_side.value}个月”")
            return help, Edit(plain_side.span.after, " months")
    if bases == {"date", "month"}:
        return Text(
            "write a day, such as 2021-01-01, or `in 2021-01`", "请写到日，如2021年1月1日，或用“在2021年1月”"
        ), None
    if bases == {"date", "duration"}:
        return Text("ask `since DATE ≥ 6 months`", "写作“自 日期 满 6个月”"), None
    if bases == {"count", "share"} and isinstance(sides["count"], syntax.Number):
        percent = f"{sides['count'].value}%"
        return Text(f"write `{percent}`", f"写作“{percent}”"), Edit(sides["count"].span.after, "%")
    if bases == {"date", "count"} and isinstance(sides["count"], syntax.Number):
        return Text(
            "write a date, such as 2021-01-01, or `in 2021` behind the date", "请写日期，如2021年1月1日，或用“在2021年”"
        ), None
    if bases == {"count", "share"}:
        return Text("take the share of something: `20% × headcount`", "比例须乘以总数，如“20% × 职工总数”"), None
    return Text("both sides must be of one type", "两边须为同一类型"), None


def wrong_type(findings: Findings, node: syntax.Expr, have: Type, want: Type, due: Text | None) -> None:
    """A value of one type where another is due."""
    found, needed = units.called(have), units.called(want)
    place = due or Text("the value here", "此处的值")
    help: Text | None = None
    edit: Edit | None = None
    text = words(node.span)
    if have.base == "rate" and want.base == "money":
        code = "HC312"
        help = Text(
            "pay it `per month`, or multiply it by a duration (`× 3 months`)",
            "请按“每月”发放，或乘以时长（“× 3个月”）",
        )
    else:
        code = _code(have, want)
        help, edit = _expected(node, have, want)
    findings.add(
        code,
        node.span,
        Text(
            f"{place.en} must be {needed.en}, but `{text}` is {found.en}",
            f"{place.zh}须为{needed.zh}，而“{text}”是{found.zh}",
        ),
        help=help,
        edit=edit,
    )


def _expected(node: syntax.Expr, have: Type, want: Type) -> tuple[Text | None, Edit | None]:
    text = words(node.span)
    match want.base, have.base:
        case "yes/no", "count" | "money" | "share" | "number" | "rate":
            return Text(f"compare it: `{text} ≥ …`", f"请作比较：“{text} ≥ …”"), None
        case "yes/no", "kind":
            return Text(f"ask `{text} is …`", f"写作“{text} 为 …”"), None
        case "yes/no", "date":
            return Text(
                f"ask `since {text} ≥ …` or `{text} in this year`", f"写作“自 {text} 满 …”或“{text} 在本年”"
            ), None
        case "yes/no", "link":
            return Text(f"ask `{text} is known`", f"写作“{text} 已填”"), None
        case "yes/no", "many":
            return Text(f"ask `any {text} where …`", f"写作“任一 {text} 其中 …”"), None
        case "duration", "count" if isinstance(node, syntax.Number):
            return Text(f"write `{text} months`", f"写作“{text}个月”"), Edit(node.span.after, " months")
        case "share", "count" if isinstance(node, syntax.Number):
            return Text(f"write `{text}%`", f"写作“{text}%”"), Edit(node.span.after, "%")
        case "money", "duration" if isinstance(node, syntax.Length):
            return Text("an amount is in yuan (元)", "金额用元"), None
        case "money", "count" | "number" | "share":
            return Text(f"multiply it by an amount (`{text} × 1 yuan`)", f"请乘以金额（“{text} × 1元”）"), None
        case "money" | "rate", "yes/no":
            return Text("write `if … then … else …`", "写作“如果 … 则 … 否则 …”"), None
        case "date", "month":
            return Text("write the day too, such as 2021-01-01", "请写到日，如2021年1月1日"), None
        case _:
            return None, None


def wrong_operand(findings: Findings, node: syntax.Expr, type_: Type, operator: str) -> None:
    """Something that `operator` cannot take at all."""
    found = units.called(type_)
    findings.add(
        "HC303",
        node.span,
        Text(
            f"`{operator}` takes numbers, amounts and durations, but `{words(node.span)}` is {found.en}",
            f"“{operator}”只用于数量、金额和时长，而“{words(node.span)}”是{found.zh}",
        ),
        help=Text("calculate with a count or an amount", "请用数量或金额计算"),
    )


def not_usable(findings: Findings, span: Span, message: Text, help: Text | None) -> None:
    findings.add("HC315", span, message, help=help)


def not_supported(findings: Findings, span: Span, what: Text, instead: Text) -> None:
    """`instead`: what to write."""
    findings.add("HC311", span, Text(f"not supported yet: {what.en}", f"暂不支持：{what.zh}"), instead)


def rate_per_year(findings: Findings, node: syntax.Rate) -> None:
    instead = Text(
        "write a twelfth of it `per month`; what is paid once a year is an amount with `once per year` behind it",
        "请写每月的数额；每年一次发放的，写“每年一次”和金额",
    )
    if isinstance(node.amount, syntax.Money) and not (cents := Fraction(node.amount.yuan) * 100 / 12) % 1:
        month = f"{cents / 100}" if not cents % 100 else f"{float(cents / 100):.2f}"
        instead = Text(f"write a twelfth of it: `{month} yuan per month`", f"请写每月的数额：“每月{month}元”")
    not_supported(findings, node.span, Text("a rate per year", "每年的标准"), instead)


def calculated_rate(findings: Findings, node: syntax.Rate) -> None:
    amount = words(node.amount.span)
    instead = Text(
        f"leave `per month` out: `{amount}` is an amount, paid by the month with `→ … per month`, or at once for "
        "several months with `× 2`",
        f"请去掉“每月”：“{amount}”本身是金额；按月发放写“→ 每月 …”，一次发放几个月的写“× 2”",
    )
    not_supported(findings, node.span, Text("a rate that is calculated", "计算得出的月标准"), instead)


def too_deep(findings: Findings, span: Span, limit: int) -> None:
    findings.add(
        "HC314",
        span,
        Text(f"nested too deeply: more than {limit} operations in one another", f"嵌套过深：超过{limit}层"),
        help=Text("name parts with `define`", "请用“界定”给各部分命名"),
    )


def no_function(findings: Findings, call: syntax.Call) -> None:
    """A misspelt distribution or function of a scenario."""
    name, span = words(call.function.span), call.function.span
    near = get_close_matches(name, [*FUNCTIONS.values(), *FUNCTIONS], 1)
    findings.add(
        "HC510",
        span,
        Text(f"there is no distribution or function `{name}`", f"没有名为“{name}”的分布或函数"),
        help=Text(f"did you mean `{near[0]}`?", f"是否指“{near[0]}”？") if near else None,
        edit=Edit(span, near[0]) if near else None,
    )


def finer_than_fen(findings: Findings, span: Span) -> None:
    findings.add(
        "HC305",
        span,
        Text(f"`{words(span)}` is finer than a fen", f"“{words(span)}”不足一分"),
        help=Text("an amount has two decimals at most", "金额最多两位小数"),
    )


def too_large(findings: Findings, span: Span) -> None:
    findings.add(
        "HC305",
        span,
        Text("the amount is too large", "金额过大"),
        help=Text(f"amounts go up to {units.MOST_YUAN} yuan", f"金额不超过{units.MOST_YUAN}元"),
    )


def out_of_share(findings: Findings, span: Span) -> None:
    findings.add(
        "HC316",
        span,
        Text(f"`{words(span)}` is outside 0% to 100%", f"“{words(span)}”不在0%至100%之间"),
        help=Text("a share lies between 0% and 100%", "比例须在0%至100%之间"),
    )


def may_be_zero(findings: Findings, node: syntax.Binary) -> None:
    divisor = node.right.span.text
    findings.add(
        "HC306",
        node.span,
        Text(f"the divisor `{divisor}` may be zero", f"除数“{divisor}”可能为零"),
        help=Text(
            f"ask for it first (`if {divisor} > 0 then … else …`), take `{divisor} at least 1`, or give its range",
            f"请先判断（“如果 {divisor} > 0 则 … 否则 …”），或写“{divisor} 最低 1”，或声明其取值范围",
        ),
        labels=[Label(node.right.span, Text("this may be zero", "此处可能为零"))],
        edit=Edit(node.right.span, f"({divisor} at least 1)"),
    )
