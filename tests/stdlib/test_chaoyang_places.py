"""Chaoyang's quotas at their real size, which cases in the policy's own file are too short for."""

from __future__ import annotations

from typing import Any

import huice


def _answer(posts: list[dict[str, Any]]) -> Any:
    program = huice.load("std:chaoyang_labour_cooperation")
    return program.evaluate(huice.Facts.from_dict({"post": posts})).to_dict()


def _post(key: str, county: str, *spells: tuple[str, str]) -> dict[str, Any]:
    return {"id": key, "county": county, "filled": [list(spell) for spell in spells]}


def _paid(ledger: Any, month: str) -> list[str]:
    return [one["id"] for one in ledger["payments"] if one["month"] == month]


def test_two_hundred_posts_for_each_banner_and_the_next_waits_for_one_to_fall_vacant() -> None:
    early = [_post(f"n{i:03d}", "zhuozi", ("2021-07", "2021-08" if i == 5 else "2021-09")) for i in range(200)]
    late = _post("a first by name", "zhuozi", ("2021-08", "2021-09"))
    other = [_post(f"c{i:03d}", "chayouhouqi", ("2021-07", "2021-07")) for i in range(200)]
    ledger = _answer([*early, late, *other])
    assert len(_paid(ledger, "2021-07")) == 400
    assert len(_paid(ledger, "2021-08")) == 200
    assert "a first by name" not in _paid(ledger, "2021-08")  # who was paid last month keeps the place
    assert len(_paid(ledger, "2021-09")) == 200
    assert "a first by name" in _paid(ledger, "2021-09")
    assert [(one["id"], one["month"], one["reason"]) for one in ledger["refused"]] == [
        ("a first by name", "2021-08", "limit")
    ]
    assert {one["amount"] for one in ledger["payments"]} == {"300.00"}


def test_moyu_and_the_regiment_share_six_hundred_posts() -> None:
    moyu = [_post(f"m{i:03d}", "moyu", ("2021-07", "2021-07")) for i in range(400)]
    regiment = [_post(f"r{i:03d}", "regiment47", ("2021-07", "2021-07")) for i in range(201)]
    ledger = _answer([*regiment, *moyu])
    assert len(ledger["payments"]) == 600
    assert [one["id"] for one in ledger["refused"]] == ["r200"]  # new in the same month: by key
    assert {one["amount"] for one in ledger["payments"]} == {"500.00"}


def test_places_are_parameters_that_a_reader_may_change() -> None:
    program = huice.load("std:chaoyang_labour_cooperation")
    posts = [_post("a", "moyu", ("2021-07", "2021-07")), _post("b", "moyu", ("2021-07", "2021-07"))]
    ledger = program.evaluate(huice.Facts.from_dict({"post": posts}), set={"xinjiang_post_places": "1"}).to_dict()
    assert _paid(ledger, "2021-07") == ["a"]
