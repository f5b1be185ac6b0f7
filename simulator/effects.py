"""What a comparison tells beside the money: what changed, for whom, and one simulated person for each sort of change.

In: two versions and the comparison of their simulations. Out: the changed declarations, the tallies of rows that win or
lose, and examples whose answers were replayed in the interpreter; what it does not confirm is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from compiler.difference.answers import Answer
from compiler.difference.asking import only
from compiler.difference.declarations import Changes, Version, changes
from compiler.difference.difference import changes_json
from compiler.difference.search import Found
from compiler.difference.witness import Witness, confirmed
from lang.dates import Month
from lang.diagnostics import Language
from simulator.affected import OUTCOMES, Affected, Outcome, RowKey, affected
from simulator.compare import Comparison
from simulator.examples import example, read_by
from simulator.people.population import is_given
from simulator.plan import Plan

TRIES = 6  # rows that are replayed for one example


@frozen(kw_only=True)
class Effects:
    """`people` is None where no clause may pay otherwise: then nobody is affected. `examples` by outcome."""

    versions: tuple[Version, Version]
    changes: Changes
    people: Affected | None
    examples: tuple[tuple[Outcome, Witness], ...]

    def to_dict(self, language: Language) -> dict[str, Any]:
        """Keys beside those of the comparison."""
        people = {"draws": 0, "entities": {}, "clauses": {}} if self.people is None else self.people.to_dict()
        shown = [{"outcome": outcome, **w.to_dict(self.versions, language)} for outcome, w in self.examples]
        return {**changes_json(self.changes, language), "people": people, "examples": shown}


def effects(
    a: Version, b: Version, comparison: Comparison, on_progress: Callable[[int, int], None] | None = None
) -> Effects:
    found = changes(a, b)
    plans = comparison.a.plan, comparison.b.plan
    clauses = [name for name in found.clauses if any(name in plan.clauses for plan in plans)]
    people = None
    examples: list[tuple[Outcome, Witness]] = []
    if clauses:
        worlds = comparison.a.worlds, comparison.b.worlds
        people = affected(*plans, worlds, clauses, on_progress=on_progress)
        for outcome in OUTCOMES:
            shown = _example(a, b, comparison, people, outcome)
            if shown is not None:
                examples.append((outcome, shown))
    return Effects(versions=(a, b), changes=found, people=people, examples=tuple(examples))


def _example(a: Version, b: Version, comparison: Comparison, people: Affected, outcome: Outcome) -> Witness | None:
    """Of the clause with most such rows, else of another."""
    most = sorted(people.clauses, key=lambda name: -int(people.clauses[name].rows[outcome].sum()))
    for clause in most:
        for row in [row for row in people.examples[outcome] if row.clause == clause][:TRIES]:
            shown = _replayed(a, b, comparison, row)
            if shown is not None and _outcome(shown.a, shown.b, comparison.a.plan.scenario.last) == outcome:
                return shown
    return None


def _replayed(a: Version, b: Version, comparison: Comparison, row: RowKey) -> Witness | None:
    of = comparison.b if row.clause in comparison.b.plan.clauses else comparison.a
    parts = [part for part in (only(a[1], row.clause), only(b[1], row.clause)) if part is not None]
    needed, counted = read_by(parts)
    known = {fact for fact in needed if fact in of.plan.program.attributes and is_given(of.plan, fact)}
    parameters = {s.op.parameter for part in parts for s in part.streams if hasattr(s.op, "parameter")}
    scenario = of.plan.scenario
    if parameters & set(scenario.drawn_sets):
        return None  # another value in each draw: no case can say it
    made = example(of.plan, of.worlds, row, known, counted)
    if made is None:
        return None
    sets = {name: value for name, value in scenario.sets.items() if name in parameters}
    entity = _entity(of.plan, row)
    return confirmed(a, b, row.clause, Found(facts=made.facts, subject=(entity, made.key), sets=sets), row.clause)


def _entity(plan: Plan, row: RowKey) -> str:
    return plan.program.clauses[row.clause].entity


def _outcome(a: Answer, b: Answer, last: Month) -> Outcome | None:
    """As the simulation counts: what is entitled up to the end of its period."""
    mine, other = ([(p.amount, p.due) for p in answer.payments if p.month <= last] for answer in (b, a))
    more = sum(amount for amount, _ in mine) - sum(amount for amount, _ in other)
    if more:
        return "more" if more > 0 else "less"
    when = sum(amount * due for amount, due in mine) - sum(amount * due for amount, due in other)
    return None if not when else "earlier" if when < 0 else "later"
