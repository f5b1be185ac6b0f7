"""The limits that a scenario sets, and the claims that an engine gives, numbered for settling.

In: plan, worlds, chunk. Out: `Limits` and `Claims` of simulator/money/claims.py. Pots are numbered fund by fund, in the
order of the file: the fund itself, or the members of its kind and, last, the payments whose pot is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lang import model, typed
from lang.dates import Month, last_day, month_of
from lang.diagnostics import Diagnostic, Text
from simulator.chance.scenario_values import bad_value, evaluate
from simulator.money.claims import NO_LIMIT, NO_POT, Claims, Limits, Pot
from simulator.plan import Chunk, ClausePayments, Floats, Ints, Ints16, Plan, SimulationError, Worlds


def pots_of(policy: model.Program) -> tuple[Pot, ...]:
    """Every pot of the policy, by number."""
    result: list[Pot] = []
    for number, fund in enumerate(policy.funds.values()):
        if fund.pots is not None:
            result += [Pot(fund=number, member=member.name) for member in policy.kinds[fund.pots].members]
        result.append(Pot(fund=number))
    return tuple(result)


def lapse_month(policy: model.Program) -> Month | None:
    """The first month whose settlement date is after `claims until`."""
    day = policy.claims_until
    if day is None:
        return None
    return month_of(day) + (1 if day == last_day(month_of(day)) else 0)


def budget_faults(policy: model.Program, scenario: model.Scenario) -> Iterator[Diagnostic]:
    """Budgets that are of no pot of their fund. (That no year lacks one is checked with the scenario.)"""
    pots = pots_of(policy)
    for budget in scenario.budgets:
        fund = policy.funds[budget.fund]
        if fund.pots is not None and budget.pot is None:
            message = Text(
                f"`{fund.name}` is one pot for each {fund.per}; this budget does not say for which",
                f"资金“{fund.label or fund.name}”按类别分设额度，此预算未写明属于哪一项",
            )
        elif Pot(fund=list(policy.funds).index(fund.name), member=budget.pot) not in pots:
            message = Text(
                f"`{fund.name}` has no pot `{budget.pot}`", f"资金“{fund.label or fund.name}”没有“{budget.pot}”这一额度"
            )
        else:
            continue
        members = [pot.member for pot in pots if pot.fund == list(policy.funds).index(fund.name) and pot.member]
        help = Text(
            f"write `budget {fund.name}[…] {budget.year} = …`, with one of {', '.join(members)}",
            f"请写成“预算 {fund.label or fund.name}[…] {budget.year} = …”，可用：{'、'.join(members)}",
        )
        yield Diagnostic("HC610", budget.span, message, help=help if members else None)


def limits_of(plan: Plan, worlds: Worlds, draws: range) -> Limits:
    """The limits in the given draws. Raises SimulationError for budgets that cannot be used."""
    policy, scenario = plan.policy, plan.scenario
    faults = tuple(budget_faults(policy, scenario))
    if faults:
        raise SimulationError(*faults)
    pots = pots_of(policy)
    funds = tuple(policy.funds)
    values = worlds.of(draws)
    years = range(scenario.first // 12, scenario.last // 12 + 1)
    appropriation = np.full((len(draws), len(pots), len(years)), NO_LIMIT, dtype=np.int64)
    for budget in scenario.budgets:
        if budget.year in years:
            pot = pots.index(Pot(fund=funds.index(budget.fund), member=budget.pot))
            appropriation[:, pot, budget.year - years.start] = _fen(budget.amount, values, len(draws))
    cash_amount = np.full(len(draws), NO_LIMIT, dtype=np.int64)
    cash_claims = cash_amount.copy()
    fund_amount = np.full((len(draws), len(funds)), NO_LIMIT, dtype=np.int64)
    fund_claims = fund_amount.copy()
    for cash in scenario.cash:
        column = None if cash.fund is None else funds.index(cash.fund)
        if cash.claims is not None:
            target = cash_claims if column is None else fund_claims[:, column]
            np.minimum(target, cash.claims, out=target)
        if cash.amount is not None:
            target = cash_amount if column is None else fund_amount[:, column]
            np.minimum(target, _fen(cash.amount, values, len(draws)), out=target)
    leading = set()
    for name in plan.clauses:
        paid_from = plan.program.clauses[name].funds
        if paid_from is not None and paid_from.shares is None:
            leading |= {funds.index(fund) for fund in paid_from.funds[:-1]}
    return Limits(
        first=scenario.first,
        last=scenario.last,
        lapse=lapse_month(policy),
        funds=funds,
        pots=pots,
        closes=np.array([pot.fund in leading for pot in pots], dtype=np.bool_),
        shares=tuple(_shares(plan, name) for name in plan.clauses),
        appropriation=appropriation,
        cash_amount=cash_amount,
        cash_claims=cash_claims,
        fund_cash_amount=fund_amount,
        fund_cash_claims=fund_claims,
    )


def _shares(plan: Plan, clause: str) -> tuple[Fraction, ...] | None:
    funds = plan.program.clauses[clause].funds
    return None if funds is None else funds.shares


def _fen(amount: typed.Expr, values: Mapping[str, Floats], draws: int) -> Ints:
    """An amount of the scenario in whole fen, one a draw; a plain constant exactly."""
    if isinstance(amount, typed.Constant):
        assert isinstance(amount.value, int | Fraction)
        fen = np.full(draws, int(amount.value), dtype=np.int64)
    else:
        fen = np.broadcast_to(np.rint(evaluate(amount, values)), (draws,)).astype(np.int64)
    if (fen < 0).any():
        raise bad_value(amount.span, "this amount is below zero in some draw", "在某次抽样中该金额为负")
    return fen


def claims_of(plan: Plan, chunk: Chunk, limits: Limits) -> Claims:
    """All payments of a chunk in one table."""
    given = [(number, chunk.payments[name]) for number, name in enumerate(plan.clauses) if name in chunk.payments]
    width = max((len(payments.pots) for _, payments in given), default=0)

    def column(name: str, kind: type[np.generic]) -> NDArray[Any]:
        parts = [np.asarray(getattr(payments, name)) for _, payments in given]
        return np.concatenate(parts).astype(kind, copy=False) if parts else np.empty(0, dtype=kind)

    pots = [_pots(plan, plan.clauses[number], payments, limits, max(width, 1)) for number, payments in given]
    return Claims(
        draw=column("draw", np.int32) - np.int32(chunk.draws.start),
        clause=np.repeat(
            np.array([number for number, _ in given], dtype=np.int16), [len(payments) for _, payments in given]
        ),
        month=column("month", np.int32),
        due=column("due", np.int32),
        amount=column("amount", np.int64),
        key_month=column("key_month", np.int32),
        key_number=column("key_number", np.int64),
        pots=np.concatenate(pots) if pots else np.empty((0, 1), dtype=np.int16),
        group=column("group", np.int16),
        taken_up=column("taken_up", np.bool_),
        lag=column("lag", np.int16),
        count=column("count", np.int64),
    )


def _pots(plan: Plan, clause: str, payments: ClausePayments, limits: Limits, width: int) -> Ints16:
    """Pot numbers of a clause's payments, one column a fund."""
    result = np.full((len(payments), width), NO_POT, dtype=np.int16)
    paid_from = plan.program.clauses[clause].funds
    for place, name in enumerate(paid_from.funds if paid_from is not None else ()):
        fund = limits.funds.index(name)
        of_fund = [number for number, pot in enumerate(limits.pots) if pot.fund == fund]
        member = payments.pots[place]
        if member is None or len(of_fund) == 1:
            result[:, place] = of_fund[-1]
        else:
            result[:, place] = np.where(member < 0, of_fund[-1], of_fund[0] + member)
    return result
