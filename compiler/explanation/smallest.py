"""The smallest change of a row's own facts with which a clause would pay it.

A best-first search (A*). It begins, for every month and rule, with nothing changed; what stands in the way of the rule
gives branches (`mending`), of which every change that qualifies holds at least one, so that nothing smaller is passed
over; a lower bound of what is still needed keeps it from wandering. What it comes to is evaluated as a whole (quotas,
exclusive groups, payments that are used up) before it is called a change that qualifies.

Not tried: facts of other rows, values that only matter in arithmetic, and texts. A search that takes more than `MOST`
steps, or more than `WORK`, gives up; then no change is named, and that is said. Both count what is done and look at no
clock, so that the same question has the same answer on every machine.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from attrs import define, field, frozen

from compiler.explanation.mending import Least, Mender
from compiler.explanation.trial import NOTHING, Ground, Setting, Size, Slot, Slots, Trial, distance
from compiler.interpreter.values import Unsure
from lang import model, typed
from lang.dates import Month
from lang.types import Given

MOST = 3000  # steps of one search
WORK = 300_000  # values looked up in one search, and what is counted as such: a second or two
BRANCH = 6  # the work of noting one thing that may be changed, in values looked up
ALIKE = 12  # settings of the smallest size that are looked at for the most natural one,
LONGER = 200  # and steps that are taken for it
NEVER = 10**6

Rank = tuple[int, int, int, int]  # months changed that are past; distance from the month asked about; rule; lateness


@frozen
class Goal:
    """`condition` is to hold in `month`: of the rule, and of none before it."""

    rule: int
    month: Month
    condition: typed.Expr


@frozen
class Found:
    """`setting` None: no change that is tried qualifies, or (`gave_up`) it is not known whether one does."""

    setting: Setting | None
    gave_up: bool = False


Entry = tuple[Size, int, Rank, int, bool, Setting, Goal]  # bound, order …, whether the bound is as sharp as it gets


def goal_conditions(clause: model.Clause) -> list[typed.Expr | None]:
    """Of each rule: what must hold (None: it always does)."""
    found: list[typed.Expr | None] = []
    before: list[typed.Expr] = []
    for rule in clause.rules:
        parts = [part for part in (clause.where, rule.condition) if part is not None]
        parts += [typed.Not(condition, span=rule.span) for condition in before]
        found.append(typed.All(tuple(parts), span=rule.span) if parts else None)
        if rule.condition is None:
            break
        before.append(rule.condition)
    return found


def some_rule(clause: model.Clause) -> typed.Expr | None:
    """That the clause pays by some rule; None: it always does."""
    conditions = [rule.condition for rule in clause.rules]
    parts = [] if clause.where is None else [clause.where]
    if None not in conditions:
        parts.append(typed.Either(tuple(c for c in conditions if c is not None), span=clause.span))
    return typed.All(tuple(parts), span=clause.span) if parts else None


@define(eq=False)
class Search:
    """`at`: the month that the reader asked about, near which and after which changes are preferred among equals.
    `pays`: whether the clause pays the row in some month up to the one given."""

    ground: Ground
    mender: Mender
    clause: model.Clause
    policy_first: Month
    at: Month
    pays: Callable[[Trial, Month], bool]
    _steps: int = field(init=False, default=0)
    _trials: dict[Slots, Trial] = field(init=False, factory=dict)

    def run(self) -> Found:
        conditions = goal_conditions(self.clause)
        months = range(self.policy_first, self.ground.last + 1)
        nothing = self._trial(NOTHING)
        goals = [
            Goal(rule, month, condition)
            for rule, condition in enumerate(conditions)
            if condition is not None
            for month in months
            if self._amount_is_set(nothing, rule, month)
        ]
        queue: list[Entry] = []
        for goal in goals:
            bound = self._bound(nothing, goal)
            if bound[0] < NEVER:
                queue.append((bound, 0, self._rank(NOTHING, goal), len(queue), True, NOTHING, goal))
        heapq.heapify(queue)
        return self._best(queue)

    def _best(self, queue: list[Entry]) -> Found:
        """The smallest setting that reaches a goal and pays; of several of one size the most natural."""
        seen: set[tuple[int, Month, Slots]] = set()
        best: tuple[Size, Rank, Setting] | None = None
        alike, number, last = 0, len(queue), MOST
        for _ in range(MOST * 4):
            if not queue or self._steps > last or alike > ALIKE or self.ground.work > WORK:
                break
            bound, _, _, _, certain, setting, goal = heapq.heappop(queue)
            if best is not None and bound > best[0]:
                break
            trial = self._trial(setting)
            if not certain:
                sharper = max(bound, self._bound(trial, goal))
                if sharper > bound:
                    if sharper[0] < NEVER:
                        number += 1
                        heapq.heappush(queue, self._entry(sharper, number, True, setting, goal))
                    continue
            self._steps += 1
            reached = trial.is_(goal.condition, True, goal.month)
            if reached and self.pays(trial, goal.month):
                found = setting.size, self._rank(setting, goal), setting
                best = found if best is None else min(best, found, key=lambda entry: entry[:2])
                alike += 1
                last = min(last, self._steps + LONGER)
                continue
            for slot, value in self._next(trial, goal, reached):
                self.ground.work += BRANCH
                moved = distance(self.ground.entity.attributes[slot[0]], trial.given(slot), value)
                child = setting.with_slot(slot, value, moved)
                place = goal.rule, goal.month, child.slots
                if place not in seen:
                    seen.add(place)
                    number += 1
                    heapq.heappush(queue, self._entry(max(bound, child.size), number, False, child, goal))
        return Found(None if best is None else best[2], gave_up=best is None and bool(queue))

    def _entry(self, bound: Size, number: int, certain: bool, setting: Setting, goal: Goal) -> Entry:
        """Among entries of one bound: the one with most done, then the one that is most natural."""
        return bound, -len(setting.slots), self._rank(setting, goal), number, certain, setting, goal

    # ------------------------------------------------------------ a step
    def _next(self, trial: Trial, goal: Goal, reached: bool) -> Iterable[tuple[Slot, Given]]:
        """What to change next. A condition that holds and still pays nothing may wait for an earlier month of which it
        is not known whether it held."""
        if not reached:
            return self.mender.branches(trial, goal.condition, True, goal.month)
        some = some_rule(self.clause)
        if some is None:
            return []
        for month in range(self.policy_first, goal.month):
            if isinstance(trial.value(some, month), Unsure):
                either = [self.mender.branches(trial, some, wanted, month) for wanted in (True, False)]
                return [branch for found in either for branch in found]
        return []

    def _amount_is_set(self, trial: Trial, rule: int, month: Month) -> bool:
        """No change of facts helps where the amount waits for a parameter."""
        amount = trial.ground.program.clauses[self.clause.name].alternatives[rule].amount
        value = trial.streams.value(amount, self.ground.key, month)
        return not isinstance(value, Unsure) or all(name.entity for name in value.missing)

    def _trial(self, setting: Setting) -> Trial:
        if setting.slots not in self._trials:
            self._trials[setting.slots] = self.ground.trial(setting)
        return self._trials[setting.slots]

    # ------------------------------------------------------------ which first
    def _bound(self, trial: Trial, goal: Goal) -> Size:
        facts, months = self._least(trial, goal)
        size = trial.setting.size
        return size[0] + facts, size[1] + months, size[2]

    def _least(self, trial: Trial, goal: Goal) -> Least:
        return self.mender.least(trial, goal.condition, True, goal.month)

    def _rank(self, setting: Setting, goal: Goal) -> Rank:
        """Among changes of one size: those that can still be made, near the month asked about."""
        months = [month for (_, month), _ in setting.slots if month is not None]
        past = sum(month <= self.at for month in months)
        return past, abs(goal.month - self.at), goal.rule, -sum(months)
