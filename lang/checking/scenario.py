"""Scenarios: period, unknowns, claims, budgets and cash. Populations are in `lang.checking.population`.

Comes in: `scenario` blocks. Goes out: `model.Scenario`s; one with a fault is left out (the program is refused then).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from lang import model, typed
from lang.checking import expressions, resolve, symbols, units
from lang.checking.case import check_sets_of
from lang.checking.distributions import check_distribution, probability
from lang.checking.environment import Environment, Scope
from lang.checking.messages import words, years
from lang.checking.policy import Frame
from lang.checking.population import check_population
from lang.checking.symbols import Space
from lang.dates import Month, month_text, year_of
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.tree.walk import parts
from lang.types import DURATION, MONEY, NO_VALUE, NUMBER, Value

T = TypeVar("T")


def check_scenarios(
    scenarios: Iterable[tree.Scenario], environment: Environment, frame: Frame
) -> dict[str, model.Scenario]:
    checked: dict[str, model.Scenario] = {}
    for declared in scenarios:
        fresh = environment.scenarios.declare(environment.findings, declared.name, declared.label, declared)
        scenario = _scenario(declared, environment, frame)
        if fresh and scenario is not None:
            checked[scenario.name] = scenario
    return checked


def _lines(declared: tree.Scenario, kind: type[T]) -> list[T]:
    return [line for line in declared.lines if isinstance(line, kind)]


def _scenario(declared: tree.Scenario, environment: Environment, frame: Frame) -> model.Scenario | None:
    _check_policy(declared, environment, frame)
    period = _period(declared, environment, frame)
    unknowns: Space[model.Unknown] = Space(Text("unknown", "不确定量"))
    scope = Scope(environment, "scenario", unknowns=unknowns)
    for unknown in _lines(declared, tree.Unknown):
        unknowns.declare(environment.findings, unknown.name, unknown.label, _unknown(unknown, scope))
    written = _lines(declared, tree.SetValue)
    reading = [line for line in written if _reads(line.value, unknowns)]
    sets = check_sets_of([line for line in written if line not in reading], environment)
    _check_not_negative(written, sets, scope)
    drawn_sets = _drawn_sets(reading, scope, sets)
    populations: dict[str, model.Population] = {}
    faulty: set[tuple[str, str]] = set()  # (entity, attribute) whose assumption has a fault of its own
    places: dict[str, Span] = {}
    for block in _lines(declared, tree.Population):
        population = check_population(block, scope, period)
        if population is None:
            continue
        if population.entity in populations:
            message = Text(f"{population.entity} has a population already", f"{population.entity}已有群体")
            labels = [Label(places[population.entity], Text("the first is here", "首次声明在此"))]
            environment.findings.add("HC202", block.entity.span, message, labels=labels, echo=True)
            continue
        faulty |= {(population.entity, name) for name in _spoken_of(block, population, environment)}
        populations[population.entity] = population
        places[population.entity] = block.entity.span
    _check_leaders(populations, faulty, environment)
    taken_up, lag = _claims(declared, scope)
    budgets = _budgets(_lines(declared, tree.Budget), scope, period)
    _all_pots(budgets, populations, scope)
    cash = _cash_limits(_lines(declared, tree.Cash), scope)
    if period is None:
        return None
    names = symbols.names_of(declared.name, declared.label)
    return model.Scenario(
        name=names.name, label=names.label, span=declared.span, trivia=declared.trivia, policy=frame.name or "",
        first=period[0], last=period[1], sets=sets, unknowns=unknowns.entries, populations=populations,
        taken_up=taken_up, lag=lag, budgets=budgets, cash=cash, drawn_sets=drawn_sets,
    )  # fmt: skip


def _check_policy(declared: tree.Scenario, environment: Environment, frame: Frame) -> None:
    """A scenario in a policy's file is for that policy."""
    wanted = declared.policy.removeprefix("std:")
    if frame.name is None or wanted in (frame.name, frame.label):
        return
    at = declared.span.text.find(declared.policy)
    start = declared.span.start + at
    span = declared.name.span if at < 0 else Span(start, start + len(declared.policy), declared.span.source)
    message = Text(
        f"the scenario is for `{declared.policy}`, but the policy is `{frame.name}`",
        f"情景适用于“{declared.policy}”，而政策是“{frame.name}”",
    )
    if environment.findings.told_again(("policy", declared.policy), span):
        return
    labels = [Label(frame.span, Text("the policy is here", "政策在此"))]
    environment.findings.add("HC215", span, message, labels=labels)


def _period(declared: tree.Scenario, environment: Environment, frame: Frame) -> tuple[Month, Month] | None:
    periods = _lines(declared, tree.Period)
    if not periods:
        message = Text(f"scenario `{declared.name.text}` has no period", f"情景“{declared.name.text}”没有期间")
        help = Text("add `period 2021-01 to 2025-12`", "请加“期间 2021年1月 至 2025年12月”")
        environment.findings.add("HC512", declared.name.span, message, help=help)
        return None
    period = periods[0]
    for other in periods[1:]:
        environment.findings.add("HC512", other.span, Text("the period is said twice", "期间重复书写"))
    if period.last < period.first:
        environment.findings.add("HC512", period.span, Text("the period ends before it begins", "期间的终止早于起始"))
        return None
    outside = frame.last is not None and period.first > frame.last
    if frame.dated and (outside or period.last < frame.first):
        end = "" if frame.last is None else month_text(frame.last)
        message = Text(
            f"the period lies outside the policy ({month_text(frame.first)} to {end})",
            f"期间在政策期间（{month_text(frame.first)}至{end}）之外",
        )
        environment.findings.add("HC512", period.span, message)
        return None
    return period.first, period.last


def _unknown(declared: tree.Unknown, scope: Scope) -> model.Unknown:
    """With a fault: of type none, so that whatever reads it stays silent."""
    distribution = check_distribution(declared.distribution, None, scope)
    names = symbols.names_of(declared.name, declared.label)
    type_ = NO_VALUE if distribution is None else distribution.type
    return model.Unknown(
        name=names.name, label=names.label, span=declared.span, trivia=declared.trivia, type=type_,
        distribution=distribution or model.Distribution(family="fixed", type=NO_VALUE),
    )  # fmt: skip


def _reads(node: syntax.Expr | syntax.Argument, unknowns: Space[model.Unknown]) -> bool:
    """Whether an unknown is named somewhere in it."""
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, syntax.Ref) and unknowns.find(at.name.text) is not None:
            return True
        waiting += parts(at)
    return False


def _drawn_sets(lines: list[tree.SetValue], scope: Scope, fixed: Mapping[str, Value]) -> dict[str, typed.Expr]:
    """`set NAME = …` with unknowns in it: numbers and amounts, of the type that the parameter has."""
    environment = scope.environment
    given: dict[str, typed.Expr] = {}
    for line in lines:
        parameter = resolve.declared(environment.parameters, line.parameter, environment)
        if parameter is None or parameter.type == NO_VALUE:
            continue
        if parameter.name in fixed or parameter.name in given:
            message = Text(f"`{parameter.name}` is set twice", f"“{parameter.name}”重复取值")
            environment.findings.add("HC202", line.parameter.span, message)
            continue
        want = NUMBER if parameter.type.base in units.DIMENSIONLESS else parameter.type
        found = expressions.value(line.value, scope, want, Text("the value", "标准的数值"))
        if found is not None:
            given[parameter.name] = found
    return given


def _check_not_negative(lines: list[tree.SetValue], fixed: Mapping[str, Value], scope: Scope) -> None:
    """What a scenario sets is an amount, a number or a share that a policy can have, as what it draws must be."""
    for line in lines:
        name = scope.environment.parameters.canonical(line.parameter.text)
        value = fixed.get(name or "")
        if isinstance(value, int | Fraction) and value < 0:
            _say_below_zero(line.value, scope)


def _spoken_of(written: tree.Population, population: model.Population, environment: Environment) -> Iterable[str]:
    """Attributes that have a line in the population but no assumption, because of a fault that was told."""
    space = environment.attributes[population.entity]
    if any(
        not isinstance(line, tree.Arrive) and space.canonical(line.attribute.text) is None for line in written.lines
    ):
        yield from space.entries  # a line of an unknown name may be that of any attribute
    for line in written.lines:
        name = None if isinstance(line, tree.Arrive) else space.canonical(line.attribute.text)
        if name is not None and name not in population.assumptions:
            yield name


def _check_leaders(
    populations: dict[str, model.Population], faulty: set[tuple[str, str]], environment: Environment
) -> None:
    """What follows something must find an assumption for it; who arrives per entity needs a population of that."""
    for population in populations.values():
        for follower in population.assumptions.values():
            if isinstance(follower, model.Follows) and population.roster is None:
                attribute = environment.attributes[population.entity].entries[follower.leader]
                known = follower.leader in population.assumptions or (population.entity, follower.leader) in faulty
                if not known and attribute.default is None:
                    message = Text(
                        f"`{follower.attribute}` follows `{follower.leader}`, which has no assumption",
                        f"“{follower.attribute}”随“{follower.leader}”，而后者没有假设",
                    )
                    environment.findings.add("HC517", follower.span, message, echo=True)
        for arrival in population.arrivals:
            if arrival.per is not None and arrival.per not in populations:
                message = Text(f"the scenario has no population {arrival.per}", f"情景中没有{arrival.per}群体")
                help = Text(f"add `population {arrival.per}`", f"请加“群体 {arrival.per}”")
                environment.findings.add("HC516", arrival.span, message, help=help, echo=True)


# ---------------------------------------------------------------- claims, money
def _claims(declared: tree.Scenario, scope: Scope) -> tuple[typed.Expr | None, model.Distribution | None]:
    taken_up = lag = None
    seen: set[type] = set()
    for line in (line for claims in _lines(declared, tree.Claims) for line in claims.lines):
        if type(line) in seen:
            scope.findings.add("HC202", line.span, Text("this is said twice", "重复书写"))
        seen.add(type(line))
        if isinstance(line, tree.TakenUp):
            taken_up = probability(line.chance, scope)
        else:
            lag = check_distribution(line.distribution, DURATION, scope)
    return taken_up, lag


def _budgets(lines: list[tree.Budget], scope: Scope, period: tuple[Month, Month] | None) -> tuple[model.Budget, ...]:
    checked: list[model.Budget] = []
    places: dict[tuple[str, str | None, int], Span] = {}
    faulty = False
    for line in lines:
        budget = _budget(line, scope)
        if budget is None:
            faulty = True
            continue
        key = budget.fund, budget.pot, budget.year
        if key in places:
            message = Text("this budget is said twice", "该预算重复书写")
            labels = [Label(places[key], Text("the first is here", "首次声明在此"))]
            scope.findings.add("HC513", line.span, message, labels=labels)
            faulty = True
            continue
        places[key] = line.span
        checked.append(budget)
    if period is not None and not faulty:
        _all_years(places, period, scope)
    return tuple(checked)


def _all_pots(budgets: tuple[model.Budget, ...], populations: dict[str, model.Population], scope: Scope) -> None:
    """Said where a fund has a budget for some of its pots, and the scenario draws people of others, who are paid
    without limit. Whom a definition sends to a pot is known only when it is simulated, which notes it then."""
    for fund in dict.fromkeys(budget.fund for budget in budgets if budget.pot is not None):
        per = scope.environment.funds.entries[fund].per
        given = {budget.pot for budget in budgets if budget.fund == fund}
        missing = [pot for pot in _drawn_pots(per, populations, scope) if pot not in given]
        if None in given or not missing:
            continue
        span = next(budget.span for budget in budgets if budget.fund == fund)
        message = Text(
            f"`{fund}` has a budget for some of its pots, but none for {', '.join(missing)}: nothing limits what is "
            "paid there",
            f"“{fund}”仅部分分列有预算，{'、'.join(missing)}没有：该处支付不受限制",
        )
        year = next(budget.year for budget in budgets if budget.fund == fund)
        help = Text(
            f"give each a budget, such as `budget {fund}[{missing[0]}] {year} = 0 yuan` where nothing is paid",
            f"请逐一写明预算；不支付的，写“预算 {fund}[{missing[0]}] {year} = 0元”",
        )
        scope.findings.add("HC519", span, message, help=help)


def _drawn_pots(per: str | None, populations: dict[str, model.Population], scope: Scope) -> list[str]:
    """The members of a fund's attribute `per` that some population has for certain."""
    found: dict[str, None] = {}
    for entity, population in populations.items():
        assumption = population.assumptions.get(per or "")
        defined = scope.environment.definitions[entity].find(per or "") is not None
        if not isinstance(assumption, model.Drawn) or defined:
            continue
        for value, weight in zip(assumption.distribution.values, assumption.distribution.weights, strict=False):
            if isinstance(value, str) and units.fold(weight) != 0:
                found[value] = None
    return list(found)


def _all_years(places: dict[tuple[str, str | None, int], Span], period: tuple[Month, Month], scope: Scope) -> None:
    """A fund (or pot) with a budget for some years of the period has one for all of them."""
    whole = range(year_of(period[0]), year_of(period[1]) + 1)
    for fund, pot in dict.fromkeys((fund, pot) for fund, pot, _ in places):
        given = [year for year in whole if (fund, pot, year) in places]
        missing = [year for year in whole if year not in given]
        name = fund if pot is None else f"{fund}[{pot}]"
        if not given:
            said = [year for of, part, year in places if (of, part) == (fund, pot)]
            text, all_of = years(said), years(whole)
            message = Text(
                f"`{name}` has a budget for {text.en}, which is outside the period",
                f"“{name}”的{text.zh}年度预算在期间之外",
            )
            help = Text(f"give the years of the period: {all_of.en}", f"请写期间内各年度：{all_of.zh}")
            scope.findings.add("HC518", places[fund, pot, said[0]], message, help=help)
            continue
        if not missing:
            continue
        text, lacks = years(given), years(missing)
        message = Text(
            f"`{name}` has a budget for {text.en}, but none for {lacks.en}",
            f"“{name}”有{text.zh}年度预算，缺{lacks.zh}年度",
        )
        help = Text("give every year of the period, or none", "请写全期间内各年度，或都不写")
        scope.findings.add("HC518", places[fund, pot, given[0]], message, help=help)


def _budget(line: tree.Budget, scope: Scope) -> model.Budget | None:
    environment = scope.environment
    fund = resolve.declared(environment.funds, line.fund, environment)
    amount = expressions.value(line.amount, scope, MONEY, Text("the budget", "预算"))
    if fund is None:
        return None
    pot = None
    if line.pot is not None:
        if fund.pots is None:
            if fund.per is None:
                message = Text(f"`{fund.name}` is one fund, without pots", f"“{fund.name}”不分列")
                labels = [Label(fund.span, Text("declared here", "声明在此"))]
                environment.findings.add("HC513", line.pot.span, message, labels=labels)
            return None
        pot = environment.members[fund.pots].canonical(line.pot.text)
        if pot is None:
            resolve.not_a_member(line.pot, fund.pots, environment)
            return None
    if amount is None or _below_zero(amount, line.amount, scope):
        return None
    return model.Budget(fund=fund.name, pot=pot, year=line.year, amount=amount, span=line.span)


def _cash_limits(lines: list[tree.Cash], scope: Scope) -> tuple[model.Cash, ...]:
    """Of all funds together or of one: a number of claims a month, an amount a month, each said once."""
    found: list[model.Cash] = []
    first: dict[tuple[str | None, bool], Span] = {}
    for line in lines:
        limit = _cash(line, scope)
        if limit is None:
            continue
        about = (limit.fund, limit.amount is None)
        if about in first:
            labels = [Label(first[about], Text("the first is here", "首次书写在此"))]
            scope.findings.add("HC513", line.span, Text("this limit is said twice", "该上限重复书写"), labels=labels)
            continue
        first[about] = line.span
        found.append(limit)
    return tuple(found)


def _cash(line: tree.Cash, scope: Scope) -> model.Cash | None:
    fund = None
    if line.fund is not None:
        found = resolve.declared(scope.environment.funds, line.fund, scope.environment)
        if found is None:
            return None
        fund = found.name
    if line.amount is None:
        return model.Cash(claims=line.claims, fund=fund)
    amount = expressions.value(line.amount, scope, MONEY, Text("the limit", "支付上限"))
    if amount is None or _below_zero(amount, line.amount, scope):
        return None
    return model.Cash(amount=amount, fund=fund)


def _below_zero(amount: typed.Expr, written: syntax.Expr, scope: Scope) -> bool:
    fixed = units.fold(amount)
    if not isinstance(fixed, int | Fraction) or fixed >= 0:
        return False
    _say_below_zero(written, scope)
    return True


def _say_below_zero(written: syntax.Expr, scope: Scope) -> None:
    message = Text(f"`{words(written.span)}` is below zero", f"“{words(written.span)}”小于零")
    scope.findings.add("HC513", written.span, message)
