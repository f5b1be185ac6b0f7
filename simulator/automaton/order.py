"""Whether it matters who of those that claim together is paid first.

In: what is made ready of a plan, and a clause. Out: `Order`: its claims are alike, or stand in random order, or in
that of the months of arrival; or NotFinite, where one person may wait so more than once.
"""

from __future__ import annotations

from typing import Literal

from compiler import ir
from compiler.backends.columns.program import closure
from lang import model
from simulator.automaton.people import Fact, NotFinite
from simulator.engines.coverage import facts_read
from simulator.engines.person import Ready
from simulator.plan import Plan

Order = Literal["alike", "random", "arrival"]


def order_of(ready: Ready, name: str) -> Order:
    """Whether it matters for the figures who of those that claim together is paid first: where money can run short and
    amounts (or the groups of `--by`) differ. Within a month of arrival people come in random order; where amounts
    have nothing to do with the time of the claim, so do all. NotFinite where one person may wait so more than once:
    the same people would come first each time."""
    clause, scenario, program = ready.program.clauses[name], ready.plan.scenario, ready.program
    funds = clause.funds.funds if clause.funds is not None else ()
    short = any(c.fund is None or c.fund in funds for c in scenario.cash) or any(
        b.fund in funds for b in scenario.budgets
    )
    if not short:
        return "alike"
    amounts = {rule.amount for rule in clause.alternatives}
    same = len(amounts) == 1 and all(program.streams[a].entity is None for a in amounts)
    capped = any(rule.per_year is not None or rule.in_all is not None for rule in clause.alternatives)
    grouped = clause.group is not None and program.groups[clause.group].take == "highest"
    told_apart = [s for s in (ready.by[name], *ready.pots[name]) if s is not None and not _separate(ready, name, s)]
    if same and not capped and not grouped and not told_apart:
        return "alike"
    if any(rule.frequency != "once" for rule in clause.alternatives):
        raise NotFinite(
            clause.origin,
            "its money can run short, its amounts differ between people, and the same people come first each time",
            "资金可能不足，且各人金额不同，每次先得的总是同一些人",
        )
    if capped or grouped:
        return "arrival"
    sizes = facts_read(program, closure(program, [*amounts, *told_apart]))
    times: set[Fact] = set()
    for rule in clause.alternatives:
        for part in _conjuncts(program, rule.when):
            live = closure(program, [part])
            if any(_in_time(ready.plan, program.streams[i]) for i in live):
                times |= set(facts_read(program, live))
    timed = any(_in_time(ready.plan, program.streams[i]) for i in closure(program, amounts))
    return "arrival" if timed or times & set(sizes) else "random"


def _separate(ready: Ready, name: str, label: ir.Id) -> bool:
    """Whether people with different values of a label (a pot, the group of `--by`) never wait in one queue."""
    scenario, program = ready.plan.scenario, ready.program
    funds = program.clauses[name].funds
    if scenario.cash or funds is None:
        return False
    of_label = program.streams[label]
    for fund, pot in zip(funds.funds, ready.pots[name], strict=True):
        if not any(budget.fund == fund for budget in scenario.budgets):
            continue
        if pot is None or (program.streams[pot].entity, program.streams[pot].op) != (of_label.entity, of_label.op):
            return False
    return True


def _conjuncts(program: ir.Program, stream: ir.Id | None) -> list[ir.Id]:
    if stream is None:
        return []
    op = program.streams[stream].op
    if isinstance(op, ir.And):
        return [part for operand in op.operands for part in _conjuncts(program, operand)]
    return [stream]


def _in_time(plan: Plan, stream: ir.Stream) -> bool:
    """Whether it can differ from month to month, or with the month of arrival."""
    match stream.op:
        case ir.Settlement() | ir.InPeriod() | ir.Run() | ir.Total() | ir.Ever() | ir.Previous():
            return True
        case ir.Parameter(name):
            return name not in plan.scenario.sets and len(plan.program.parameters[name].values) > 1
        case ir.Fact(attribute):
            population = plan.scenario.populations.get(stream.entity or "")
            about = None if population is None else population.assumptions.get(attribute)
            return isinstance(about, model.Spells | model.Follows) or (
                isinstance(about, model.Fixed) and about.value is None
            )
        case _:
            return False
