"""What a run has booked: sums by draw, clause and month, collected chunk by chunk in whole fen.

Arrays have the draw as their last axis, so that the values of one cell lie together for the statistics. The identity
entitled = paid + owed at the end + lapsed + not taken up + not yet claimed is checked for every draw and clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from attrs import define, field, fields, frozen
from numpy.typing import NDArray

from lang.dates import Month
from lang.diagnostics import CompilerBug
from simulator.money.alike import alike_together
from simulator.money.budget_lines import Line, book_lines, lines_of
from simulator.money.cash import settle
from simulator.money.claims import LAPSED, NOT_TAKEN_UP, NOT_YET_CLAIMED, OWED, PAID, Claims, Settled
from simulator.money.limits import claims_of, limits_of, pots_of
from simulator.money.sizes import fits
from simulator.money.unlimited import book_sums, pot_of
from simulator.plan import Chunk, ClauseSums, Flags, Ints, Ints32, Plan, Worlds

Index = NDArray[np.intp]
Number = TypeVar("Number", bound=np.generic)


@frozen(kw_only=True, eq=False)
class Flows:
    """Fen by cell and draw. `claimed` less `paid`, summed up to a month, is what is owed at its end.

    The shape is (clauses, months, draws), or (groups, clauses, years, draws). `payments` counts what was paid.
    """

    entitled: Ints
    claimed: Ints
    paid: Ints
    lapsed: Ints
    payments: Ints

    @classmethod
    def none(cls, *shape: int) -> Flows:
        money = [np.zeros(shape, dtype=np.int64) for _ in range(4)]
        return cls(
            entitled=money[0], claimed=money[1], paid=money[2], lapsed=money[3], payments=np.zeros(shape, np.int64)
        )

    @property
    def owed(self) -> Ints:
        """At the end of each month or year."""
        return np.cumsum(self.claimed - self.paid, axis=-2)


@define(kw_only=True, eq=False)
class Books:
    """`exceeded`: first month of the year in which a pot could not pay a claim, 0 for none: (pots, years, draws).

    `groups` counts through the members of `--by`'s kind; the last is of those without a group.
    """

    plan: Plan
    draws: int
    flows: Flows
    not_taken_up: Ints  # (clauses, draws)
    not_yet_claimed: Ints
    refused: Ints
    pot_paid: Ints  # (pots, months, draws)
    pot_owed: Ints
    exceeded: Ints32
    appropriation: Ints
    line_paid: Ints  # (lines, years, draws), see budget_lines.py
    line_owed: Ints
    pot_asked: Ints  # (pots, years, draws)
    groups: Flows | None
    targets: dict[str, Flags] = field(factory=dict)
    arrivals: dict[str, Ints] = field(factory=dict)
    person_months: int = 0

    @classmethod
    def begin(cls, plan: Plan, draws: int) -> Books:
        scenario = plan.scenario
        clauses, months = len(plan.clauses), scenario.last - scenario.first + 1
        years = scenario.last // 12 - scenario.first // 12 + 1
        pots = len(pots_of(plan.policy))
        lines = len(lines_of(plan))
        kind = plan.by_kind()
        return cls(
            plan=plan,
            draws=draws,
            flows=Flows.none(clauses, months, draws),
            not_taken_up=np.zeros((clauses, draws), np.int64),
            not_yet_claimed=np.zeros((clauses, draws), np.int64),
            refused=np.zeros((clauses, draws), np.int64),
            pot_paid=np.zeros((pots, months, draws), np.int64),
            pot_owed=np.zeros((pots, months, draws), np.int64),
            exceeded=np.zeros((pots, years, draws), np.int32),
            appropriation=np.zeros((pots, years, draws), np.int64),
            line_paid=np.zeros((lines, years, draws), np.int64),
            line_owed=np.zeros((lines, years, draws), np.int64),
            pot_asked=np.zeros((pots, years, draws), np.int64),
            groups=None if kind is None else Flows.none(len(plan.members(kind)) + 1, clauses, years, draws),
        )

    @property
    def first(self) -> Month:
        return self.plan.scenario.first

    # ------------------------------------------------------------ some draws of them
    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything that was booked, by name; the last axis is the draw."""
        found: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in _SUMS}
        for part, flows in (("flows", self.flows), ("groups", self.groups)):
            if flows is not None:
                found |= {f"{part}.{field.name}": getattr(flows, field.name) for field in fields(Flows)}
        found |= {f"targets.{name}": met for name, met in self.targets.items()}
        return found | {f"arrivals.{name}": number for name, number in self.arrivals.items()}

    def fill(self, start: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Enter what `arrays()` of some draws gave, from the draw `start` on."""
        of_books = self.arrays()
        for name, values in arrays.items():
            part, _, item = name.partition(".")
            if part in ("targets", "arrivals"):
                into = getattr(self, part)
                _collect(into, {item: values}, slice(start, start + values.shape[-1]), self.draws)
            else:
                of_books[name][..., start : start + values.shape[-1]] = values

    def beginning(self, draws: int) -> Books:
        """The books of the first so many draws."""
        books = Books.begin(self.plan, draws)
        books.fill(0, {name: values[..., :draws] for name, values in self.arrays().items()})
        books.person_months = self.person_months
        return books

    def book(self, chunk: Chunk, worlds: Worlds) -> None:
        """Settle a chunk's payments and enter them."""
        fits(self.plan, chunk)
        limits = limits_of(self.plan, worlds, chunk.draws)
        claims = claims_of(self.plan, alike_together(self.plan, chunk), limits)
        settled = settle(claims, limits)
        self._enter(claims, settled, chunk.draws.start)
        book_lines(self.plan, claims, settled, limits, chunk.draws.start, self._add_line)
        at = slice(chunk.draws.start, chunk.draws.stop)
        self.appropriation[..., at] = np.moveaxis(limits.appropriation, 0, -1)
        self.pot_owed[..., at] = np.moveaxis(settled.paid.owed, 0, -1)
        self.exceeded[..., at] = np.moveaxis(settled.paid.exceeded, 0, -1)
        for number, name in enumerate(self.plan.clauses):
            if name in chunk.refused:
                self.refused[number, at] = chunk.refused[name]
            if name in chunk.sums:
                self._enter_sums(number, chunk.sums[name], at)
        _collect(self.targets, chunk.targets, at, self.draws)
        _collect(self.arrivals, chunk.arrivals, at, self.draws)
        self.person_months += chunk.person_months
        self._check(at)

    def _enter(self, claims: Claims, settled: Settled, start: int) -> None:
        draw = claims.draw.astype(np.intp) + start
        clause = claims.clause.astype(np.intp)
        status, paid = settled.status, settled.paid
        every = np.arange(len(claims))
        waiting = np.flatnonzero((status == OWED) | (status == PAID))
        lapsed = np.flatnonzero(status == LAPSED)
        when = {
            "entitled": (every, claims.month, claims.count),
            "claimed": (waiting, settled.claimed[waiting], claims.count[waiting]),
            "paid": (paid.paid_index, paid.paid_month, paid.paid_count),
            "lapsed": (lapsed, settled.booked[lapsed], claims.count[lapsed]),
        }
        group = claims.group.astype(np.intp)
        for name, (at, months, number) in when.items():
            month = months.astype(np.intp) - self.first
            fen = claims.amount[at] * number
            _add(getattr(self.flows, name), (clause[at], month, draw[at]), fen)
            if name == "paid":
                _add(self.flows.payments, (clause[at], month, draw[at]), number)
            if self.groups is not None:
                year = months.astype(np.intp) // 12 - self.first // 12
                cell = (group[at] % self.groups.entitled.shape[0], clause[at], year, draw[at])
                _add(getattr(self.groups, name), cell, fen)
                if name == "paid":
                    _add(self.groups.payments, cell, number)
        for state, sums in ((NOT_TAKEN_UP, self.not_taken_up), (NOT_YET_CLAIMED, self.not_yet_claimed)):
            at = np.flatnonzero(status == state)
            _add(sums, (clause[at], draw[at]), claims.amount[at] * claims.count[at])
        part = np.flatnonzero(paid.part_pot >= 0)
        of = paid.part_index[part]
        month = paid.part_month[part].astype(np.intp) - self.first
        _add(self.pot_paid, (paid.part_pot[part].astype(np.intp), month, draw[of]), paid.part_amount[part])

    def _enter_sums(self, clause: int, sums: ClauseSums, at: slice) -> None:
        pot, flows = pot_of(self.plan, self.plan.clauses[clause]), self.flows
        line = None if pot is None else lines_of(self.plan).index(Line(clause, pot))

        def book(what: str, month: Month, fen: Ints, payments: Ints) -> None:
            number = month - self.first
            match what:
                case "entitled":
                    flows.entitled[clause, number, at] += fen
                case "paid":
                    flows.claimed[clause, number, at] += fen
                    flows.paid[clause, number, at] += fen
                    flows.payments[clause, number, at] += payments
                    if pot is not None:
                        year = month // 12 - self.first // 12
                        self.pot_paid[pot, number, at] += fen
                        self.pot_asked[pot, year, at] += fen
                        self.line_paid[line, year, at] += fen
                case "lapsed":
                    flows.lapsed[clause, number, at] += fen
                case _:
                    self.not_yet_claimed[clause, at] += fen

        book_sums(self.plan, sums, book)

    def _add_line(self, name: str, cell: tuple[Index, Index, Index], fen: Ints) -> None:
        _add(getattr(self, name), cell, fen)

    def _check(self, at: slice) -> None:
        sums = {name: getattr(self.flows, name)[..., at].sum(axis=1) for name in ("entitled", "claimed", "lapsed")}
        rest = self.not_taken_up[:, at] + self.not_yet_claimed[:, at]
        # What was claimed is paid or owed.
        if (sums["entitled"] != sums["claimed"] + sums["lapsed"] + rest).any():
            raise CompilerBug("what is entitled is not what is paid, owed, lapsed, not taken up or not yet claimed")
        if (self.flows.owed[..., at] < 0).any():
            raise CompilerBug("more was paid than was claimed")


_SUMS = (
    "not_taken_up", "not_yet_claimed", "refused", "pot_paid", "pot_owed", "exceeded", "appropriation", "line_paid",
    "line_owed", "pot_asked",
)  # fmt: skip


def _add(sums: Ints | Ints32, cell: tuple[Index, ...], amount: Ints | int) -> None:
    np.add.at(sums.reshape(-1), np.ravel_multi_index(cell, sums.shape), amount)


def _collect(whole: dict[str, NDArray[Number]], parts: Mapping[str, NDArray[Number]], at: slice, draws: int) -> None:
    for name, values in parts.items():
        if name not in whole:
            whole[name] = np.zeros(draws, dtype=values.dtype)
        whole[name][at] = values
