"""Claims for several payments are paid as the same payments one by one would be."""

from __future__ import annotations

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.money.cash import settle
from simulator.money.claims import NO_POT, Claims, Limits
from tests.simulator.test_cash import situations


@settings(max_examples=100, deadline=None)
@given(situations(), st.data())
def test_counted_as_one_by_one(situation: tuple[Claims, Limits], data: st.DataObject) -> None:
    rows, limits = situation
    number = len(rows)
    drawn = data.draw(st.lists(st.integers(1, 4), min_size=number, max_size=number))
    count = np.array(drawn, np.int64)
    keyed = evolve(rows, key_number=rows.key_number * 100, count=count)
    which = np.repeat(np.arange(number), count)
    copy = np.concatenate([np.arange(n) for n in drawn]) if drawn else np.zeros(0, np.int64)
    names = ("draw", "clause", "month", "due", "amount", "key_month", "pots", "group", "taken_up", "lag")
    single = Claims(key_number=keyed.key_number[which] + copy, **{n: getattr(rows, n)[which] for n in names})
    many, ones = settle(keyed, limits), settle(single, limits)
    paid = many.paid
    by_claim = sorted(
        (int(i), int(m))
        for i, m, n in zip(paid.paid_index, paid.paid_month, paid.paid_count, strict=True)
        for _ in range(n)
    )
    assert by_claim == sorted(
        (int(which[i]), int(m)) for i, m in zip(ones.paid.paid_index, ones.paid.paid_month, strict=True)
    )
    assert (paid.owed == ones.paid.owed).all()
    assert (paid.exceeded == ones.paid.exceeded).all()
    assert parts(paid.part_month, paid.part_pot, paid.part_amount) == parts(
        ones.paid.part_month, ones.paid.part_pot, ones.paid.part_amount
    )


def parts(month: np.ndarray, pot: np.ndarray, amount: np.ndarray) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for m, p, a in zip(month.tolist(), pot.tolist(), amount.tolist(), strict=True):
        if p != NO_POT and a:
            found[m, p] = found.get((m, p), 0) + a
    return found
