"""Parameters set from unknowns, and attributes of which there may be none: against what the assumptions say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lang.program import load
from lang.source import Source
from simulator.compare import compare
from simulator.plan import SimulationError
from simulator.run import simulate
from tests.simulator.test_exact_answers import compiled

POLICY = """\
policy p
  in force 2025-01-01 to 2025-12-31
kind county: east, west
entity person
  has home: county
  has wage: money 0 to 10000 yuan
  has employed: yes/no monthly
parameter fairs held: count external "the bureau"
parameter subsidy: money external "set each year"
parameter part: share external "set each year"
clause grant
  for person
  employed → subsidy × part once
{more}
target fairs: fairs held ≥ 3 every year
scenario baseline for p
  period 2025-01 to 2025-12
  unknown n ~ poisson(4)
  unknown price ~ uniform(100 yuan, 200 yuan)
  set fairs held = n
  set subsidy = {subsidy}
  set part = 50%
  population person
    arrive 10 in 2025-01
    {facts}
    employed starts on arrival
"""


def text(subsidy: str = "price × 2", more: str = "", facts: str = "") -> str:
    return POLICY.format(subsidy=subsidy, more=more, facts=facts)


def projected(policy: str, **options: Any) -> Any:
    return simulate(*compiled(policy), **({"draws": 256} | options))


def test_a_parameter_has_the_value_of_its_draw() -> None:
    results = projected(text())
    price = np.floor(results.worlds.values["price"] * 2 + 0.5).astype(np.int64)
    fen = (price + 1) // 2  # half, half up
    assert results.total("entitled").tolist() == (10 * fen).tolist()
    assert results.to_dict()["variance"]["unknowns"] == 1.0


def test_a_target_over_an_outside_figure_has_a_real_chance() -> None:
    found = projected(text(), draws=1024).to_dict()["targets"]["fairs"]
    assert abs(found["probability"] - (1 - 13 * np.exp(-4))) < 0.01


def test_chunks_and_comparisons_see_the_same_values() -> None:
    assert projected(text(), chunk=16).total().tolist() == projected(text(), chunk=64).total().tolist()
    change = compare(compiled(text()), compiled(text().replace("policy p", "policy p2").replace("for p\n", "for p2\n")))
    assert not change.difference.measures["entitled"].any()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("price × 2", "price - 150 yuan", "below zero"), ("part = 50%", "part = n × 20%", "above 100%")],
)
def test_values_that_cannot_be(old: str, new: str, words: str) -> None:
    with pytest.raises(SimulationError) as error:
        projected(text().replace(old, new))
    (found,) = error.value.diagnostics
    assert found.code == "HC604" and words in found.message.en
    assert found.span.text in new


def test_a_value_of_another_unit_is_refused() -> None:
    program, found = load(Source(text("n")))
    assert program is None
    assert [(d.code, d.span.text) for d in found] == [("HC302", "n")]


def test_a_parameter_that_is_set_twice() -> None:
    _, found = load(Source(text().replace("  set part", "  set subsidy = 5 yuan\n  set part")))
    assert [d.code for d in found] == ["HC202"]


def test_some_have_none() -> None:
    more = "  wage ≥ 500 yuan → 7 yuan once\nclause east\n  for person\n  home is east → 1 yuan once\n"
    more += "clause homeless\n  for person\n  not (home is known) → 1 yuan once\n"
    more += "clause waged\n  for person\n  wage is known → 1 yuan once"
    facts = "home ~ east 30%, none 70%\n    wage ~ 1000 yuan 20%, none 80%"
    results = projected(text(more=more, facts=facts), draws=512)
    mean = {name: results.total("entitled", name).mean() / 1000 for name in ("east", "homeless", "waged")}
    assert abs(mean["east"] - 0.3) < 0.03 and abs(mean["waged"] - 0.2) < 0.03
    assert mean["east"] + mean["homeless"] == pytest.approx(1)


def test_an_unknown_is_never_none() -> None:
    _, found = load(Source(text().replace("poisson(4)", "3 50%, none 50%")))
    assert [d.code for d in found] == ["HC201"]


WAGES = text(more="clause low_pay\n  for person\n  wage ≤ 3000 yuan → 1 yuan once", facts="wage ~ {}")


def ranges_told(wage: str, declared: str = "money 0 to 10000 yuan", **options: Any) -> list[tuple[str, str]]:
    policy = WAGES.replace("wage ~ {}", f"wage ~ {wage}").replace("wage: money 0 to 10000 yuan", f"wage: {declared}")
    if declared.startswith("count"):
        policy = policy.replace("wage ≤ 3000 yuan", "wage ≤ 3")
    found = projected(policy, **options).to_dict()
    both = zip(found["notes"], found["notes_zh"], strict=True)
    return [pair for pair in both if "drawn values" in pair[0]]


def test_values_beyond_their_range_are_noted_with_their_chance() -> None:
    # the chance of a standard normal number below -1 is 15.87%; above 1.5 it is 6.68%
    assert ranges_told("normal(1000 yuan, sd = 1000)") == [
        (
            "wage of person: 15.9% of the drawn values lie below its range and take the nearest value within it",
            "person的“wage”：抽样值中有15.9%低于取值下限，按最近的界限取值",
        )
    ]
    ((en, zh),) = ranges_told("normal(4000 yuan, sd = 4000)")
    assert "22.5% of the drawn values lie outside its range (below it 15.9%, above it 6.7%)" in en
    assert "22.5%超出取值范围（低于下限15.9%，高于上限6.7%）" in zh
    assert ranges_told("uniform(1000 yuan, 9000 yuan)") == ranges_told("normal(4000 yuan, sd = 500)") == []
    assert len(ranges_told("normal(4000 yuan, sd = 500)", "money 3900 to 10000 yuan")) == 1


def test_the_chance_of_a_value_beyond_its_range_is_the_mean_over_the_worlds() -> None:
    # price is uniform in 100 to 200, and the wage in 0 to 100 prices: above 10000 for half of them, 1 - 100/price
    ((en, _),) = ranges_told("uniform(0 yuan, price × 100)", draws=4096)
    share = float(en.split("%")[0].rpartition(" ")[2])
    assert abs(share - 100 * (1 - np.log(2))) < 0.2 and "above its range" in en


def test_every_engine_notes_values_beyond_their_range_alike() -> None:
    told = [
        ranges_told("binomial(12, 50%)", "count 0 to 6", engine=engine, clauses=["low_pay"])
        for engine in ("person", "cohort", "exact")
    ]
    assert told[0] == told[1] == told[2]
    assert told[0][0][0].startswith("wage of person: 38.7% of the drawn values lie above")


def test_what_nobody_reads_is_not_drawn_and_not_noted() -> None:
    found = projected(text(facts="wage ~ normal(2000 yuan, sd = 2000)")).to_dict()
    assert not any("drawn values" in note for note in found["notes"])
