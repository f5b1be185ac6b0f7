"""The year to date in a run: what was paid is known, what is open goes on, what is to come is simulated.

In: the payments up to a month (the cut) and, where there is a roster, its entitlements with whether they were paid.
Out: `Continued`, which stands for an engine and changes what it gives:

- what was paid enters every draw as it was, in the month in which it was paid;
- entitlements of the roster that were paid are taken out; those that are still open are claimed later or never, by
  chances that know how long they have waited: who was paid something has taken the clause up, who never was has taken
  it up with t·S / (1 − t + t·S), where S is the chance that none of the waiting claims would have come yet; and a lag
  is longer than the months waited;
- without a roster, simulated claims up to the cut are taken out: the ledger says what was paid then.

Chances are drawn by the very random words that the engine uses for take-up and lag, so nothing else changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from attrs import define, evolve, field, frozen
from numpy.typing import NDArray

from lang import model
from lang.dates import Month
from simulator.chance import keyed_random as random
from simulator.chance.distributions import quantile
from simulator.chance.scenario_values import evaluate, probability
from simulator.learning.claims import Due
from simulator.money.books import Books
from simulator.money.limits import pots_of
from simulator.parts import Parts
from simulator.people.arrivals import IN_ROSTER
from simulator.plan import Chunk, ClausePayments, ClauseSums, Flags, Floats, Ints, Plan, Worlds

_MONTHS = 1 << 20  # more than any month's number: a row and a month are one number
GRID = 4096  # points by which a lag that is not a choice of values is tabled
LONGEST = 120


@frozen(kw_only=True)
class Payment:
    """One payment as made. `amount` in fen, negative where it was taken back; `paid`: the month in which it was;
    `month`: the month that it says it is for; `row`: where it stands in its file."""

    clause: str
    entity: str
    key: str
    amount: int
    paid: Month
    month: Month | None = None
    row: int = 0


@frozen(kw_only=True, eq=False)
class SoFar:
    """`payments` made up to the month `cut`; `dues` of a roster known to it (None: there is no roster)."""

    cut: Month
    payments: tuple[Payment, ...]
    dues: tuple[Due, ...] | None = None

    def in_period(self, first: Month) -> tuple[Payment, ...]:
        return tuple(p for p in self.payments if first <= p.paid <= self.cut)

    def open_since(self, first: Month) -> Month:
        """The month from which on entitlements must be looked at: the earliest that is still open, or the period's."""
        open_ = [d.month for d in self.dues or () if d.paid is None and d.due <= self.cut < d.due + LONGEST]
        return min([first, *open_])


# ---------------------------------------------------------------- lags
def still_to_come(lag: model.Distribution | None, unknowns: Mapping[str, Floats], draws: int) -> Floats:
    """P(lag > c) by draw and c: (draws, LONGEST)."""
    result = np.zeros((draws, LONGEST))
    if lag is None:
        return result
    if lag.family == "choice":
        months = [int(getattr(value, "count", value)) for value in lag.values]  # type: ignore[arg-type]
        for month, weight in zip(months, lag.weights, strict=True):
            share = np.broadcast_to(evaluate(weight, unknowns), (draws,))
            result[:, : min(month, LONGEST)] += share[:, None]
        return result
    u = (np.arange(GRID) + 0.5) / GRID
    for draw in range(draws):
        here = {name: np.broadcast_to(values[draw], u.shape) for name, values in unknowns.items()}
        given = quantile(lag, u, lambda e, here=here: np.broadcast_to(evaluate(e, here), u.shape))  # type: ignore[misc]
        counts = np.bincount(np.clip(given, 0, LONGEST).astype(np.int64), minlength=LONGEST + 1) / GRID
        result[draw] = 1 - np.cumsum(counts)[:LONGEST]
    return result


# ---------------------------------------------------------------- what is known of one clause
@frozen(kw_only=True, eq=False)
class _Known:
    """Of the roster's rows in one clause: which entitlements were paid, and who was ever paid."""

    settled: Ints  # row · _MONTHS + month, sorted
    ever_paid: Flags  # by row


@define(eq=False)
class Continued:
    """Stands for the parts of a run (simulator.parts). `booked`: the plan whose books are kept; `begun`: the same,
    beginning early enough for what is still open."""

    booked: Plan
    begun: Plan
    parts: Parts
    so_far: SoFar
    _known: dict[str, _Known] = field(init=False, factory=dict)
    _pots: dict[str, dict[str, tuple[tuple[int, ...], int]]] = field(init=False, factory=dict)

    @property
    def name(self) -> str:
        return self.parts.name

    @property
    def quick(self) -> bool:
        return self.parts.quick

    def __attrs_post_init__(self) -> None:
        if self.so_far.dues is None:
            return
        paid: dict[str, list[Due]] = defaultdict(list)
        for due in self.so_far.dues:
            if due.paid is not None and due.paid <= self.so_far.cut:
                paid[due.clause].append(due)
        for clause in self.booked.clauses:
            table = self.booked.roster_of(self.booked.program.clauses[clause].entity)
            if table is None:
                continue
            number = {key: i for i, key in enumerate(table.keys)}
            codes = [number[d.key] * _MONTHS + d.month for d in paid[clause] if d.key in number]
            ever = np.zeros(table.size, np.bool_)
            ever[[number[d.key] for d in paid[clause] if d.key in number]] = True
            self._known[clause] = _Known(settled=np.sort(np.array(codes, np.int64)), ever_paid=ever)

    def simulate(self, worlds: Worlds, draws: range) -> Chunk:
        chunk = self.parts.simulate(worlds, draws)
        payments = {}
        for name in self.booked.clauses:
            given = chunk.payments.get(name)
            if given is None:
                continue
            self._learn_pots(name, given)
            payments[name] = self._continued(name, given, worlds, draws)
        for name in self.booked.clauses:
            known = self._paid(name, draws, payments.get(name))
            if known is not None:
                payments[name] = known
        return evolve(chunk, payments=payments, sums={n: self._after_cut(n, s) for n, s in chunk.sums.items()})

    # ------------------------------------------------------------ claims of one clause
    def _continued(self, name: str, given: ClausePayments, worlds: Worlds, draws: range) -> ClausePayments:
        cut, known = self.so_far.cut, self._known.get(name)
        taken_up, lag = given.taken_up.copy(), given.lag.copy()
        if known is None:
            keep = given.due + lag > cut if self.so_far.dues is None else np.ones(len(given), np.bool_)
        else:
            of_roster = given.key_month == IN_ROSTER
            code = given.key_number * _MONTHS + given.month
            settled = of_roster & np.isin(code, known.settled)
            keep = ~settled
            waiting = np.flatnonzero(of_roster & ~settled)
            self._claimed_later(name, given, known, waiting, worlds, draws, taken_up, lag)
        first = self.booked.scenario.first
        before = given.month < first
        keep &= ~before | (taken_up & (given.due + lag > cut))
        # what is carried into the period stands in its first month, and is due from then on
        due = np.where(before, np.maximum(given.due, first), given.due)
        changed = evolve(
            given,
            taken_up=taken_up,
            lag=np.maximum(lag + given.due - due, 0).astype(np.int16),
            month=np.maximum(given.month, first).astype(np.int32),
            due=due.astype(np.int32),
        )
        return _some(changed, np.flatnonzero(keep))

    def _claimed_later(
        self,
        name: str,
        given: ClausePayments,
        known: _Known,
        at: NDArray[np.intp],
        worlds: Worlds,
        draws: range,
        taken_up: Flags,
        lag: NDArray[np.int16],
    ) -> None:
        """Take-up and lag of the roster's entitlements that were not paid, known how long they have waited."""
        scenario, cut = self.booked.scenario, self.so_far.cut
        unknowns, size = worlds.of(draws), len(draws)
        entity = self.booked.program.clauses[name].entity
        table = self.booked.roster_of(entity)
        assert table is not None
        row, draw = given.key_number[at], given.draw[at] - draws.start
        waited = cut - given.due[at].astype(np.int64)
        open_ = waited >= 0
        still = still_to_come(scenario.lag, unknowns, size)
        s = np.where(open_, still[draw, np.clip(waited, 0, LONGEST - 1)], 1.0)
        group = draw * table.size + row
        with np.errstate(divide="ignore"):
            all_waiting = np.exp(np.bincount(group, weights=np.log(s), minlength=size * table.size))[group]
        chance: Floats = np.ones(size) if scenario.taken_up is None else probability(scenario.taken_up, unknowns)
        t = np.broadcast_to(chance, (size,))[draw]
        silent = 1 - t + t * all_waiting
        later = np.where(silent > 0, t * all_waiting / np.where(silent > 0, silent, 1), 0.0)
        words = random.words(
            random.streams(
                random.key(self.booked.seed, entity, f"take-up:{name}"),
                table.words[row],
                given.draw[at].astype(np.int64),
            ),
            random.ONCE,
        )
        takes = known.ever_paid[row] | random.event(words, random.threshold(later))
        # paid for others, and this one has waited longer than any lag: it was missed, and is not counted on
        taken_up[at] = takes & (s > 0)
        if scenario.lag is None or not open_.any():
            return
        at, row, draw, waited = at[open_], row[open_], draw[open_], waited[open_]
        stream = random.streams(
            random.key(self.booked.seed, entity, f"lag:{name}"), table.words[row], given.draw[at].astype(np.int64)
        )
        u = random.uniform(random.words_of_months(stream, given.due[at].astype(np.int64)))
        passed = 1 - s[open_]
        beyond = np.minimum(passed + u * (1 - passed), 1 - 2.0**-53)
        months = quantile(scenario.lag, beyond, lambda e: v[draw] if (v := evaluate(e, unknowns)).ndim else v)
        lag[at] = np.clip(np.maximum(months, waited + 1), 0, 30_000).astype(np.int16)

    def _after_cut(self, name: str, sums: ClauseSums) -> ClauseSums:
        """Sums of payments that are due after the cut."""
        first = self.begun.scenario.first
        months = np.arange(first, first + len(sums.fen))
        later = (np.maximum(months, self.booked.program.due_from) > self.so_far.cut)[:, None]
        start = self.booked.scenario.first - first
        return ClauseSums(fen=(sums.fen * later)[start:], payments=(sums.payments * later)[start:])

    # ------------------------------------------------------------ what was paid
    def _learn_pots(self, name: str, given: ClausePayments) -> None:
        """To which pot and group each row of the roster belongs, as the first chunk tells it."""
        if name in self._pots:
            return
        found: dict[str, tuple[tuple[int, ...], int]] = {}
        table = self.booked.roster_of(self.booked.program.clauses[name].entity)
        if table is not None and len(given):
            first = np.flatnonzero((given.draw == given.draw[0]) & (given.key_month == IN_ROSTER))
            for i in first:
                pots = tuple(-1 if pot is None else int(pot[i]) for pot in given.pots)
                found[table.keys[int(given.key_number[i])]] = pots, int(given.group[i])
        self._pots[name] = found

    def _paid(self, name: str, draws: range, others: ClausePayments | None) -> ClausePayments | None:
        """The payments of a clause up to the cut, alike ones together, in every draw, before the `others`."""
        first = self.booked.scenario.first
        funds = self.booked.program.clauses[name].funds
        several = [self.booked.policy.funds[fund].pots is not None for fund in (() if funds is None else funds.funds)]
        nowhere = tuple(-1 for _ in several)
        alike: dict[tuple[Month, Month, int, tuple[int, ...], int], int] = defaultdict(int)
        for payment in self.so_far.in_period(first):
            if payment.clause != name or payment.amount <= 0:
                continue
            pots, group = self._pots.get(name, {}).get(payment.key, (nowhere, -1))
            accrued = first if payment.month is None else min(max(payment.month, first), payment.paid)
            alike[accrued, payment.paid, payment.amount, pots, group] += 1
        if not alike:
            return others
        rows, due_from = sorted(alike), self.booked.program.due_from
        size, n = len(draws), len(rows)

        def column(values: Sequence[int], dtype: type[np.generic]) -> NDArray[np.generic]:
            return np.tile(np.array(values, dtype), size)

        known = ClausePayments(
            draw=np.repeat(np.arange(draws.start, draws.stop), n).astype(np.int32),
            row=column([-1] * n, np.int64),  # type: ignore[arg-type]
            month=column([r[0] for r in rows], np.int32),  # type: ignore[arg-type]
            due=column([max(r[0], due_from) for r in rows], np.int32),  # type: ignore[arg-type]
            amount=column([r[2] for r in rows], np.int64),  # type: ignore[arg-type]
            key_month=column([0] * n, np.int32),  # type: ignore[arg-type]
            key_number=column([-1] * n, np.int64),  # type: ignore[arg-type]
            pots=tuple(
                column([r[3][i] for r in rows], np.int16) if several[i] else None  # type: ignore[misc]
                for i in range(len(several))
            ),
            group=column([r[4] for r in rows], np.int16),  # type: ignore[arg-type]
            taken_up=np.ones(size * n, np.bool_),
            lag=column([r[1] - max(r[0], due_from) for r in rows], np.int16),  # type: ignore[arg-type]
            count=column([alike[r] for r in rows], np.int64),  # type: ignore[arg-type]
        )
        return known if others is None else _joined(known, others)


def take_back(books: Books, so_far: SoFar) -> None:
    """Money that was taken back, deducted in its month from what was paid, in every draw. The room of an appropriation
    does not grow by it."""
    plan = books.plan
    funds = list(plan.policy.funds)
    for payment in so_far.in_period(plan.scenario.first):
        if payment.amount >= 0 or payment.clause not in plan.clauses:
            continue
        cell = plan.clauses.index(payment.clause), payment.paid - plan.scenario.first
        for flow in (books.flows.entitled, books.flows.claimed, books.flows.paid):
            flow[cell] += payment.amount
        of = plan.program.clauses[payment.clause].funds
        if of is not None:
            pots = enumerate(pots_of(plan.policy))
            pot = next(i for i, p in pots if p.fund == funds.index(of.funds[0]) and p.member is None)
            books.pot_paid[pot, cell[1]] += payment.amount


# ---------------------------------------------------------------- rows of payments
def _some(given: ClausePayments, at: NDArray[np.intp]) -> ClausePayments:
    return ClausePayments(
        draw=given.draw[at],
        row=given.row[at],
        month=given.month[at],
        due=given.due[at],
        amount=given.amount[at],
        key_month=given.key_month[at],
        key_number=given.key_number[at],
        pots=tuple(None if pot is None else pot[at] for pot in given.pots),
        group=given.group[at],
        taken_up=given.taken_up[at],
        lag=given.lag[at],
        count=given.count[at],
    )


def _joined(a: ClausePayments, b: ClausePayments) -> ClausePayments:
    """In the order of draw, month and key."""
    both = ClausePayments(
        draw=np.concatenate([a.draw, b.draw]),
        row=np.concatenate([a.row, b.row]),
        month=np.concatenate([a.month, b.month]),
        due=np.concatenate([a.due, b.due]),
        amount=np.concatenate([a.amount, b.amount]),
        key_month=np.concatenate([a.key_month, b.key_month]),
        key_number=np.concatenate([a.key_number, b.key_number]),
        pots=tuple(
            None if p is None or q is None else np.concatenate([p, q]) for p, q in zip(a.pots, b.pots, strict=True)
        ),
        group=np.concatenate([a.group, b.group]),
        taken_up=np.concatenate([a.taken_up, b.taken_up]),
        lag=np.concatenate([a.lag, b.lag]),
        count=np.concatenate([a.count, b.count]),
    )
    return _some(both, np.lexsort((both.key_number, both.key_month, both.month, both.draw)))
