from hypothesis import given

import huice
from huice.testing import assert_consistent, facts_for

POLICY = huice.load("winter_help.policy")


def test_everything_agrees() -> None:
    assert_consistent(POLICY)


@given(facts_for(POLICY, clause="heating"))
def test_nobody_is_heated_twice_a_year(facts: huice.Facts) -> None:
    paid = [p for p in POLICY.evaluate(facts).to_dict()["payments"] if p["clause"] == "heating"]
    assert len({(p["id"], p["month"][:4]) for p in paid}) == len(paid)
