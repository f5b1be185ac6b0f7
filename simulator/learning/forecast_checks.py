"""What a ledger and a scenario cannot have together, and what is to be said of a forecast.

In: a scenario, the year to date, what became of the unknowns, the results. Out: LearningError with all that is wrong,
or notes for the reader.
"""

from __future__ import annotations

import numpy as np

from compiler.ledger import yuan
from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Text
from simulator.figures.results import Results
from simulator.learning.calibrate import LearningError
from simulator.learning.evidence import Gathered
from simulator.learning.so_far import SoFar
from simulator.learning.worlds_after import After


# ---------------------------------------------------------------- what cannot be
def check_month(scenario: model.Scenario, cut: Month, roster: bool) -> None:
    """With a roster the forecast may also be made on the eve of the period: what is open then is known."""
    if not scenario.first - roster <= cut < scenario.last:
        period = f"{month_text(scenario.first)} – {month_text(scenario.last)}"
        raise LearningError(
            Text(
                f"{month_text(cut)} is not within the scenario's period ({period}), with something still to come",
                f"{month_text(cut)} 不在情景的期间（{period}）之内，或之后已无可测",
            )
        )


def check_clauses(program: model.Program, so_far: SoFar) -> None:
    """A fund with pots of its own cannot be told without the people."""
    if so_far.dues is not None:
        return
    paid = {p.clause for p in so_far.payments}
    for name in paid:
        if name not in program.clauses:
            raise LearningError(Text(f"the policy has no clause {name}", f"政策中没有条款{name}"))


def check_known(results: Results, so_far: SoFar) -> None:
    """Every draw has paid, up to the cut, what the ledger says; otherwise the scenario's limits forbid it."""
    plan, paid = results.plan, results.books.flows.paid
    first = plan.scenario.first
    known = np.zeros(paid.shape[:2], np.int64)
    for payment in so_far.in_period(first):
        known[plan.clauses.index(payment.clause), payment.paid - first] += payment.amount
    end = max(so_far.cut - first + 1, 0)
    different = (paid[:, :end] != known[:, :end, None]).any(axis=2)
    if not different.any():
        return
    texts = []
    for clause, month in zip(*np.nonzero(different), strict=True):
        when, name = month_text(first + int(month)), plan.clauses[int(clause)]
        texts.append(
            Text(
                f"the ledger has {yuan(int(known[clause, month]))} paid by {name} in {when}, "
                "more than the scenario's appropriation or cash allows: mend its `budget` or `cash` lines",
                f"台账中{name}在 {when} 已发放 {yuan(int(known[clause, month]))} 元，超出情景的额度或支付上限："
                "请修改“预算”或“支付上限”",
            )
        )
    raise LearningError(*texts[:10])


# ---------------------------------------------------------------- what to know
def notes_of(
    scenario: model.Scenario, so_far: SoFar, roster: bool, gathered: Gathered, after: After, program: model.Program
) -> tuple[Text, ...]:
    notes: list[Text] = []
    if after.poor:
        notes.append(
            Text(
                f"the effective sample size is only {after.effective:,.0f} of {after.candidates:,} candidates: "
                "what was seen lies far from what the scenario expected, or unknowns are tied too closely; "
                "take the posterior with care",
                f"有效样本量仅 {after.effective:,.0f}（候选 {after.candidates:,}）：实际情况与情景预期相差甚远，"
                "或不确定量之间联系过紧；后验结果请谨慎使用",
            )
        )
    for updated in after.unknowns.values():
        if updated.how != "prior" and not 0.001 < updated.surprising < 0.999:
            said = updated.name.replace("_", " ")
            notes.append(
                Text(
                    f"{said} is now far from what the scenario expected "
                    f"({updated.prior[0]:.4g} before, {updated.posterior[0]:.4g} now): is the scenario still right?",
                    f"{said}与情景预期相差甚远（先前{updated.prior[0]:.4g}，现为{updated.posterior[0]:.4g}）：情景是否仍然适用？",
                )
            )
    untouched = [u.name.replace("_", " ") for u in after.unknowns.values() if u.how == "prior"]
    if untouched and so_far.cut >= scenario.first:
        listed = ", ".join(untouched)
        notes.append(
            Text(f"nothing that was seen speaks of {listed}: as before", f"已知情况不涉及{listed}：与先前相同")
        )
    notes += [Text(f"not used: {text.en}", f"未采用：{text.zh}") for text in gathered.not_used]
    if not roster:
        notes += _without_roster(scenario, program, so_far)
    return tuple(notes)


def _without_roster(scenario: model.Scenario, program: model.Program, so_far: SoFar) -> list[Text]:
    notes = []
    monthly = [c.name for c in program.clauses.values() if any(rule.frequency == "per month" for rule in c.rules)]
    paid = {p.clause for p in so_far.payments}
    tied = [name for name in monthly if name in paid]
    if tied:
        listed = ", ".join(tied)
        notes.append(
            Text(
                f"without --facts the people of {listed}, who are paid month after month, are simulated anew: "
                "who was paid so far tells nothing of who will be",
                f"没有 --facts 时，{listed}（逐月发放）的对象重新模拟：已领取者与今后的领取者无关联",
            )
        )
    if scenario.cash or scenario.budgets:
        notes.append(
            Text(
                "without --facts claims that wait for money at the end of the month are not known, and are left out",
                "没有 --facts 时，月末等待资金的申领无从得知，未计入",
            )
        )
    limited = {b.fund for b in scenario.budgets}
    pots = [name for name in limited if program.funds[name].pots is not None]
    if pots:
        listed = ", ".join(sorted(pots))
        notes.append(
            Text(
                f"without --facts nobody can tell from which pot of {listed} was paid: "
                "its appropriations do not know what was paid so far",
                f"没有 --facts 时无从得知已由{listed}的哪一项额度支付：其额度未扣除已支付部分",
            )
        )
    return notes
