"""Which clauses cannot be followed by counting: each with its reason and its line."""

from __future__ import annotations

import pytest

from simulator.plan import SimulationError
from tests.simulator.cohort.running import run

HEAD = """policy p
  in force 2025-01-01 to 2026-12-31
  paid from aid
fund aid
entity firm
  has staff: many person via employer
  has rich: yes/no
entity person
  has employed: yes/no monthly
  has wage: money monthly
  has assessed: money
  has employer: firm
"""
PEOPLE = """scenario baseline for p
  period 2025-01 to 2025-12
  unknown amount ~ uniform(100 yuan, 200 yuan)
  population firm
    arrive 3 in 2025-01
    rich ~ 50%
  population person
    arrive 30 in 2025-01
    employed starts on arrival, ends at 5% per month
    wage ~ lognormal(median 4000 yuan, sigma 0.2)
    assessed ~ 100 yuan 50%, 200 yuan 50%
    employer ~ any firm
"""
FINE = "clause fine\n  for person\n  employed → 1 yuan once\n"


@pytest.mark.parametrize(
    ("clause", "more", "words"),
    [
        ("for firm\n  count of staff where employed ≥ 20 → 1 yuan once", "", "counts rows of `person`"),
        ("for person\n  wage ≥ 4000 yuan → 1 yuan once", "", "`wage` is drawn from `lognormal`"),
        ("for person\n  employer's rich and employed → 1 yuan once", "", "who is linked to whom"),
        ("for person\n  employed → assessed per month", "  budget aid 2025 = 500 yuan\n", "same people come first"),
    ],
)
def test_the_clause_is_named_with_its_line(clause: str, more: str, words: str) -> None:
    text = HEAD + FINE + f"clause stuck\n  {clause}\n" + PEOPLE + more
    with pytest.raises(SimulationError) as raised:
        run(text, draws=16)
    (found,) = raised.value.diagnostics
    assert found.code == "HC605"
    assert "`stuck`" in found.message.en and words in found.message.en
    assert "stuck" in found.message.zh
    assert found.span.source is not None and found.span.start > 0
    run(text, draws=16, clauses=["fine"])  # the other clause runs alone


def test_unequal_waiting_for_a_place_is_refused_and_equal_is_not() -> None:
    text = HEAD + "clause post\n  for person\n  employed → {amount} per month\nlimit post to 5 per month\n" + PEOPLE
    with pytest.raises(SimulationError) as raised:
        run(text.format(amount="assessed"), draws=16)
    (found,) = raised.value.diagnostics
    assert "wait for a place" in found.message.en
    results = run(text.format(amount="100 yuan"), draws=64)
    most = results.total("payments").max()
    assert most == 5 * 12


def test_unequal_monthly_amounts_are_fine_where_money_cannot_run_short() -> None:
    text = HEAD + "clause wages\n  for person\n  employed → assessed per month\n" + PEOPLE
    assert run(text, draws=16).total("entitled").min() > 0


def test_too_many_kinds_are_refused_with_the_reason() -> None:
    kinds = ", ".join(f"k{i}" for i in range(200))
    shares = ", ".join(f"k{i} 0.5%" for i in range(200))
    names = "abcd"
    text = "policy p\n  in force 2025-01-01 to 2026-12-31\n" + f"kind sort: {kinds}\nset some of sort = k1, k2\n"
    text += "entity person\n" + "".join(f"  has {n}: sort\n" for n in names)
    text += "clause odd\n  for person\n  a in some and b in some and c in some and d in some → 1 yuan once\n"
    text += "scenario baseline for p\n  period 2025-01 to 2025-12\n  population person\n    arrive 10 in 2025-01\n"
    text += "".join(f"    {n} ~ {shares}\n" for n in names)
    with pytest.raises(SimulationError) as raised:
        run(text, draws=16)
    assert "too many kinds" in raised.value.diagnostics[0].message.en


def test_rows_that_share_too_many_attributes_of_their_parent_are_refused() -> None:
    """Two courses of one person must meet the same person: with 2¹³ sorts of people they are not counted."""
    names = [f"trait_{number}" for number in range(13)]
    course = "entity course\n  has trainee: person\n"
    text = HEAD.replace("entity firm", course + "entity firm")
    text = text.replace("  has employed", "".join(f"  has {name}: yes/no\n" for name in names) + "  has employed")
    some = " or ".join(f"trainee's {name}" for name in names)
    text += FINE + f"clause stuck\n  for course where trainee is known\n  {some} → 1 yuan once\n" + PEOPLE
    traits = "".join(f"    {name} ~ 50%\n" for name in names)
    text = text.replace("    employed starts", traits + "    employed starts")
    text += "  population course\n    arrive 2 per person in 2025-02\n"
    with pytest.raises(SimulationError) as raised:
        run(text, draws=16)
    (found,) = raised.value.diagnostics
    assert found.code == "HC605" and "`stuck`" in found.message.en
    assert "too many combinations" in found.message.en and "组合过多" in found.message.zh
    run(text, draws=16, clauses=["fine"])
