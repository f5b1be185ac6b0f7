"""Which form a monthly fact has: alone, following, kept; the lag; what fits no form."""

from __future__ import annotations

import numpy as np

from lang.dates import month
from simulator.learning.following import monthly_facts
from simulator.learning.observed import Observed

FIRST, WIDTH = month(2023, 1), 30


def seen(flags: dict[str, np.ndarray]) -> Observed:
    rows = len(next(iter(flags.values())))
    return Observed(
        entity="person", keys=tuple(f"p{i}" for i in range(rows)), first=FIRST, as_of=FIRST + WIDTH - 1,
        arrival=np.full(rows, FIRST), told_by="hired_on", root="employed",
        flags={name: of.astype(np.int8) for name, of in flags.items()}, values={},
    )  # fmt: skip


def walks(rng: np.random.Generator, rows: int, leave: float, back: float) -> np.ndarray:
    state, made = np.ones(rows, bool), np.zeros((rows, WIDTH), bool)
    for m in range(WIDTH):
        u = rng.random(rows)
        state = np.where(state, u >= leave, u < back if m else state & False)
        made[:, m] = state
    return made


def test_each_form_is_recognised() -> None:
    rng = np.random.default_rng(2)
    employed = walks(rng, 200, 0.06, 0.05)
    insured = np.zeros_like(employed)
    follows = rng.random(200) < 0.9
    for m in range(2, WIDTH):
        insured[:, m] = employed[:, m] & employed[:, m - 1] & employed[:, m - 2] & follows
    renting = np.repeat((rng.random(200) < 0.4)[:, None], WIDTH, axis=1)
    found = monthly_facts(
        seen({"employed": employed, "insured": insured, "renting": renting}), ["employed", "insured", "renting"], FIRST
    )
    assert [f.form for f in found] == ["alone", "follows", "keeps"]
    assert (found[1].leader, found[1].after) == ("employed", 2)
    told = (employed[:, 2:] & employed[:, 1:-1] & employed[:, :-2]).any(axis=1)
    assert (found[1].yes, found[1].told) == (int((told & follows).sum()), int(told.sum()))
    assert found[2].yes == int(renting[:, 0].sum()) and found[2].told == 200
    assert found[1].wrong == found[2].wrong == 0.0


def test_everybody_following_from_the_first_month_on() -> None:
    rng = np.random.default_rng(4)
    employed = walks(rng, 100, 0.06, 0.05)
    found = monthly_facts(seen({"employed": employed, "insured": employed}), ["employed", "insured"], FIRST)
    assert (found[1].form, found[1].after, found[1].yes) == ("follows", 0, found[1].told)


def test_what_few_have_for_long_is_kept_and_not_left_at_once() -> None:
    rng = np.random.default_rng(6)
    employed = walks(rng, 300, 0.05, 0.05)
    founder = np.zeros_like(employed)
    founder[:20, 6:] = True
    found = monthly_facts(seen({"employed": employed, "founder": founder}), ["employed", "founder"], FIRST)
    assert found[1].form == "keeps" and found[1].yes == 20
    assert found[1].wrong > 0


def test_who_never_leaves_may_still_leave() -> None:
    employed = np.ones((40, WIDTH), bool)
    (found,) = monthly_facts(seen({"employed": employed}), ["employed"], FIRST)
    assert found.form == "alone" and found.found.leave_events == 0
