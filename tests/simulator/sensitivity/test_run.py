"""Analyses of policies against closed forms: what is read, what is not, what depends on another unknown."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from scipy.special import betaincinv, gammaincinv

from simulator.plan import SimulationError
from simulator.run import simulate
from simulator.sensitivity.results import Output, Sensitivity
from simulator.sensitivity.run import InterruptedAnalysis, sensitivity
from tests.simulator.simulated import plan

POLICY = """policy p
  in force 2025-01-01 to 2026-12-31
entity person
  has employed: yes/no monthly
fund aid
clause grant
  for person
  employed ≥ 1 month → 3000 yuan once
  paid from aid
clause extra
  for person
  employed ≥ 2 months → 500 yuan once
  paid from aid
scenario baseline for p
  period 2025-01 to 2026-12
{unknowns}
  population person
    arrive {arrive} per month
    employed starts on arrival, ends at {leave} per month
{claims}
"""
TWO = ["unknown arrivals ~ gamma(shape 25, mean 20)", "unknown uptake ~ beta(16, 8)"]
# yuan an arrival a month: 24 cohorts stay for a month with .95, and 23 of them for two with .95²
EACH = 24 * 0.95 * 3000 + 23 * 0.95**2 * 500
TAKEN_UP = ["claims", "  taken up with chance uptake"]


def analysed(
    unknowns: Sequence[str],
    claims: Sequence[str] = (),
    *,
    arrive: str = "poisson(arrivals)",
    leave: str = "5%",
    **more: object,
) -> Sensitivity:
    made = plan(text(unknowns, claims, arrive, leave))
    return sensitivity(made.policy, made.program, **({"draws": 256, "engine": "person"} | more))  # type: ignore[arg-type]


def text(unknowns: Sequence[str], claims: Sequence[str], arrive: str = "poisson(arrivals)", leave: str = "5%") -> str:
    lines = ["\n".join(f"  {line}" for line in part) for part in (unknowns, claims)]
    return POLICY.format(unknowns=lines[0], claims=lines[1], arrive=arrive, leave=leave)


def holds(output: Output, unknown: str, first: float, total: float) -> None:
    """Within twice the stated intervals (four standard errors)."""
    effect = output.effects[unknown]
    assert effect.first is not None and effect.first_error is not None
    assert effect.total is not None and effect.total_error is not None
    assert abs(effect.first - first) <= 2 * effect.first_error + 1e-9
    assert abs(effect.total - total) <= 2 * effect.total_error + 1e-9
    assert effect.first_error < 0.3 and effect.total_error < 0.15


@pytest.fixture(scope="module")
def product() -> Sensitivity:
    return analysed(TWO, TAKEN_UP)


def test_gamma_arrivals_and_beta_uptake(product: Sensitivity) -> None:
    """Paid: a product of independent factors, each c² = variance / mean². Entitled: arrivals alone."""
    a, u = 1 / 25, (16 * 8 / (24**2 * 25)) / (2 / 3) ** 2
    both = (1 + a) * (1 + u) - 1
    for figure in (product.of("total", measure="paid"), product.of("clause", "grant", "paid")):
        holds(figure, "arrivals", a / both, a * (1 + u) / both)
        holds(figure, "uptake", u / both, u * (1 + a) / both)
    entitled = product.of("total")
    holds(entitled, "arrivals", 1, 1)
    assert entitled.effects["uptake"].none and entitled.effects["uptake"].total == 0
    year = product.of("year", "2026")
    holds(year, "arrivals", 1, 1)


def test_tornado_of_the_product(product: Sensitivity) -> None:
    """The mean with one unknown at its P10 or P90 is a product still, of its quantile and the other's mean."""
    paid = product.of("total", measure="paid")
    arrivals, uptake = paid.effects["arrivals"], paid.effects["uptake"]
    for effect, at in ((arrivals, (0.1, 0.9)), (uptake, (0.1, 0.9))):
        for found, share in zip((effect.low, effect.high), at, strict=True):
            if effect is arrivals:
                expected = EACH * gammaincinv(25, share) * 20 / 25 * (2 / 3)
            else:
                expected = EACH * 20 * betaincinv(16, 8, share)
            assert found == pytest.approx(expected, rel=0.02)
    assert [name for name, _ in paid.by_swing()] == ["arrivals", "uptake"]
    assert arrivals.swing == arrivals.high - arrivals.low and arrivals.swing_error < 0.05 * arrivals.swing
    low, middle, high = product.unknowns["uptake"].values
    assert (low, middle, high) == pytest.approx([betaincinv(16, 8, share) for share in (0.1, 0.5, 0.9)])


def test_shares_and_advice(product: Sensitivity) -> None:
    """Var E = EACH² Var(arrivals); people: compound Poisson given the arrivals."""
    entitled = product.of("total")
    of_unknowns = EACH**2 * 20**2 / 25
    of_people = 20 * (24 * 0.95 * 3000**2 + 23 * 0.95**2 * (500**2 + 2 * 3000 * 500))
    assert entitled.share_error is not None and entitled.unknowns is not None
    share = of_unknowns / (of_unknowns + of_people)
    assert abs(entitled.unknowns - share) <= 2 * entitled.share_error
    assert entitled.sd == pytest.approx((of_unknowns + of_people) ** 0.5, rel=0.1)
    said = product.study_first
    assert said is not None and said.unknown == "arrivals" and said.tied == ()
    assert said.effect.removed == pytest.approx(share, abs=0.05)
    assert said.sentence.en.startswith("Study arrivals first")


def test_the_mean_is_that_of_the_simulation(product: Sensitivity) -> None:
    made = plan(text(TWO, TAKEN_UP))
    simulated = simulate(made.policy, made.program, draws=256).to_dict()
    for measure in ("entitled", "paid"):
        assert product.of("total", "", measure).mean == pytest.approx(simulated["total"][measure]["mean"], rel=1e-12)
        of_year = simulated["years"]["2026"]["total"][measure]
        assert product.of("year", "2026", measure).mean == pytest.approx(of_year["mean"], rel=1e-12)
        assert product.of("year", "2026", measure).mean_error == pytest.approx(of_year["mean_error"], rel=1e-9)


def test_no_unknowns() -> None:
    found = analysed([], arrive="poisson(20)", draws=64)
    entitled = found.of("total")
    assert (entitled.unknowns, entitled.people, entitled.effects) == (0, 1, {})
    assert found.study_first is None and found.worlds == 64 * 4
    assert any("no unknowns" in note.en for note in found.notes)


def test_unknowns_that_nothing_uses() -> None:
    """One that nothing reads, and one that is read by what costs nothing."""
    idle = ["unknown idle ~ 1 to 2", "unknown lag ~ uniform(1, 2)", *TWO]
    found = analysed(idle, TAKEN_UP, draws=64)
    assert [about.read for about in found.unknowns.values()] == [False, False, True, True]
    assert found.without_effect == ("idle", "lag")
    effect = found.of("total", measure="paid").effects["idle"]
    assert (effect.first, effect.total, effect.removed, effect.swing) == (0, 0, 0, 0)
    assert effect.low == effect.high == pytest.approx(found.of("total", measure="paid").mean)
    assert found.worlds == 64 * (2 * 4 + 2 * 2)  # nothing was computed for what nothing reads
    assert any("idle, lag" in note.en for note in found.notes)
    none = analysed(["unknown idle ~ 1 to 2"], arrive="poisson(20)", draws=64)
    assert none.study_first is None and none.of("total").effects["idle"].total == 0 and none.of("total").unknowns == 0


def test_an_unknown_that_depends_on_another() -> None:
    """Twice `base`, spread by ±10% of its own: the coordinate of `arrivals` is only what is new in it."""
    unknowns = ["unknown base ~ uniform(5, 15)", "unknown arrivals ~ uniform(base × 1.8, base × 2.2)"]
    found = analysed(unknowns, draws=256)
    # arrivals = base (1.8 + .4 v): V = E[b²]E[w²] − (E[b]E[w])²
    b, w = (100 / 12) / 100, (0.16 / 12) / 4
    both = (1 + b) * (1 + w) - 1
    holds(found.of("total"), "base", b / both, b * (1 + w) / both)
    holds(found.of("total"), "arrivals", w / both, w * (1 + b) / both)
    assert found.unknowns["arrivals"].depends_on == ("base",) and found.unknowns["base"].read
    assert found.unknowns["arrivals"].values[0] == pytest.approx(10 * 1.84, rel=0.01)


def test_hundreds_of_unknowns() -> None:
    many = [f"unknown u{i} ~ uniform(0, 1)" for i in range(300)]
    found = analysed([*many, TWO[0], "unknown leave ~ beta(8, 152)"], leave="leave", draws=16)
    assert len(found.unknowns) == 302 and len(found.without_effect) == 300
    assert found.of("total").by_swing()[0][0] == "arrivals"


def test_json_is_complete_and_the_same_again(product: Sensitivity) -> None:
    data = product.to_dict()
    again = analysed(TWO, TAKEN_UP).to_dict()
    del data["timing"], again["timing"]
    assert json.dumps(data, allow_nan=False) == json.dumps(again, allow_nan=False)
    assert list(data["clauses"]) == ["grant", "extra"] and list(data["years"]) == ["2025", "2026"]
    assert data["study_first"]["unknown"] == "arrivals"
    assert product.to_dict("zh")["study_first"]["sentence"].startswith("应先查清")


def test_engines_agree() -> None:
    person, cohort = (analysed(TWO, TAKEN_UP, engine=engine, draws=256) for engine in ("person", "cohort"))
    assert cohort.engine == "cohort"
    for name in ("arrivals", "uptake"):
        a, b = (found.of("total", "", "paid").effects[name] for found in (person, cohort))
        assert a.total is not None and b.total is not None and a.total_error is not None and b.total_error is not None
        assert abs(a.total - b.total) <= 2 * (a.total_error + b.total_error)
        assert abs(a.swing - b.swing) <= 2 * (a.swing_error + b.swing_error)


def test_draws_are_rounded_up_and_faults_are_told() -> None:
    assert "rounded up to 32" in analysed(TWO, draws=20).notes[0].en
    with pytest.raises(SimulationError) as error:
        analysed(TWO, draws=32, scenario="nothing")
    assert error.value.diagnostics[0].code == "HC611"
    with pytest.raises(SimulationError):
        analysed(TWO, draws=0)
    with pytest.raises(SimulationError) as wrong:  # a chance above 1 in some world
        analysed(["unknown arrivals ~ 10 to 20", "unknown uptake ~ normal(mean 1, sd 0.5)"], TAKEN_UP, draws=32)
    assert wrong.value.diagnostics[0].code == "HC604"


def test_what_is_done_when_it_is_stopped() -> None:
    """The first stage is an analysis of its own; before it there is nothing."""
    made = plan(text(TWO, TAKEN_UP))
    first = sensitivity(made.policy, made.program, draws=64, engine="person")

    def stop_at(limit: int) -> InterruptedAnalysis:
        def stop(done: int, total: int) -> None:
            if done > limit:
                raise KeyboardInterrupt

        with pytest.raises(InterruptedAnalysis) as stopped:
            sensitivity(made.policy, made.program, draws=256, engine="person", on_progress=stop)
        return stopped.value

    assert stop_at(64).found is None
    some = stop_at(64 * 12).found
    assert some is not None and some.partial and (some.draws, some.asked) == (64, 256)
    assert some.to_dict()["partial"] == {"draws": 64, "of": 256}
    assert some.outputs == first.outputs or some.of("total").effects == pytest.approx(first.of("total").effects)
