"""Populations of a scenario: who arrives when, and what is assumed of them.

Comes in: a `population` block. Goes out: a `model.Population` whose assumptions fit the attributes' types.
"""

from __future__ import annotations

from fractions import Fraction

from lang import model, typed
from lang.checking import expressions, resolve, units
from lang.checking.case import given_value, in_range
from lang.checking.distributions import check_distribution, probability
from lang.checking.environment import Scope
from lang.checking.findings import quoted
from lang.checking.messages import words
from lang.checking.paths import link_to
from lang.dates import Duration, Month, month_text
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.types import COUNT, DATE, DURATION, NUMBER, YES_NO, Given


def check_population(
    written: tree.Population, scope: Scope, period: tuple[Month, Month] | None
) -> model.Population | None:
    environment = scope.environment
    entity = environment.entities.canonical(written.entity.text)
    if entity is None:
        resolve.declared(environment.entities, written.entity, environment)
        return None
    arrivals: list[model.Arrive] = []
    assumptions: dict[str, model.Assumption] = {}
    places: dict[str, Span] = {}
    for line in written.lines:
        if isinstance(line, tree.Arrive):
            arrival = _arrive(line, entity, scope, period, written.as_of if written.roster is not None else None)
            if arrival is not None:
                arrivals.append(arrival)
            continue
        attribute = environment.attributes[entity].find(line.attribute.text)
        if attribute is None:
            resolve.unknown(
                environment, line.attribute, [environment.attributes[entity]], environment.attributes[entity].what
            )
            continue
        if attribute.name in places:
            message = Text(f"`{attribute.name}` has an assumption already", f"“{attribute.name}”已有假设")
            labels = [Label(places[attribute.name], Text("the first is here", "首次声明在此"))]
            scope.findings.add("HC202", line.attribute.span, message, labels=labels)
            continue
        places[attribute.name] = line.attribute.span
        if attribute.type.base == "none":
            continue
        assumption = _assumption(line, attribute, scope)
        if assumption is not None:
            assumptions[attribute.name] = assumption
    if not any(isinstance(line, tree.Arrive) for line in written.lines) and written.roster is None:
        message = Text(f"nobody arrives in population `{entity}`", f"群体“{entity}”没有新增")
        help = Text(
            'add `arrive 1000 in 2021-01`, or `from "roster.xlsx" as of …`',
            "请加“新增 1000 在 2021年1月”，或“自「名册.xlsx」截至 …”",
        )
        scope.findings.add("HC516", written.entity.span, message, help=help, echo=True)
    return model.Population(
        entity=entity, arrivals=tuple(arrivals), assumptions=assumptions, roster=written.roster, as_of=written.as_of,
        span=written.span,
    )  # fmt: skip


# ---------------------------------------------------------------- arrivals
def _fault(scope: Scope, span: Span, en: str, zh: str, help: Text | None = None) -> None:
    scope.findings.add("HC516", span, Text(en, zh), help=help)


def _arrive(
    line: tree.Arrive, entity: str, scope: Scope, period: tuple[Month, Month] | None, known: Month | None
) -> model.Arrive | None:
    """`known`: to what month the roster tells with which the population starts."""
    number = _number(line, scope)
    chance = None if line.chance is None else probability(line.chance, scope)
    after = 0 if line.after is None else whole_months(line.after, scope, "HC516")
    per = link = None
    if line.per is not None:
        per = scope.environment.entities.canonical(line.per.text)
        if per is None:
            resolve.declared(scope.environment.entities, line.per, scope.environment)
            return None
        link = _only_link(line, entity, per, scope)
        if link is None:
            return None
    elif line.chance is not None or line.after is not None:
        _fault(scope, line.span, "`with chance` and `after` need `per ENTITY`", "“概率”“滞后”须与“每 台账”同用")
        return None
    if number is None or after is None or (line.chance is not None and chance is None):
        return None
    first, last = line.first, line.last
    if known is not None and first is not None and first <= known:
        _fault(
            scope, line.span, f"who arrived up to {month_text(known)} is in the roster",
            f"截至{month_text(known)}的人员已在名册中",
            Text(f"let the arrivals begin in {month_text(known + 1)}", f"请从{month_text(known + 1)}起新增"),
        )  # fmt: skip
        return None
    if first is None and per is None and period is not None:
        first, last = period if known is None else (max(period[0], known + 1), period[1])
        if not line.per_month:
            _fault(
                scope, line.span, "in which month do they arrive?", "在哪个月新增？",
                Text("add `in 2021-01`, or `per month from … to …`", "请加“在 2021年1月”，或“每月 2021年1月 至 …”"),
            )  # fmt: skip
            return None
    if first is not None and last is None:
        last = period[1] if line.per_month and period is not None else first
    if not _in_period(line, first, last, period, scope):
        return None
    return model.Arrive(
        number=number, first=first, last=last, per=per, link=link, chance=chance, after=after, span=line.span
    )


def _number(line: tree.Arrive, scope: Scope) -> model.Distribution | None:
    """How many arrive: a whole number, or drawn each month."""
    if line.number is None:
        if line.per is None:
            _fault(scope, line.span, "how many arrive?", "新增多少？")
            return None
        return model.Distribution(
            family="fixed", type=COUNT, arguments={"x": typed.Constant(1, COUNT, span=line.span)}, span=line.span
        )
    if isinstance(line.number, syntax.Call):
        return check_distribution(tree.Distribution(line.number, span=line.number.span), COUNT, scope)
    found = expressions.value(line.number, scope, NUMBER, Text("the number of arrivals", "新增数量"))
    if found is None:
        return None
    fixed = units.fold(found)
    if isinstance(fixed, int | Fraction) and (fixed < 0 or Fraction(fixed).denominator != 1):
        _fault(
            scope, line.number.span, f"`{words(line.number.span)}` is no whole number",
            f"“{words(line.number.span)}”不是整数",
            Text("for an average write `poisson(…)`", "如为平均数，请写“泊松（…）”"),
        )  # fmt: skip
        return None
    return model.Distribution(family="fixed", type=COUNT, arguments={"x": found}, span=line.number.span)


def _only_link(line: tree.Arrive, entity: str, per: str, scope: Scope) -> str | None:
    assert line.per is not None
    links = link_to(entity, per, scope)
    if len(links) == 1:
        return links[0].name
    if links:
        options = quoted(link.name for link in links)
        _fault(
            scope,
            line.per.span,
            f"{entity} has several links to {per}: {options}",
            f"{entity}有多个指向{per}的关联：{options}",
        )
    else:
        message = Text(f"{entity} has no link to {per}", f"{entity}没有指向{per}的关联")
        scope.findings.add("HC516", line.per.span, message, echo=True)
    return None


def _in_period(
    line: tree.Arrive, first: Month | None, last: Month | None, period: tuple[Month, Month] | None, scope: Scope
) -> bool:
    if first is None or last is None:
        return True
    if last < first:
        _fault(scope, line.span, "the months end before they begin", "终止月份早于起始月份")
        return False
    if period is not None and last > period[1]:
        _fault(
            scope, line.span, f"arrivals after the period, which ends in {month_text(period[1])}",
            f"新增晚于期间的终止月份{month_text(period[1])}",
        )  # fmt: skip
        return False
    return True


def whole_months(node: syntax.Expr, scope: Scope, code: str) -> int | None:
    """A constant number of whole months, not negative."""
    found = expressions.value(node, scope, DURATION, Text("the time", "时长"))
    if found is None:
        return None
    fixed = units.fold(found)
    if isinstance(fixed, Duration) and fixed.unit == "months" and fixed.count >= 0:
        return fixed.count
    message = Text(f"`{words(node.span)}` must be whole months", f"“{words(node.span)}”须为整月")
    scope.findings.add(code, node.span, message)
    return None


# ---------------------------------------------------------------- assumptions
def _assumption(line: tree.Assumption, attribute: model.Attribute, scope: Scope) -> model.Assumption | None:
    if attribute.type.base == "many":
        message = Text(
            f"`{attribute.name}` follows from `{attribute.via}` of {attribute.type.name}",
            f"“{attribute.name}”由{attribute.type.name}的“{attribute.via}”得出",
        )
        scope.findings.add("HC517", line.attribute.span, message)
        return None
    match line:
        case tree.Drawn():
            distribution = check_distribution(line.distribution, attribute.type, scope, or_none=True)
            if distribution is None or not _possible(line.distribution, distribution, attribute, scope):
                return None
            return model.Drawn(attribute=attribute.name, distribution=distribution, span=line.span)
        case tree.Fixed():
            return _fixed(line, attribute, scope)
        case tree.Spells():
            return _spells(line, attribute, scope)
        case tree.Follows():
            return _follows(line, attribute, scope)


def _possible(
    written: tree.Distribution, distribution: model.Distribution, attribute: model.Attribute, scope: Scope
) -> bool:
    """Whether the attribute may have every value that is written down; bounds of a range are values too."""
    values: list[tuple[Given | None, Span]] = []
    if distribution.family == "choice" and written.choices:
        values = [(v, choice.value.span) for v, choice in zip(distribution.values, written.choices, strict=True)]
    elif distribution.family in ("fixed", "uniform", "triangular"):
        values = [(units.fold(e), e.span) for e in distribution.arguments.values()]
    numbers = [(value, span) for value, span in values if isinstance(value, int | Fraction)]
    told = [in_range(value, span, attribute, scope.environment) for value, span in numbers]  # all at once
    return all(told)


def _wrong(line: tree.Assumption, attribute: model.Attribute, en: str, zh: str, scope: Scope) -> None:
    if scope.findings.told_again(("assumption", attribute.entity, attribute.name), line.span):
        return
    called = units.called(attribute.type)
    message = Text(
        f"`{attribute.name}` is {called.en}{' by month' if attribute.monthly else ''}; {en}",
        f"“{attribute.name}”是{'逐月的' if attribute.monthly else ''}{called.zh}；{zh}",
    )
    labels = [Label(attribute.span, Text("declared here", "声明在此"))]
    scope.findings.add("HC517", line.span, message, labels=labels)


def _fixed(line: tree.Fixed, attribute: model.Attribute, scope: Scope) -> model.Fixed | None:
    if not line.arrival:
        assert line.value is not None
        value = given_value(line.value, attribute, scope.environment)
        return None if value is None else model.Fixed(attribute=attribute.name, value=value, span=line.span)
    if attribute.type != DATE or attribute.monthly:
        _wrong(line, attribute, "`arrival` is a date", "“进入日”是日期", scope)
        return None
    low = 0 if line.low is None else whole_months(line.low, scope, "HC517")
    high = low if line.high is None or low is None else whole_months(line.high, scope, "HC517")
    if low is None or high is None:
        return None
    if high < low:
        scope.findings.add("HC517", line.span, Text("the range ends before it begins", "区间的上限小于下限"))
        return None
    return model.Fixed(attribute=attribute.name, low=low, high=high, span=line.span)


def _flag(attribute: model.Attribute) -> bool:
    return attribute.type == YES_NO and attribute.monthly


def _spells(line: tree.Spells, attribute: model.Attribute, scope: Scope) -> model.Spells | None:
    ends = None if line.ends is None else probability(line.ends, scope)
    returns = None if line.returns is None else probability(line.returns, scope)
    if not _flag(attribute):
        _wrong(line, attribute, "only a monthly yes/no starts and ends", "只有逐月的是否栏目才有起止", scope)
        return None
    if (line.ends is not None and ends is None) or (line.returns is not None and returns is None):
        return None
    return model.Spells(attribute=attribute.name, ends=ends, returns=returns, span=line.span)


def _follows(line: tree.Follows, attribute: model.Attribute, scope: Scope) -> model.Follows | None:
    space = scope.environment.attributes[attribute.entity]
    leader = space.find(line.leader.text)
    after = 0 if line.after is None else whole_months(line.after, scope, "HC517")
    chance = None if line.chance is None else probability(line.chance, scope)
    if leader is None:
        resolve.unknown(scope.environment, line.leader, [space], space.what)
        return None
    if leader.type.base == "none":
        return None
    for one in (attribute, leader):
        if not _flag(one):
            _wrong(line, one, "only a monthly yes/no follows another", "只有逐月的是否栏目才能跟随", scope)
            return None
    if leader.name == attribute.name:
        _wrong(line, attribute, "it cannot follow itself", "不能跟随自身", scope)
        return None
    if after is None or (line.chance is not None and chance is None):
        return None
    return model.Follows(attribute=attribute.name, leader=leader.name, after=after, chance=chance, span=line.span)
