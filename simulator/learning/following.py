"""Which monthly fact goes on by itself, which follows another, which never changes.

In: an observed entity. Out: one `Monthly` a fact. The three forms that a scenario has for a monthly yes/no are held
against what was seen: **alone** (leaves and returns by chance), **follows** (yes when the run of another fact is longer
than L months, for those who follow at all), **keeps** (the same in all months). Forms without chance may be wrong in
some months; each form is judged by its likelihood, months told wrong as errors of one rate, less ½ ln n a parameter
(Schwarz's criterion). `wrong` says in which share of the months the form chosen is not what was seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from attrs import frozen

from lang.dates import Month
from simulator.learning.observed import NOT_TOLD, UNSURE, Observed
from simulator.learning.spells import Transitions, changes_with_tenure, transitions
from simulator.plan import Flags, Ints, Ints8

LONGEST_LAG = 12
CLEARLY, FEWEST = 1e-6, 30


@frozen(kw_only=True, eq=False)
class Monthly:
    """Of `follows`: `leader`, `after`, and of `told` rows how many (`yes`) follow; of `keeps`: of `told` rows how many
    are always yes; of `alone` the transitions. `wrong`: share of row-months that are not as the form has it."""

    name: str
    form: Literal["alone", "follows", "keeps"]
    found: Transitions
    leader: str | None = None
    after: int = 0
    yes: int = 0
    told: int = 0
    wrong: float = 0.0


@frozen(eq=False)
class _Scored:
    score: float
    form: Monthly


def monthly_facts(seen: Observed, names: Sequence[str], since: Month) -> list[Monthly]:
    """In the order of `names`; a fact may follow one that stands before it."""
    chosen: list[Monthly] = []
    for name in names:
        candidates = [_alone(seen, name, since), _keeps(seen, name, since)]
        candidates += [scored for other in chosen if (scored := _follows(seen, name, other.name, since)) is not None]
        best = max(candidates, key=lambda scored: scored.score)  # of equals the first
        chosen.append(_second_thought(seen, best.form, [c.form for c in candidates], since))
    return chosen


def _second_thought(seen: Observed, best: Monthly, forms: Sequence[Monthly], since: Month) -> Monthly:
    """A fact that goes on by itself must be about as common in each month of a stay as it was. Where its chance to end
    clearly changes with the stay (a few have it for long, most never), the form that comes closest to that is taken."""
    if best.form != "alone":
        return best
    test = changes_with_tenure(best.found)
    trials, left = int(best.found.at_risk.sum()), int(best.found.left.sum())
    at_once = left == trials >= FEWEST  # nobody stayed at all
    if not at_once and (test is None or test[0] > CLEARLY):
        return best
    nearest = min(forms, key=lambda form: _astray(seen, form, since))
    return nearest if 2 * _astray(seen, nearest, since) < _astray(seen, best, since) else best


def _astray(seen: Observed, form: Monthly, since: Month) -> float:
    """How far the share of yes in each month of a stay is from what the form makes of it, in the mean over months."""
    x, cells = seen.flags[form.name], _cells(seen, form.name, since)
    months = np.arange(seen.first, seen.as_of + 1)[None, :] - seen.arrival[:, None]
    tenure = np.where(cells, months, 0)
    number = np.bincount(tenure[cells])
    common = np.bincount(tenure[cells], weights=(x == 1)[cells]) / np.maximum(number, 1)
    match form.form:
        case "keeps":
            expected = np.full(len(number), form.yes / max(form.told, 1))
        case "follows":
            assert form.leader is not None
            held = _runs(seen.flags[form.leader], seen) > form.after
            share = np.bincount(tenure[cells], weights=held[cells]) / np.maximum(number, 1)
            expected = share * form.yes / max(form.told, 1)
        case "alone":
            leave = form.found.leave_events / max(form.found.leave_trials, 1)
            back = form.found.return_events / max(form.found.return_trials, 1)
            expected = np.empty(len(number))
            inside = 1.0
            for month in range(len(number)):
                inside = inside * (1 - leave) + ((1 - inside) * back if month else 0.0)
                expected[month] = inside
    return float((np.abs(common - expected) * number).sum() / max(number.sum(), 1))


def _cells(seen: Observed, name: str, since: Month) -> Flags:
    cells: Flags = seen.watched(since) & (seen.flags[name] != UNSURE)
    return cells


def _entropy(events: float, trials: float) -> float:
    """The log-likelihood of so many events at the rate that makes them likeliest."""
    if trials <= 0 or events <= 0 or events >= trials:
        return 0.0
    p = events / trials
    return events * math.log(p) + (trials - events) * math.log(1 - p)


def _alone(seen: Observed, name: str, since: Month) -> _Scored:
    found = transitions(seen, name, since)
    cells = int(_cells(seen, name, since).sum())
    score = _entropy(found.leave_events, found.leave_trials) + _entropy(found.return_events, found.return_trials)
    # never a return: a form with one parameter less
    penalty = (1 + (found.return_events > 0)) / 2 * math.log(max(cells, 2))
    return _Scored(score - penalty, Monthly(name=name, form="alone", found=found))


def _keeps(seen: Observed, name: str, since: Month) -> _Scored:
    cells = _cells(seen, name, since)
    yes = ((seen.flags[name] == 1) & cells).sum(axis=1)
    months = cells.sum(axis=1)
    told = months > 0
    wrong = int(np.minimum(yes, months - yes).sum())
    always = int((told & (2 * yes > months)).sum())
    form = Monthly(
        name=name,
        form="keeps",
        found=transitions(seen, name, since),
        yes=always,
        told=int(told.sum()),
        wrong=wrong / max(int(months.sum()), 1),
    )
    return _Scored(_score(wrong, int(months.sum()), always, int(told.sum())), form)


def _score(wrong: int, months: int, yes: int, told: int) -> float:
    return _entropy(wrong, months) + _entropy(yes, told) - math.log(max(months, 2))


def _follows(seen: Observed, name: str, leader: str, since: Month) -> _Scored | None:
    """The best lag; None where the leader was never watched holding."""
    x = seen.flags[name]
    cells = _cells(seen, name, since) & (seen.flags[leader] != UNSURE)
    run = _runs(seen.flags[leader], seen)
    yes = (x == 1) & cells
    as_stranger = yes.sum(axis=1)  # months told wrong of who does not follow
    months = int(cells.sum())
    best: _Scored | None = None
    for after in range(LONGEST_LAG + 1):
        held = run > after
        told = (held & cells).any(axis=1)
        if not told.any():
            break
        as_follower = ((held != (x == 1)) & cells).sum(axis=1)
        follows = as_follower < as_stranger
        undecided = as_follower == as_stranger
        wrong = int(np.minimum(as_follower, as_stranger).sum())
        count, of = int(follows.sum()), int((told & ~undecided).sum())
        score = _score(wrong, months, count, of) - 0.5 * math.log(max(months, 2))
        if best is None or score > best.score:
            form = Monthly(
                name=name,
                form="follows",
                found=transitions(seen, name, since),
                leader=leader,
                after=after,
                yes=count,
                told=of,
                wrong=wrong / max(months, 1),
            )
            best = _Scored(score, form)
    return None if best is None or not best.form.told else best


def followers(
    seen: Observed, name: str, leader: str, after: int, since: Month, rows: Flags | None = None
) -> tuple[int, int]:
    """Of the rows (all, or some) that were told: how many follow so, and how many there are."""
    x = seen.flags[name]
    cells = _cells(seen, name, since) & (seen.flags[leader] != UNSURE)
    held = _runs(seen.flags[leader], seen) > after
    as_follower = ((held != (x == 1)) & cells).sum(axis=1)
    as_stranger = ((x == 1) & cells).sum(axis=1)
    told = (held & cells).any(axis=1) & (as_follower != as_stranger)
    if rows is not None:
        told &= rows
    return int((told & (as_follower < as_stranger)).sum()), int(told.sum())


def _runs(flags: Ints8, seen: Observed) -> Ints:
    """How long the fact has been yes, month by month; months before the arrival do not count."""
    run = np.zeros(flags.shape, np.int64)
    length = np.zeros(len(flags), np.int64)
    arrived = np.where(seen.arrival == NOT_TOLD, 0, seen.arrival)
    for column in range(flags.shape[1]):
        there = seen.first + column >= arrived
        length = np.where((flags[:, column] == 1) & there, length + 1, 0)
        run[:, column] = length
    return run
