"""How each attribute of a simulated row is drawn: a recipe for the code, and the numbers of some draws for it.

In: a plan and the attributes that are read. Out: recipes. A recipe says by shape what the code does; numbers that may
differ by draw (chances, weights) are asked for when draws are simulated (`Inputs`). What has no recipe here raises
NotNative, and the NumPy engine makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

import numpy as np
from attrs import frozen

from compiler import ir
from compiler.backends.columns.bounds import fact_denominator
from compiler.backends.kernels.facts import DAYS
from compiler.backends.kernels.values import NotNative
from lang import model, typed
from lang.dates import Duration, month_of
from lang.types import NONE, UNKNOWN, Given, Type
from simulator.chance import keyed_random as random
from simulator.chance.scenario_values import evaluate
from simulator.people.arrivals import Draws, chance_threshold
from simulator.people.histories import never, stay_limits
from simulator.plan import Floats, Plan, Words

Input = Callable[[Draws], Words]  # numbers of some draws: shape (draws,) or (draws, n)

MOST_STEPS = 16  # a choice among more than so many values is found by a guide
CELLS = 256  # of the guide
_BITS = 53


@frozen(eq=False)
class Same:
    """One value for every row; None: none."""

    value: int | None


@frozen(eq=False)
class Chance:
    """Yes where the word is below a threshold."""

    purpose: str
    below: Input


@frozen(eq=False)
class Choice:
    """The value behind as many of the `limits` as the word is not below. `values`: None for none."""

    purpose: str
    limits: Input
    values: tuple[int | None, ...]


@frozen(eq=False)
class Guided:
    """The same for many values with weights that are the same in all draws: the word's highest bits say where to begin
    to look, and `steps` limits further on it is found."""

    purpose: str
    limits: tuple[int, ...]
    guide: tuple[int, ...]
    steps: int
    values: tuple[int | None, ...]


@frozen(eq=False)
class SinceArrival:
    """The first day of the month `low` to `high` months after the arrival, each alike."""

    purpose: str
    low: int
    high: int


@frozen(eq=False)
class Stay:
    """Inside from the arrival on, for as many months as there are `limits` that the word is not below."""

    purpose: str
    limits: Callable[[Draws, int], Words]  # (draws, months)


@frozen(eq=False)
class Spell:
    """Inside from the arrival on; thresholds of leaving and of coming back in a month."""

    purpose: str
    leave: Input
    back: Input


@frozen(eq=False)
class Follow:
    """Inside when the leader has been so for more than `after` months, for those who follow at all."""

    leader: str
    after: int
    purpose: str
    below: Input | None


Recipe = Same | Chance | Choice | Guided | SinceArrival | Stay | Spell | Follow


def recipe(plan: Plan, attribute: ir.Attribute) -> Recipe:
    population = plan.scenario.populations[attribute.entity]
    base, name = attribute.type.base, attribute.name
    if base in ("link", "text", "identity", "many", "none", "month"):
        raise NotNative(f"an attribute of type {attribute.type}")
    if any(line.link == name for line in population.arrivals):
        raise NotNative("a link that is set by the arrival")
    match population.assumptions.get(name):
        case model.Spells() as spells:
            if never(spells.returns):
                return Stay(f"spell:{name}", lambda draws, months: stay_limits(spells.ends, draws, months))
            return Spell(f"spell:{name}", _threshold(spells.ends) or _nought, _threshold(spells.returns) or _nought)
        case model.Follows() as follows:
            return Follow(follows.leader, follows.after, f"follows:{name}", _threshold(follows.chance))
        case model.Fixed(value=None) as since:
            if base != "date":
                raise NotNative("an arrival that is no date")
            return SinceArrival(f"draw:{name}", since.low, since.high)
        case model.Fixed(value=value) if value is not None:
            return Same(held(plan, attribute.type, value))
        case model.Drawn() as drawn:
            return _drawn(plan, attribute, drawn)
        case None if attribute.default is not None:
            return Same(held(plan, attribute.type, attribute.default))
        case _:
            raise NotNative("an attribute of which nothing is assumed")


def held(plan: Plan, type_: Type, value: Given) -> int | None:
    """A value as the code holds it: dates are month × 32 + day."""
    match value:
        case _ if value is UNKNOWN:
            raise NotNative("an unknown value in a scenario")
        case _ if value is NONE:
            return 0 if type_.base == "yes/no" else None
        case bool():
            return int(value)
        case str() if type_.base == "kind":
            return plan.members(type_.name or "").index(value)
        case date():
            return month_of(value) * DAYS + value.day
        case Duration(count, "months"):
            return count
        case int() | Fraction():
            exact = Fraction(value) * fact_denominator(type_)
            if exact.denominator == 1:
                return int(exact)
    raise NotNative(f"a value of type {type_}")


def _nought(draws: Draws) -> Words:
    return np.zeros(len(draws.numbers), np.uint64)


def _threshold(chance: typed.Expr | None) -> Input | None:
    if chance is None:
        return None
    given = chance
    return lambda draws: np.broadcast_to(chance_threshold(given, draws), (len(draws.numbers),))


def _drawn(plan: Plan, attribute: ir.Attribute, assumption: model.Drawn) -> Recipe:
    distribution, purpose = assumption.distribution, f"draw:{attribute.name}"
    match distribution.family:
        case "chance":
            (p,) = distribution.arguments.values()
            below = _threshold(p)
            assert below is not None
            return Chance(purpose, below)
        case "choice":
            values = tuple(held(plan, attribute.type, value) for value in distribution.values)
            if len(values) <= MOST_STEPS:
                return Choice(purpose, lambda draws: _limits(distribution, draws), values)
            return _guided(distribution, purpose, values)
        case family:
            raise NotNative(f"an attribute drawn from `{family}`")


def _cumulated(distribution: model.Distribution, unknowns: Mapping[str, Floats], size: int) -> Floats:
    """As `distributions.choice` sums the weights, in the same order; shape (size, limits)."""
    weights = [evaluate(w, unknowns) for w in distribution.weights]
    if any(np.any(w < 0) for w in weights) or np.any(np.abs(sum(weights, np.float64(0)) - 1) > 1e-9):
        raise NotNative("weights that are no shares")  # the NumPy engine says so to the user
    below = np.zeros(size)
    found = []
    for weight in weights[:-1]:
        below = below + weight
        found.append(below)
    return np.stack(found, axis=1)


def _limits(distribution: model.Distribution, draws: Draws) -> Words:
    return first_not_below(_cumulated(distribution, draws.unknowns, len(draws.numbers)))


def _guided(distribution: model.Distribution, purpose: str, values: tuple[int | None, ...]) -> Guided:
    if not all(isinstance(w, typed.Constant) for w in distribution.weights):
        raise NotNative("weights of many values that differ by draw")
    limits = first_not_below(_cumulated(distribution, {}, 1))[0]
    cells = np.arange(CELLS + 1, dtype=np.uint64) << np.uint64(_BITS - 8)
    at = np.searchsorted(limits, cells, side="right")
    steps = int(np.diff(at).max())
    if steps > MOST_STEPS:
        raise NotNative("very many values")
    padded = [int(limit) for limit in limits] + [random.WHOLE] * (steps + 1)
    return Guided(purpose, tuple(padded), tuple(int(i) for i in at[:-1]), steps, values)


def first_not_below(limits: Floats) -> Words:
    """The least word (its upper 53 bits) whose uniform number is not below a limit; WHOLE where there is none."""
    if len(limits) > 1 and (limits == limits[0]).all():  # of all draws: sought once
        return np.broadcast_to(first_not_below(limits[:1]), limits.shape)
    near = np.clip(limits, 0, 1) * float(random.WHOLE)  # exact; the least word is at most one and a half beside it
    low = (np.maximum(near, 2) - 2).astype(np.uint64)
    high = np.minimum(near.astype(np.uint64) + np.uint64(2), np.uint64(random.WHOLE))
    while np.any(low < high):
        middle = (low + high) >> np.uint64(1)
        enough = random.uniform(middle << np.uint64(11)) >= limits
        high = np.where(enough, middle, high)
        low = np.where(enough, low, np.minimum(middle + np.uint64(1), high))
    return low
