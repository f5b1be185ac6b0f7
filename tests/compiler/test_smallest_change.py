"""The smallest change is one that qualifies, and brute force over small histories finds none smaller.

Programs of one or two rules over two monthly facts, a yes/no, a count, a kind and a date are made at random, and a
person whose facts are partly unknown. The oracle knows nothing of the search: it goes through changes in order of size
and evaluates each with the evaluators of `huice eval`.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest

from compiler import ir
from compiler.evaluate import evaluate
from compiler.explanation.explain import explain
from compiler.explanation.trial import Ground, Size, set_values
from compiler.facts import Facts, History, Row, Span
from compiler.memory import start_month
from lang import model
from lang.dates import Month, month
from lang.types import UNKNOWN
from tests.compiler.test_explain import load_policy

FIRST, LAST = month(2025, 3), month(2025, 6)
HEAD = """policy small
  in force 2025-03-01 to 2025-06-30
kind county: hill, river, other
entity person
  has works: yes/no monthly
  has insured: yes/no monthly
  has poor: yes/no
  has courses: count 0 to 5
  has origin: county
  has hired on: date
define steady for person = works and insured
clause grant
  for person{where}
{rules}
"""
MOST = 1000  # changes that the oracle looks at for one person
DAYS = [date(2025, 1, 1) + timedelta(days=number) for number in range(0, 181, 3)]


def condition(rng: random.Random, depth: int = 2) -> str:
    if depth and rng.random() < 0.55:
        word = rng.choice([" and ", " or ", " and "])
        return "(" + word.join(condition(rng, depth - 1) for _ in range(rng.choice([2, 2, 3]))) + ")"
    if rng.random() < 0.12:
        return f"not {rng.choice(['poor', 'works', 'steady', '(works ≥ 2 months)'])}"
    months = rng.randint(2, 4)
    return rng.choice(
        [
            f"works ≥ {months} months", f"insured ≥ {months} months with works", f"steady ≥ {months} months",
            f"total works ≥ {months} months", "works", "insured", "poor", "ever insured", "previous works",
            f"total insured in last 3 months ≥ {min(months, 3)} months",
            f"total works in this year > {months - 1} months",
            f"courses ≥ {rng.randint(1, 5)}", f"courses < {rng.randint(1, 4)}", "origin in (hill, river)",
            "origin is other", "poor is known", "(works ≥ 2 months and courses ≥ 2)",
        ]
    )  # fmt: skip


def made_up(seed: int, dates: bool = False) -> tuple[tuple[model.Program, ir.Program], Facts]:
    rng = random.Random(seed)
    often = rng.choice(["once", "once", "per month"])
    rules = f"  {condition(rng)} → 100 yuan {often}"
    if dates:
        reading = rng.choice(["since hired on ≥ 2 months", "hired on ≥ 2025-04-10", "hired on in this month"])
        rules = f"  {reading} and {condition(rng, 1)} → 100 yuan {often}"
    elif rng.random() < 0.3:
        rules += f"\n  {condition(rng, 1)} → 50 yuan {often}"
    where = f" where {condition(rng, 0)}" if rng.random() < 0.4 else ""
    values: dict[str, Any] = {}
    for name in ("works", "insured"):
        if rng.random() < 0.85:
            values[name] = _history(rng)
    for name, value in (
        ("poor", rng.random() < 0.4),
        ("courses", rng.randint(0, 3)),
        ("origin", rng.choice(["hill", "other"])),
    ):
        if rng.random() < 0.8:
            values[name] = value
    if rng.random() < 0.8:
        values["hired_on"] = rng.choice(DAYS)
    policy = load_policy(HEAD.format(where=where, rules=rules))
    return policy, Facts({"person": [Row("p", values), Row("q", {"works": True})]})


def _history(rng: random.Random) -> History:
    months = [m for m in range(FIRST - 2, LAST + 1) if rng.random() < 0.35]
    return History(tuple(Span(m, m, True) for m in months), False)


# ---------------------------------------------------------------- the oracle
Option = tuple[int, Fraction, dict[Any, Any]]  # months, moved, slots


def options(program: model.Program, facts: Facts, name: str, months: range, dates: bool) -> list[Option]:
    """Every change of one fact."""
    given = facts.rows("person")["p"].values.get(name, UNKNOWN)
    if name in ("works", "insured"):
        found: list[Option] = []
        for count in range(1, 5):
            for chosen in combinations(months, count):
                now = [given.at(m) if isinstance(given, History) else given for m in chosen]
                values = [(True, False) if value is UNKNOWN else (not value,) for value in now]
                for each in product(*values):
                    found.append((count, Fraction(0), {(name, m): v for m, v in zip(chosen, each, strict=True)}))
        return found
    every: dict[str, list[Any]] = {
        "poor": [True, False], "courses": list(range(6)), "origin": ["hill", "river", "other"],
        "hired_on": [date(2024, 12, 1) + timedelta(days=n) for n in range(230)] if dates else [],
    }  # fmt: skip
    made = []
    for value in every[name]:
        if value != given:
            moved = Fraction(0)
            if given is not UNKNOWN and name == "courses":
                moved = Fraction(abs(value - given))
            if given is not UNKNOWN and name == "hired_on":
                moved = Fraction(abs((value - given).days))
            made.append((0, moved, {(name, None): value}))
    return made


def smaller_ones(policy: Any, facts: Facts, size: Size | None, dates: bool) -> Iterator[tuple[Size, dict[Any, Any]]]:
    """Changes smaller than `size` (all: as many as are looked at), in order of their size."""
    program, compiled = policy
    months = range(min(start_month(compiled, facts), FIRST), LAST + 1)
    names = ["works", "insured", "poor", "courses", "origin", "hired_on"]
    each = {name: options(program, facts, name, months, dates) for name in names}
    looked = 0
    for count in range(4):
        changes = []
        for chosen in combinations(names, count):
            lists = [each[name] for name in chosen]
            if size is not None:  # only what can be smaller
                lists = [[o for o in options_ if (count, o[0], o[1]) < size] for options_ in lists]
            if count > 1:
                lists = [sorted(options_, key=lambda o: o[:2])[:60] for options_ in lists]
            for parts in product(*lists):
                slots = {slot: value for part in parts for slot, value in part[2].items()}
                changes.append(((count, sum(p[0] for p in parts), sum((p[1] for p in parts), Fraction(0))), slots))
        for found in sorted(changes, key=lambda change: change[0]):
            if (size is not None and found[0] >= size) or looked >= MOST:
                return
            looked += 1
            yield found


def pays(policy: Any, facts: Facts, slots: dict[Any, Any]) -> bool:
    row = facts.rows("person")["p"]
    changed = Facts({"person": [Row("p", set_values(row.values, slots)), facts.rows("person")["q"]]})
    return any(payment.key == "p" for payment in evaluate(policy[1], changed).payments)


def slots_of(change: Any) -> dict[tuple[str, Month | None], Any]:
    months = [None] if change.first is None else range(change.first, change.last + 1)
    return {(change.fact, m): change.value for m in months}


def size_of(program: model.Program, facts: Facts, changes: Any) -> Size:
    values = facts.rows("person")["p"].values
    moved = Fraction(0)
    for change in changes:
        given = values.get(change.fact)
        if change.fact == "courses" and given is not None:
            moved += abs(change.value - given)
        if change.fact == "hired_on" and given is not None:
            moved += abs((change.value - given).days)
    months = sum(change.last - change.first + 1 for change in changes if change.first is not None)
    return len({change.fact for change in changes}), months, moved


# ---------------------------------------------------------------- held against it
def check(seed: int, dates: bool = False) -> str:
    """What the search said; fails where it is wrong."""
    policy, facts = made_up(seed, dates)
    (found,) = explain(*policy, facts, "person", "p")
    if found.answer in ("paid", "refused"):
        return "paid"
    if not found.change:
        for size, slots in smaller_ones(policy, facts, None, dates):
            assert not pays(policy, facts, slots), (seed, "none was named", size, slots)
        return "none"
    slots = {slot: value for change in found.change for slot, value in slots_of(change).items()}
    assert pays(policy, facts, slots), (seed, "does not qualify", found.change)
    size = size_of(policy[0], facts, found.change)
    for other, smaller in smaller_ones(policy, facts, size, dates):
        assert not pays(policy, facts, smaller), (seed, found.change, size, "but", other, smaller)
    return "changed"


@pytest.mark.parametrize("block", range(4))
def test_nothing_smaller_qualifies(block: int) -> None:
    said = [check(seed) for seed in range(block * 8, block * 8 + 8)]
    assert said.count("changed") >= 2


def test_nor_where_a_date_is_moved() -> None:
    said = [check(seed, dates=True) for seed in range(1000, 1010)]
    assert said.count("changed") >= 2


COMES_BACK = """policy towns
  in force 2025-03-01 to 2025-06-30
entity town
  has members: many person via home
  has rich: yes/no
  has limit: count 0 to 5
entity person
  has home: town
define lucky for person = home's rich
clause grant
  for town
  rich and limit ≤ count of members where lucky → 100 yuan once
"""


def test_a_condition_that_reads_other_rows_may_come_back_to_this_one() -> None:
    """What else was changed of the row counts in it: the limit need only fall to the three members."""
    people = [Row(key, {"home": "t"}) for key in ("a", "b", "c")]
    facts = Facts({"person": people, "town": [Row("t", {"rich": False, "limit": 5})]})
    (found,) = explain(*load_policy(COMES_BACK), facts, "town", "t")
    assert {change.fact: change.value for change in found.change} == {"rich": True, "limit": 3}


@pytest.mark.parametrize(
    ("rule", "back"), [("works ≥ 3 months", False), ("total works ≥ 3 months", True)], ids=["run", "sum so far"]
)
def test_a_trial_begins_no_earlier_than_it_must(rule: str, back: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has worked for decades: a run of three months is not followed from its beginning, a sum so far is."""
    starts = []
    trial = Ground.trial
    monkeypatch.setattr(Ground, "trial", lambda self, setting: starts.append(self.start) or trial(self, setting))
    policy = load_policy(HEAD.format(where="", rules=f"  poor and {rule} → 100 yuan once"))
    works = History((Span(month(1985, 3), None, True),), False)
    (found,) = explain(*policy, Facts({"person": [Row("p", {"works": works, "poor": False})]}), "person", "p")
    assert [(change.fact, change.value) for change in found.change] == [("poor", True)]
    assert (min(starts) < month(1985, 3)) if back else (min(starts) >= FIRST - 4)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(40))
def test_nothing_smaller_qualifies_at_length(block: int) -> None:
    for seed in range(2000 + block * 10, 2010 + block * 10):
        check(seed, dates=seed % 4 == 0)
