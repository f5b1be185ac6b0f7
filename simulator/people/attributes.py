"""What a row is from the start: constants, and monthly attributes that keep one value.

In: a table of arrived rows and the assumption about one attribute. Out: a column of exact values (in the terms of
compiler.backends.columns.values): codes of kinds, ordinals of dates, whole fen, millionths of a share, row numbers of
links. Numbers drawn from a distribution are rounded to what the attribute can hold, and brought into its range.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import numpy as np
from attrs import frozen

from compiler import ir
from compiler.backends.columns.bounds import fact_denominator
from compiler.backends.columns.values import Array, Column, Mask
from lang import model, typed
from lang.dates import Duration
from lang.source import Span
from lang.types import NONE, Given, Type
from simulator.chance import keyed_random as random
from simulator.chance.distributions import choice, quantile
from simulator.chance.scenario_values import bad_value, evaluate, not_supported, probability
from simulator.people.arrivals import Arrived, Draws
from simulator.plan import Floats, Ints, Words

_EPOCH = 719163  # the ordinal of 1970-01-01


@frozen(kw_only=True)
class Making:
    """What is needed to make a column: the tables of all entities, the draws, the codes of kinds."""

    tables: Mapping[str, Arrived]
    draws: Draws
    codes: Mapping[str, Mapping[str, int]]

    def words(self, entity: str, purpose: str) -> Words:
        """One word a row, drawn once."""
        rows = self.tables[entity]
        return random.words(self.draws.streams(entity, purpose, rows.key, rows.draw), random.ONCE)


def constant(making: Making, attribute: ir.Attribute, value: Given, span: Span) -> Column:
    """One value for every row."""
    if value is NONE:
        return Column(False if attribute.type.base == "yes/no" else (-1 if attribute.type.base == "link" else 0), True)
    return Column(_code(making, attribute.type, value, span), False, fact_denominator(attribute.type))


def drawn(making: Making, attribute: ir.Attribute, assumption: model.Drawn) -> Column:
    """`attribute ~ distribution`."""
    entity, type_ = attribute.entity, attribute.type
    rows, distribution = making.tables[entity], assumption.distribution
    w = making.words(entity, f"draw:{attribute.name}")

    def argument(e: typed.Expr) -> Floats:
        return making.draws.by_row(evaluate(e, making.draws.unknowns), rows.draw)

    if distribution.family == "any":
        return _any(making, rows, distribution, w)
    if distribution.family == "empirical":
        raise not_supported(assumption.span, "`empirical`", "“经验”分布")
    if distribution.family == "chance":
        (p,) = distribution.arguments.values()
        below = making.draws.by_row(random.threshold(probability(p, making.draws.unknowns)), rows.draw)
        return Column(random.event(w, below))
    if distribution.family == "choice":
        nothing = np.array([value is NONE for value in distribution.values])
        values = [0 if v is NONE else _code(making, type_, v, assumption.span) for v in distribution.values]
        dtype = {"yes/no": np.bool_, "kind": np.int16, "date": np.int32}.get(type_.base, np.int64)
        index = choice(distribution, random.uniform(w), argument)
        none = nothing[index] if nothing.any() and type_.base != "yes/no" else False
        return Column(_coded(np.array(values, dtype)[index], none, type_), none, fact_denominator(type_))
    if type_.base not in ("count", "number", "share", "money", "rate", "duration"):
        raise not_supported(assumption.span, f"a number for {attribute.name}, a {type_}", f"{attribute.name} 取数值")
    return rounded(attribute, quantile(distribution, random.uniform(w), argument))


def _coded(data: Array, none: Mask, type_: Type) -> Array:
    """Where there is no member of a kind the code is -1."""
    return np.where(none, np.int16(-1), data) if type_.base == "kind" and none is not False else data


def rounded(attribute: ir.Attribute, values: Floats) -> Column:
    """Numbers as the attribute holds them: to the nearest whole unit, within its range."""
    den = fact_denominator(attribute.type)
    low, high = range_of(attribute)
    whole = np.floor(np.clip(values, low, high) * den + 0.5) if low is not None or high is not None else (
        np.floor(values * den + 0.5)
    )  # fmt: skip
    return Column(whole.astype(np.int64), False, den)


def range_of(attribute: ir.Attribute) -> tuple[float | None, float | None]:
    """What drawn numbers are brought into; None: without end."""
    low = None if attribute.low is None else float(attribute.low)
    high = None if attribute.high is None else float(attribute.high)
    if attribute.type.base == "share":
        low, high = low or 0.0, 1.0 if high is None else high
    return low, high


def from_arrival(making: Making, attribute: ir.Attribute, assumption: model.Fixed) -> Column:
    """The first day of the arrival month (or that month) plus `low` to `high` months, each alike."""
    rows = making.tables[attribute.entity]
    months = rows.arrival + assumption.low
    if assumption.high > assumption.low:
        u = random.uniform(making.words(attribute.entity, f"draw:{attribute.name}"))
        months = months + np.floor(u * (assumption.high - assumption.low + 1)).astype(np.int64)
    if attribute.type.base == "month":
        return Column(months)
    if attribute.type.base != "date":
        raise bad_value(
            assumption.span,
            f"{attribute.name} is no date: it cannot be the arrival",
            f"{attribute.name} 不是日期，不能取进入日",
        )
    days = (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH
    return Column(days.astype(np.int32))


def _any(making: Making, rows: Arrived, distribution: model.Distribution, w: Words) -> Column:
    """A row of the entity that has arrived by the row's own arrival month, in its draw, each alike; none: no link."""
    among = making.tables.get(distribution.entity or "")
    if among is None or among.size == 0 or rows.size == 0:
        return Column(-1, True)
    by_draw = np.argsort(among.draw, kind="stable")  # within a draw in order of arrival
    # how many rows of a draw have arrived by a month: a search in (draw, arrival)
    stride = np.int64(1 << 20)
    arrived = among.draw[by_draw] * stride + among.arrival[by_draw]
    start = np.searchsorted(arrived, rows.draw * stride)
    there = np.searchsorted(arrived, rows.draw * stride + rows.arrival, side="right") - start
    pick = np.minimum((random.uniform(w) * there).astype(np.int64), np.maximum(there - 1, 0))
    none = there == 0
    link: Ints = by_draw[np.minimum(start + pick, among.size - 1)]
    if not none.any():
        return Column(link)
    return Column(np.where(none, -1, link), none)


def _code(making: Making, type_: Type, value: Given, span: Span) -> int:
    """A value as a column holds it."""
    match value:
        case bool():
            return value
        case str() if type_.base == "kind":
            return making.codes[type_.name or ""][value]
        case date():
            return value.toordinal()
        case Duration(count, "months"):
            return count
        case int() | Fraction():
            exact = Fraction(value) * fact_denominator(type_)
            if exact.denominator == 1:
                return int(exact)
    raise not_supported(span, f"the value {value} for a {type_}", f"{type_} 取值 {value}")
