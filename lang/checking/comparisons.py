"""Comparisons, runs, dates and windows of time.

A yes/no expression against a duration becomes the run of it; `since D ≥ L` and `within` become comparisons of dates
with the settlement date; `total X in this year` sets the window of the total.
"""

from __future__ import annotations

from fractions import Fraction

from lang import typed
from lang.checking import expressions, positive, resolve, units
from lang.checking.environment import Scope
from lang.checking.messages import mismatch, not_usable, words
from lang.dates import Duration
from lang.diagnostics import Edit, Text
from lang.tree import syntax
from lang.types import COUNT, DATE, DURATION, MONEY, YES_NO, Type

Written = syntax.Prefix | syntax.Compare | syntax.IsKnown | syntax.Within | syntax.InSet | syntax.InTime

_FLIPPED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤", "=": "=", "≠": "≠", "is": "is", "is not": "is not"}
_SIGN = {"is": "=", "is not": "≠"}
_ORDERED = ("count", "number", "share", "money", "rate", "duration", "date", "month")
_EQUAL = (*_ORDERED, "yes/no", "kind", "link")


def infer(node: Written, scope: Scope) -> typed.Expr | None:
    match node:
        case syntax.Prefix():
            return _prefix(node, scope)
        case syntax.Compare():
            return _compare(node, scope)
        case syntax.IsKnown():
            operand = expressions.infer(node.operand, scope)
            if operand is None:
                return None
            known = typed.IsKnown(operand, span=node.span)
            return typed.Not(known, span=node.span) if node.negated else known
        case syntax.Within():
            return _within(node, scope)
        case syntax.InSet():
            return _in_set(node, scope)
        case syntax.InTime():
            return _in_time(node, scope)


# ---------------------------------------------------------------- total, ever, previous
def _prefix(node: syntax.Prefix, scope: Scope) -> typed.Expr | None:
    if scope.entity is None:
        message = Text(f"`{node.word}` needs somebody's facts", f"“{words(node.span)}”须针对某一对象")
        not_usable(scope.findings, node.span, message, Text("say it inside `where (…)`", "请写入“其中（…）”"))
        return None
    scope = positive.of_all_months(scope)
    match node.word:
        case "since":
            help = Text("compare it with a duration: `since … ≥ 6 months`", "请与时长比较：“自 … 满 6个月”")
            not_usable(scope.findings, node.span, Text("`since` asks nothing yet", "“自”尚未作比较"), help)
            return None
        case "ever":
            operand = expressions.yes_no(node.operand, scope)
            return None if operand is None else typed.Ever(operand, span=node.span)
        case "previous":
            operand = expressions.infer(node.operand, scope)
            return None if operand is None else typed.Previous(operand, operand.type, span=node.span)
        case "total":
            return _total(node, scope, "so far", None)


def _total(
    node: syntax.Prefix, scope: Scope, window: typed.Window, months: int | None, within: typed.Expr | None = None
) -> typed.Expr | None:
    """`within`: what holds in the months that count (those of `total placed in 2021`), where no window says it."""
    operand = expressions.infer(node.operand, positive.of_all_months(scope))
    if operand is None:
        return None
    type_ = {"yes/no": DURATION, "count": COUNT, "money": MONEY}.get(operand.type.base)
    if type_ is None:
        found = units.called(operand.type)
        message = Text(
            f"`total` adds up a yes/no, counts or amounts, but `{words(node.operand.span)}` is {found.en}",
            f"“累计”只用于是否、数量和金额，而“{words(node.operand.span)}”是{found.zh}",
        )
        scope.findings.add("HC303", node.operand.span, message)
        return None
    if within is not None and operand.type == YES_NO:
        operand = typed.All((operand, within), span=operand.span)
    elif within is not None:
        nothing = typed.Constant(0 if operand.type == COUNT else Fraction(0), operand.type, span=operand.span)
        operand = typed.If(within, operand, nothing, operand.type, span=operand.span)
    return typed.Total(operand, window, months, type_, span=node.span)


# ---------------------------------------------------------------- A ≥ B
def _compare(node: syntax.Compare, scope: Scope) -> typed.Expr | None:
    left, right, operator = node.left, node.right, node.operator
    if isinstance(right, syntax.Prefix) and right.word == "since":
        left, right, operator = right, left, _FLIPPED[operator]  # type: ignore[assignment]
    if isinstance(left, syntax.Prefix) and left.word == "since":
        return _since(node, left, right, operator, scope)
    both = expressions.pair(left, right, scope)
    companion = None
    if node.companion is not None:
        companion = expressions.yes_no(node.companion, positive.of_all_months(scope))
    if both is None or (node.companion is not None and companion is None):
        return None
    first, second = both
    if {first.type.base, second.type.base} == {"yes/no", "duration"}:
        of_all_months = positive.of_all_months(scope)
        if of_all_months is not scope:  # what the conditions around say of this month is not known in those of the run
            return _compare(node, of_all_months)
        return _run(node, first, second, companion, scope)
    if companion is not None:
        return _total_with(node, first, second, companion, scope)
    return _plain(node, first, second, scope)


def _run(
    node: syntax.Compare, first: typed.Expr, second: typed.Expr, companion: typed.Expr | None, scope: Scope
) -> typed.Expr | None:
    """`employed ≥ 6 months`, `6 months ≤ employed`."""
    flag, length = (first, second) if first.type == YES_NO else (second, first)
    written = node.right if length is second else node.left
    if _needs_subject(node, scope) or not _in_months(written, length, scope):
        return None
    whole = flag if companion is None else typed.All((flag, companion), span=flag.span)
    run = typed.Run(whole, span=flag.span)
    sides = (run, length) if flag is first else (length, run)
    return _compared(node, *sides)


def _needs_subject(node: syntax.Expr, scope: Scope) -> bool:
    if scope.entity is None:
        message = Text("a run of months needs somebody's facts", "连续月数须针对某一对象")
        not_usable(scope.findings, node.span, message, None)
    return scope.entity is None


def _in_months(written: syntax.Expr, length: typed.Expr, scope: Scope) -> bool:
    """Runs and totals are whole months; a length in days against them is an error."""
    fixed = units.fold(length)
    if not isinstance(fixed, Duration) or fixed.unit == "months" or fixed.count == 0:
        return True
    months = max(1, round(fixed.count / 30))
    scope.findings.add(
        "HC304",
        written.span,
        Text(
            f"`{words(written.span)}`: runs and totals are counted in whole months",
            f"“{words(written.span)}”：连续和累计均按整月计算",
        ),
        help=Text(f"write `{months} months`", f"写作“{months}个月”"),
        edit=Edit(written.span, f"{months} months"),
    )
    return False


def _total_with(
    node: syntax.Compare, first: typed.Expr, second: typed.Expr, companion: typed.Expr, scope: Scope
) -> typed.Expr | None:
    """`total employed ≥ 12 months with insured`: the months in which both were yes."""
    if isinstance(first, typed.Total) and first.type == DURATION and second.type == DURATION:
        both = typed.All((first.operand, companion), span=first.operand.span)
        return _plain(node, typed.Total(both, first.window, first.months, DURATION, span=first.span), second, scope)
    assert node.companion is not None
    scope.findings.add(
        "HC313",
        node.companion.span,
        Text(
            "`with` belongs to a run of months, as in `employed ≥ 6 months with insured`",
            "“同时”只用于连续月数，如“就业 满 6个月 同时 参保”",
        ),
        help=Text("join conditions with `and`", "条件之间请用“且”"),
    )
    return None


def _plain(node: syntax.Compare, first: typed.Expr, second: typed.Expr, scope: Scope) -> typed.Expr | None:
    for side, found in ((node.left, first), (node.right, second)):
        if not _comparable(side, found, scope):
            return None
    same_kind = first.type == second.type
    if not same_kind and units.joined(first.type, second.type) is None:
        share_and_number = {first.type.base, second.type.base} <= {"share", "number"}
        if not share_and_number:
            mismatch(scope.findings, node, node.left, first.type, node.right, second.type)
            return None
    if first.type.base not in _ORDERED and node.operator not in ("=", "≠", "is", "is not"):
        _no_order(node, first, scope)
        return None
    for side, found, other in ((node.left, first, second), (node.right, second, first)):
        if isinstance(other, typed.Total | typed.Run) and found.type == DURATION and not _in_months(side, found, scope):
            return None
    if first.type == YES_NO and isinstance(second, typed.Constant):
        wanted = second.value is (_sign(node.operator) == "=")
        return first if wanted else typed.Not(first, span=node.span)
    return _compared(node, first, second)


def _sign(operator: str) -> str:
    return _SIGN.get(operator, operator)


def _compared(node: syntax.Compare, first: typed.Expr, second: typed.Expr) -> typed.Expr:
    return typed.Compare(_sign(node.operator), first, second, span=node.span)  # type: ignore[arg-type]


def _comparable(side: syntax.Expr, found: typed.Expr, scope: Scope) -> bool:
    base = found.type.base
    if base in _EQUAL:
        return True
    text = words(side.span)
    if base in ("text", "identity"):
        if isinstance(side, syntax.String):
            message = Text("a text in quotes is nothing to compare with", "引号中的文字不能用于比较")
            help = Text("compare with a member of a kind, without quotes", "请与类别的取值比较，不加引号")
            edit = Edit(side.span, side.value)
        else:
            message = Text(f"`{text}` is carried, never tested", f"“{text}”只随带，不作判断")
            help = Text(
                "only `is known` can be asked of it; make it a kind to compare it",
                "只能判断是否已填；需比较时请改为类别",
            )
            edit = None
        scope.findings.add("HC307", side.span, message, help=help, edit=edit)
        return False
    if base == "many":
        message = Text(f"`{text}` are several rows", f"“{text}”有多个")
        help = Text(f"write `count of {text}`", f"写作“统计 {text}”")
        scope.findings.add("HC308", side.span, message, help=help, edit=Edit(side.span, f"count of {text}"))
        return False
    return True


def _no_order(node: syntax.Compare, first: typed.Expr, scope: Scope) -> None:
    found = units.called(first.type)
    help = Text("use `is`, `is not` or `in (…)`", "请用“为”“不为”或“属于（…）”")
    message = Text(
        f"`{node.operator}` needs an order, but `{words(node.left.span)}` is {found.en}",
        f"“{node.operator}”须有大小之分，而“{words(node.left.span)}”是{found.zh}",
    )
    scope.findings.add("HC303", node.span, message, help=help)


# ---------------------------------------------------------------- dates
def _since(
    node: syntax.Compare, since: syntax.Prefix, length: syntax.Expr, operator: str, scope: Scope
) -> typed.Expr | None:
    """`since D ≥ L`: D + L is not after the settlement date."""
    day = expressions.value_of(since.operand, scope, DATE, Text("what stands behind `since`", "“自”之后"))
    distance = expressions.value_of(length, scope, DURATION, Text("the time since a date", "自某日起的时长"))
    if node.companion is not None:
        help = Text("join conditions with `and`", "条件之间请用“且”")
        message = Text("`with` belongs to a run of months", "“同时”只用于连续月数")
        scope.findings.add("HC313", node.companion.span, message, help=help)
        return None
    if day is None or distance is None:
        return None
    # `since D > L` asks that D + L lie before the settlement date, so the sign turns round.
    later = typed.Later(day, distance, span=since.span)
    sign = _sign(_FLIPPED[operator])
    return typed.Compare(sign, later, typed.SettlementDate(span=since.span), span=node.span)  # type: ignore[arg-type]


def _within(node: syntax.Within, scope: Scope) -> typed.Expr | None:
    subject: typed.Expr | None = typed.SettlementDate(span=node.span)
    if node.subject is not None:
        subject = expressions.value_of(
            node.subject, scope, DATE, Text("what stands before `within`", "“在…起…内”的主语")
        )
    anchor = expressions.value_of(node.anchor, scope, DATE, Text("the date that it counts from", "起算日"))
    distance = expressions.value_of(node.distance, scope, DURATION, Text("the distance", "间隔"))
    if subject is None or anchor is None or distance is None:
        return None
    starts = typed.Compare("≤", anchor, subject, span=node.span)
    ends = typed.Compare("≤", subject, typed.Later(anchor, distance, span=node.span), span=node.span)
    return typed.All((starts, ends), span=node.span)


def _in_time(node: syntax.InTime, scope: Scope) -> typed.Expr | None:
    if isinstance(node.subject, syntax.Prefix) and node.subject.word == "total":
        return _window(node, node.subject, scope)
    if node.subject is None:
        subject: typed.Expr | None = typed.SettlementDate(span=node.span)
    else:
        subject = expressions.infer(node.subject, scope)
    if subject is None:
        return None
    if subject.type != DATE:
        _no_date(node, subject.type, scope)
        return None
    if node.period == "month number" and node.value is not None and not 1 <= node.value <= 12:
        not_usable(scope.findings, node.span, Text("months are 1 to 12", "月份为1至12"), None)
        return None
    return typed.InPeriod(subject, node.period, node.value, node.length, span=node.span)


def _no_date(node: syntax.InTime, type_: Type, scope: Scope) -> None:
    assert node.subject is not None
    text, found = words(node.subject.span), units.called(type_)
    help = None
    if type_ == YES_NO:
        help = Text(f"write `total {text} in … ≥ 1 month`", f"写作“累计 {text} 在… 满 1个月”")
    elif type_.base in ("count", "money"):
        help = Text(f"write `total {text} in …`", f"写作“累计 {text} 在…”")
    message = Text(f"`in` a time asks of a date, but `{text}` is {found.en}", f"此处须为日期，而“{text}”是{found.zh}")
    scope.findings.add("HC301", node.span, message, help=help)


def _window(node: syntax.InTime, total: syntax.Prefix, scope: Scope) -> typed.Expr | None:
    match node.period:
        case "this year" | "last year":
            return _total(total, scope, node.period, None)
        case "this month":
            return _total(total, scope, "last months", 1)
        case "last" if node.length is not None:
            if node.length.unit == "months" and node.length.count > 0:
                return _total(total, scope, "last months", node.length.count)
            not_usable(scope.findings, node.span, Text("a window is whole months", "累计区间须为整月"), None)
        case "month number":
            message = Text("a total over a month of every year", "对每年同一个月的累计")
            not_usable(scope.findings, node.span, message, Text("say of which year", "请写明是哪一年"))
        case "year" | "month":
            within = typed.InPeriod(typed.SettlementDate(span=node.span), node.period, node.value, span=node.span)
            return _total(total, scope, "so far", None, within)
    return None


# ---------------------------------------------------------------- in SET
def _in_set(node: syntax.InSet, scope: Scope) -> typed.Expr | None:
    subject = expressions.infer(node.subject, scope)
    if subject is None:
        return None
    if subject.type.base != "kind" or subject.type.name is None:
        found = units.called(subject.type)
        text = words(node.subject.span)
        message = Text(f"`in` asks of a kind, but `{text}` is {found.en}", f"“属于”只用于类别，而“{text}”是{found.zh}")
        scope.findings.add("HC301", node.span, message)
        return None
    members: list[str] = []
    faulty = False
    for name in node.members:
        constant = resolve.member(name, subject.type.name, scope)
        if constant is not None:
            members.append(str(constant.value))
            continue
        of_set = _set_members(name, subject.type.name, scope)
        faulty = faulty or of_set is None
        members += of_set or []
    return None if faulty else typed.OneOf(subject, tuple(dict.fromkeys(members)), span=node.span)


def _set_members(name: syntax.Name, kind: str, scope: Scope) -> list[str] | None:
    environment = scope.environment
    found = environment.sets.find(name.text)
    if found is None:
        near = environment.members[kind].nearest(name.text)
        if near is None or environment.sets.nearest(name.text) is not None:
            resolve.unknown(
                environment, name, [environment.sets], Text(f"member or set of {kind}", f"{kind}的取值或范围")
            )
        else:
            resolve.not_a_member(name, kind, environment)
        return None
    if not found.kind:
        return None  # its kind is unknown, which was told
    if found.kind != kind:
        message = Text(
            f"`{found.name}` is a set of {found.kind}, not of {kind}",
            f"“{found.name}”是{found.kind}的范围，不是{kind}的",
        )
        scope.findings.add("HC206", name.span, message)
        return None
    return list(found.members)
