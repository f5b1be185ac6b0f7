"""Whole runs, text to results, against answers known exactly. Seeds are fixed; |z| ≤ 4 leaves room for chance."""

from __future__ import annotations

import json
from math import sqrt

import pytest

from compiler import ir
from compiler.pipeline import compile_program
from lang import model
from lang.codes import CODES
from lang.program import load
from lang.source import Source
from simulator.compare import compare
from simulator.plan import SimulationError
from simulator.run import simulate

HEAD = """\
policy example
  in force 2024-01-01 to 2026-12-31
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
"""
GRANT = """\
clause grant
  for person
  employed ≥ {months} months → {amount} yuan once
"""
THOUSAND = """\
scenario baseline for example
  period 2025-01 to 2025-12
  population person
    arrive 1000 in 2025-01
    home ~ north 50%, south 50%
    employed starts on arrival, ends at 5% per month
"""
TWENTY = """\
scenario baseline for example
  period 2025-01 to 2025-12
  population person
    arrive poisson(20) per month from 2025-01 to 2025-12
    employed starts on arrival, ends at 5% per month
"""
FIRMS = """\
policy example
  in force 2024-01-01 to 2026-12-31
entity enterprise
  has staff: many person via employer
entity person
  has employer: enterprise
  has stays: yes/no
fund aid
clause award
  for enterprise
  count of staff where stays ≥ 20 → 100000 yuan once
  paid from aid
scenario baseline for example
  period 2025-01 to 2025-12
  population enterprise
    arrive 30 in 2025-01
  population person
    arrive 25 per enterprise in 2025-01
    stays ~ 90%
  budget aid 2025 = 2_800_000 yuan
"""


def compiled(text: str) -> tuple[model.Program, ir.Program]:
    program, found = load(Source(text))
    assert program is not None, found
    result, more = compile_program(program)
    assert result is not None, more
    assert not [d for d in (*found, *more) if CODES[d.code].severity == "error"]
    return program, result


def grant(months: int = 3, amount: int = 3000, scenario: str = THOUSAND) -> tuple[model.Program, ir.Program]:
    return compiled(HEAD + GRANT.format(months=months, amount=amount) + scenario)


def z(found: float, expected: float, variance: float, draws: int) -> float:
    return abs(found - expected) / sqrt(variance / draws)


def z_of_variance(found: float, expected: float, draws: int) -> float:
    """For a nearly normal total."""
    return abs(found - expected) / (expected * sqrt(2 / draws))


def test_a_thousand_people_of_one_month() -> None:
    data = simulate(*grant(), draws=1024, seed=7, thresholds=(260_000_000,)).to_dict()
    total = data["total"]["paid"]
    assert z(total["mean"], 2_572_125, 1_100_547_984.375, 1024) <= 4
    assert z_of_variance(total["sd"] ** 2, 1_100_547_984.375, 1024) <= 4
    p = 0.20560047386196648
    assert z(total["exceedance"]["2600000"], p, p * (1 - p), 1024) <= 4
    for quantile, exact in (("0.1", 2_529_000), ("0.5", 2_571_000), ("0.9", 2_613_000)):
        assert abs(total["quantiles"][quantile] - exact) <= 9_000
    assert total == data["total"]["entitled"]
    assert data["variance"] == {"unknowns": 0.0, "people": 1.0, "error": 0.0}


def test_people_who_arrive_by_chance_in_every_month() -> None:
    data = simulate(*grant(scenario=TWENTY), draws=1024, seed=3, thresholds=(55_000_000,)).to_dict()
    total = data["years"]["2025"]["total"]["paid"]
    assert z(total["mean"], 514_425, 1_543_275_000, 1024) <= 4
    assert z_of_variance(total["sd"] ** 2, 1_543_275_000, 1024) <= 4
    p = 0.17866605344861783
    assert z(total["exceedance"]["550000"], p, p * (1 - p), 1024) <= 4


def test_firms_that_count_their_staff_under_a_budget() -> None:
    data = simulate(*compiled(FIRMS), draws=1024, seed=1, thresholds=(290_000_000,)).to_dict()
    total = data["total"]
    assert z(total["entitled"]["mean"], 2_899_800.1661655142, 9_685_316_493.4332906, 1024) <= 4
    p = 0.36091461648284301
    assert z(total["entitled"]["exceedance"]["2900000"], p, p * (1 - p), 1024) <= 4
    arrears = total["owed_at_end"]
    assert z(arrears["mean"], 109_596.10613099625, arrears["sd"] ** 2, 1024) <= 4
    aid = data["years"]["2025"]["funds"]["aid"]
    assert aid["owed"] == data["years"]["2025"]["total"]["owed_at_end"]
    assert aid["p_exceeded"] == aid["runs_out"]["2025-01"]
    assert total["paid"]["quantiles"]["0.99"] == aid["appropriation"] == 2_800_000.0


def test_a_shorter_wait_costs_more_and_nobody_less() -> None:
    data = compare(grant(3), grant(2), draws=1024, seed=5).to_dict()
    difference = data["difference"]["total"]["entitled"]
    assert z(difference["mean"], 135_375, 387_798_609.375, 1024) <= 4
    assert z_of_variance(difference["sd"] ** 2, 387_798_609.375, 1024) <= 4
    assert difference["min"] >= 0
    assert difference["p_less"] == 0.0


def test_an_unchanged_copy_differs_by_exactly_nothing() -> None:
    text = (
        HEAD.replace("kind side", "  paid from aid\nfund aid\nkind side")
        + GRANT.format(months=3, amount=3000)
        + THOUSAND
    )
    text += "  budget aid 2025 = 2_500_000 yuan\n"
    comparison = compare(compiled(text), compiled(text), draws=64, by="home")
    assert not any(values.any() for values in comparison.difference.measures.values())
    data = comparison.to_dict()
    groups = data["difference"]["groups"]
    assert list(groups) == ["north", "south"]
    for part in (data["difference"], *groups.values()):
        for distribution in part["total"].values():
            assert (distribution["min"], distribution["max"], distribution["mean_error"]) == (0.0, 0.0, 0.0)
    assert data["a"]["total"] == data["b"]["total"]


def test_a_higher_amount_makes_no_loser() -> None:
    data = compare(grant(amount=3000), grant(amount=4000), draws=64).to_dict()
    difference = data["difference"]["clauses"]["grant"]["entitled"]
    assert difference["min"] > 0
    assert difference["mean"] == pytest.approx(data["a"]["total"]["entitled"]["mean"] / 3)


def test_the_variance_of_the_world_and_of_people() -> None:
    text = HEAD.replace("  has employed: yes/no monthly\n", "  has poor: yes/no\n")
    text += "clause grant\n  for person\n  poor → 3000 yuan once\n"
    text += "scenario baseline for example\n  period 2025-01 to 2025-12\n  unknown share ~ uniform(40%, 60%)\n"
    text += "  population person\n    arrive 100 in 2025-01\n    poor ~ share\n"
    split = simulate(*compiled(text), draws=256, seed=2).to_dict()["variance"]
    of_world = 100**2 * 0.2**2 / 12
    of_people = 100 * (0.25 - 0.2**2 / 12)
    assert abs(split["unknowns"] - of_world / (of_world + of_people)) <= 2 * split["error"]
    assert split["unknowns"] + split["people"] == 1.0


def test_the_same_bytes_whatever_the_chunks() -> None:
    program = compiled(HEAD + GRANT.format(months=3, amount=3000) + TWENTY)
    texts = set()
    for chunk in (16, 64, None):
        data = simulate(*program, draws=64, seed=9, chunk=chunk).to_dict()
        timing = data.pop("timing")
        assert timing["seconds"] > 0
        texts.add(json.dumps(data))
    assert len(texts) == 1
    assert json.loads(texts.pop())["manifest"]["draws"] == 64


def test_draws_are_rounded_up_and_said() -> None:
    results = simulate(*grant(), draws=20)
    assert results.draws == 32
    assert any("32" in note.en and "32" in note.zh for note in results.notes)


def test_progress_ends_with_the_total() -> None:
    seen: list[tuple[int, int]] = []
    simulate(*grant(), draws=64, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (64, 64)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"scenario": "baselin"}, "HC611", "baseline"),
        ({"by": "hom"}, "HC611", "home"),
        ({"by": "employed"}, "HC611", "home"),
        ({"clauses": ["grnt"]}, "HC611", "grant"),
        ({"draws": 0}, "HC612", "draws"),
        ({"seed": -1}, "HC612", "seed"),
        ({"engine": "fast"}, "HC611", "person"),
    ],
)
def test_what_cannot_be_run_is_said_with_the_nearest_name(settings: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(SimulationError) as raised:
        simulate(*grant(), **settings)  # type: ignore[arg-type]
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert words in found.message.en + (found.help.en if found.help else "")


def test_a_parameter_without_value_is_named() -> None:
    text = HEAD + "parameter post subsidy: money per month external\n"
    text += "clause post\n  for person\n  employed → post subsidy per month\n" + THOUSAND
    with pytest.raises(SimulationError) as raised:
        simulate(*compiled(text), draws=16)
    assert [d.code for d in raised.value.diagnostics] == ["HC602"]
    assert "post" in raised.value.diagnostics[0].message.en
    set_to = text.replace("  population", "  set post subsidy = 100 yuan per month\n  population")
    assert simulate(*compiled(set_to), draws=16).to_dict()["total"]["entitled"]["mean"] > 0
