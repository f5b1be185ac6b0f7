"""Queue, funds and deadline: examples worked by hand, and agreement with the slow reference on any claims."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from attrs import fields
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.money.cash import settle
from simulator.money.claims import (
    LAPSED,
    NEVER,
    NO_LIMIT,
    NO_POT,
    NOT_TAKEN_UP,
    NOT_YET_CLAIMED,
    OWED,
    PAID,
    Claims,
    Limits,
    Pot,
)
from tests.simulator.slow_settling import settle_slowly

JANUARY = 2022 * 12


def limits(
    *,
    draws: int = 1,
    last: int = JANUARY + 23,
    lapse: int | None = None,
    funds: tuple[str, ...] = ("F", "G"),
    pots: tuple[Pot, ...] = (Pot(fund=0), Pot(fund=1)),
    closes: tuple[bool, ...] | None = None,
    shares: tuple[tuple[Fraction, ...] | None, ...] = (None, None, None),
    appropriation: Any = NO_LIMIT,
    cash: int = NO_LIMIT,
    cash_claims: int = NO_LIMIT,
    fund_cash: tuple[int, ...] = (NO_LIMIT, NO_LIMIT),
    fund_claims: tuple[int, ...] = (NO_LIMIT, NO_LIMIT),
) -> Limits:
    years = last // 12 - JANUARY // 12 + 1
    return Limits(
        first=JANUARY,
        last=last,
        lapse=lapse,
        funds=funds,
        pots=pots,
        closes=np.array(closes if closes is not None else [False] * len(pots)),
        shares=shares,
        appropriation=np.broadcast_to(np.asarray(appropriation, dtype=np.int64), (draws, len(pots), years)).copy(),
        cash_amount=np.full(draws, cash),
        cash_claims=np.full(draws, cash_claims),
        fund_cash_amount=np.tile(np.array(fund_cash, dtype=np.int64), (draws, 1)),
        fund_cash_claims=np.tile(np.array(fund_claims, dtype=np.int64), (draws, 1)),
    )


def claims(*rows: dict[str, Any]) -> Claims:
    """A claim a row; unless said: draw 0, clause 0, January, due at once, keys in the order of the rows, pot 0."""
    month = [JANUARY + row.get("month", 0) for row in rows]
    width = max((len(row.get("pots", (0,))) for row in rows), default=1)
    pots = [[*row.get("pots", (0,)), *[NO_POT] * (width - len(row.get("pots", (0,))))] for row in rows]
    return Claims(
        draw=np.array([row.get("draw", 0) for row in rows], dtype=np.int32),
        clause=np.array([row.get("clause", 0) for row in rows], dtype=np.int16),
        month=np.array(month, dtype=np.int32),
        due=np.array([m + row.get("wait", 0) for m, row in zip(month, rows, strict=True)], dtype=np.int32),
        amount=np.array([row.get("amount", 100) for row in rows], dtype=np.int64),
        key_month=np.array([row.get("key_month", 0) for row in rows], dtype=np.int32),
        key_number=np.array([row.get("key", i) for i, row in enumerate(rows)], dtype=np.int64),
        pots=np.array(pots, dtype=np.int16).reshape(len(rows), width),
        group=np.full(len(rows), -1, dtype=np.int16),
        taken_up=np.array([row.get("taken_up", True) for row in rows], dtype=np.bool_),
        lag=np.array([row.get("lag", 0) for row in rows], dtype=np.int16),
    )


def months(booked: Any) -> list[int | None]:
    return [None if m == NEVER else int(m) - JANUARY for m in booked]


def test_without_limits_a_claim_is_paid_in_its_claim_month() -> None:
    settled = settle(claims({"month": 2, "wait": 1, "lag": 3}, {"taken_up": False}, {"month": 22, "lag": 2}), limits())
    assert settled.status.tolist() == [PAID, NOT_TAKEN_UP, NOT_YET_CLAIMED]
    assert months(settled.booked) == [6, None, None]


def test_a_claim_after_the_deadline_lapses_in_the_first_month_after_it() -> None:
    late = claims({"month": 0, "lag": 3}, {"month": 0, "lag": 4}, {"month": 20, "lag": 90}, {"month": 6})
    settled = settle(late, limits(lapse=JANUARY + 4))
    assert settled.status.tolist() == [PAID, LAPSED, LAPSED, LAPSED]
    assert months(settled.booked) == [3, 4, 20, 6]
    short = settle(late, limits(lapse=JANUARY + 24))
    assert short.status.tolist() == [PAID, PAID, NOT_YET_CLAIMED, PAID]


def test_a_claim_made_in_time_that_waits_at_the_deadline_stays_owed() -> None:
    budget = [[[100, 0], [NO_LIMIT, NO_LIMIT]]]
    settled = settle(claims({}, {}), limits(lapse=JANUARY + 12, appropriation=budget))
    assert settled.status.tolist() == [PAID, OWED]


def test_the_queue_stops_at_the_first_claim_that_does_not_fit() -> None:
    budget = [[[250, 1000], [NO_LIMIT, NO_LIMIT]]]
    settled = settle(claims({"amount": 100}, {"amount": 200}, {"amount": 50}), limits(appropriation=budget))
    # 50 would fit, but stands behind 200; next year both are paid first.
    assert months(settled.booked) == [0, 12, 12]
    assert settled.paid.exceeded[0].tolist() == [[JANUARY, 0], [0, 0]]
    assert settled.paid.owed[0, 0, [0, 11, 12]].tolist() == [250, 250, 0]


def test_an_earlier_due_month_comes_before_who_waits() -> None:
    budget = [[[250, 1000], [NO_LIMIT, NO_LIMIT]]]
    settled = settle(
        claims({"amount": 200}, {"amount": 100, "month": 1}, {"amount": 50, "lag": 2}), limits(appropriation=budget)
    )
    assert months(settled.booked) == [0, 12, 2]


def test_order_is_due_month_then_clause_then_key() -> None:
    rows = claims(
        {"clause": 1, "key_month": 5, "key": 0},
        {"clause": 0, "key_month": 9, "key": 1},
        {"clause": 0, "key_month": 9, "key": 0},
        {"clause": 1, "key_month": 4, "key": 7, "month": 1},
    )
    assert months(settle(rows, limits(cash_claims=1)).booked) == [2, 1, 0, 3]


def test_cash_of_a_month_is_not_carried_over() -> None:
    rows = claims(*({"month": m} for m in (0, 2, 2, 2)))
    assert months(settle(rows, limits(cash=200)).booked) == [0, 2, 2, 3]
    assert settle(rows, limits(cash=99)).status.tolist() == [OWED] * 4


def test_cash_is_checked_before_the_fund() -> None:
    budget = [[[0, 0], [NO_LIMIT, NO_LIMIT]]]
    settled = settle(claims({"amount": 300}, {"pots": (1,)}), limits(appropriation=budget, cash=200))
    # 300 never fits the cash: it stops everybody, and the fund was never asked.
    assert settled.status.tolist() == [OWED, OWED]
    assert not settled.paid.exceeded.any()


def test_an_exhausted_fund_does_not_stop_another() -> None:
    budget = [[[0, 0], [NO_LIMIT, NO_LIMIT]]]
    settled = settle(claims({"amount": 100}, {"pots": (1,)}), limits(appropriation=budget, cash=200))
    assert months(settled.booked) == [None, 0]


def test_cash_of_one_fund_stops_only_that_fund() -> None:
    settled = settle(claims({}, {}, {"pots": (1,)}), limits(fund_claims=(1, NO_LIMIT)))
    assert months(settled.booked) == [0, 1, 0]


def test_funds_in_turn_close_for_the_year() -> None:
    budget = [[[250, 250], [NO_LIMIT, NO_LIMIT]]]
    turn = {"pots": (0, 1)}
    rows = claims(turn, turn | {"amount": 200}, turn | {"amount": 10}, turn | {"month": 12})
    settled = settle(rows, limits(closes=(True, False), appropriation=budget))
    assert months(settled.booked) == [0, 0, 0, 12]
    paid = sorted(zip(settled.paid.part_index.tolist(), settled.paid.part_pot.tolist(), strict=True))
    assert paid == [(0, 0), (1, 1), (2, 1), (3, 0)]
    assert settled.paid.exceeded[0].tolist() == [[JANUARY, 0], [0, 0]]


def test_shares_wait_until_both_have_room_and_the_last_takes_the_rest() -> None:
    budget = [[[1000, 1000], [40, 1000]]]
    shares = ((Fraction(3, 5), Fraction(2, 5)), None)
    rows = claims({"amount": 101, "pots": (0, 1)}, {"amount": 5, "pots": (0, 1)}, {"clause": 1, "month": 1})
    settled = settle(rows, limits(shares=shares, appropriation=budget))
    assert months(settled.booked) == [0, 12, 12]
    first = settled.paid.part_amount[settled.paid.part_index == 0]
    assert first.tolist() == [61, 40]
    assert settled.paid.exceeded[0].tolist() == [[0, 0], [JANUARY, 0]]


def test_who_stands_behind_a_claim_by_shares_waits_although_his_own_fund_has_no_limit() -> None:
    rows = claims({"clause": 0, "pots": (0, 1), "amount": 2}, {"clause": 1, "pots": (0,)})
    shares = ((Fraction(1, 2), Fraction(1, 2)), None)
    assert settle(rows, limits(shares=shares, fund_claims=(NO_LIMIT, 0))).status.tolist() == [OWED, OWED]


def test_a_claim_by_shares_holds_its_other_fund_as_long_as_it_waits() -> None:
    """F lacks its half, and is closed for the year (another clause goes on to G): nobody behind is paid from G."""
    shares = ((Fraction(1, 2), Fraction(1, 2)), None)
    bounds = limits(shares=shares, appropriation=[[[10, 500], [500, 500]]], closes=(True, False))
    rows = claims({"pots": (0, 1)}, {"clause": 1, "pots": (0, 1)}, {"clause": 1, "pots": (1,), "month": 3})
    assert months(settle(rows, bounds).booked) == [12, 12, 12]


def test_a_claim_by_shares_that_stands_behind_another_stops_whoever_stands_behind_it() -> None:
    """Cash for one claim a month from F. The third stands in its queue, so the fourth waits, whose fund has room."""
    shares = (None, (Fraction(1, 2), Fraction(1, 2)), None)
    rows = claims({}, {}, {"clause": 1, "pots": (0, 1)}, {"clause": 2, "pots": (1,)})
    settled = settle(rows, limits(shares=shares, fund_claims=(1, NO_LIMIT)))
    assert months(settled.booked) == [0, 1, 2, 2]


def test_thirty_firms_under_a_budget_for_twenty_eight() -> None:
    budget = [[[280_000_000]]]
    one = limits(appropriation=budget, funds=("F",), pots=(Pot(fund=0),), last=JANUARY + 11, fund_cash=(NO_LIMIT,),
                 fund_claims=(NO_LIMIT,))  # fmt: skip
    settled = settle(claims(*({"amount": 10_000_000} for _ in range(30))), one)
    assert settled.status.tolist() == [PAID] * 28 + [OWED] * 2
    assert settled.paid.owed[0, 0, -1] == 20_000_000


SHARES = (Fraction(1, 3), Fraction(2, 3))
POTS = (Pot(fund=0), Pot(fund=1, member="a"), Pot(fund=1, member="b"), Pot(fund=2))
ROUTES = ((0,), (3,), (0, 1), (0, 2), (1, 3), (2, 3), (NO_POT,), (1,), (2,))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Claims, Limits]:
    number = st.integers(0, 12)
    small = st.one_of(st.just(NO_LIMIT), st.integers(0, 500))
    few = st.one_of(st.just(NO_LIMIT), st.integers(0, 3))
    shared = draw(st.booleans())
    rows = [
        {
            "draw": draw(st.integers(0, 1)),
            "clause": (clause := draw(st.integers(0, 2))),
            "month": draw(number),
            "wait": draw(st.integers(0, 3)),
            "lag": draw(st.integers(0, 4)),
            "amount": draw(st.integers(1, 200)),
            "key_month": draw(st.integers(0, 2)),
            "taken_up": draw(st.integers(0, 5)) > 0,
            "pots": draw(st.sampled_from(ROUTES[2:4])) if clause == 2 and shared else draw(st.sampled_from(ROUTES)),
        }
        for _ in range(draw(st.integers(0, 25)))
    ]
    last = JANUARY + draw(st.integers(12, 18))
    appropriation = [[[draw(small), draw(small)] for _ in POTS] for _ in range(2)]
    return claims(*rows), limits(
        draws=2,
        last=last,
        lapse=draw(st.one_of(st.none(), st.integers(JANUARY + 5, JANUARY + 20))),
        funds=("F", "G", "H"),
        pots=POTS,
        closes=(True, *(draw(st.booleans()),) * 2, False),
        shares=(None, None, SHARES if shared else None),
        appropriation=appropriation,
        cash=draw(small),
        cash_claims=draw(few),
        fund_cash=(draw(small), draw(small), NO_LIMIT),
        fund_claims=(NO_LIMIT, draw(few), draw(few)),
    )


@settings(max_examples=300, deadline=None)
@given(situations())
def test_arrays_agree_with_the_plain_queue(situation: tuple[Claims, Limits]) -> None:
    rows, bounds = situation
    fast, slow = settle(rows, bounds), settle_slowly(rows, bounds)
    assert fast.status.tolist() == slow["status"]
    assert fast.booked.tolist() == slow["booked"]
    paid = fast.paid
    parts = {
        (int(i), int(p)): int(a)
        for i, p, a in zip(paid.part_index, paid.part_pot, paid.part_amount, strict=True)
        if p != NO_POT
    }
    assert parts == slow["parts"]
    assert (paid.owed == slow["owed"]).all()
    assert (paid.exceeded == slow["exceeded"]).all()


@settings(max_examples=100, deadline=None)
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(situation: tuple[Claims, Limits], random: Any) -> None:
    rows, bounds = situation
    order = list(range(len(rows)))
    random.shuffle(order)
    mixed = Claims(**{column.name: getattr(rows, column.name)[order] for column in fields(Claims)})
    assert settle(mixed, bounds).status.tolist() == settle(rows, bounds).status[order].tolist()
