"""Charts of signs: true to their figures, within the window, plain where the terminal is."""

from __future__ import annotations

from pathlib import Path

import pytest

from huice.reports.amounts import YUAN
from huice.reports.tables.records import Curve, Period, Spread
from huice.reports.text_charts import BLOCKS, PLAIN, bar, chances, fan, signs_for
from tests.huice.helpers import TOWN, run, write


def period(name: str, low: float, middle: float, high: float) -> Period:
    spread = Spread(mean=middle, sd=1.0, quantiles={"0.1": low, "0.5": middle, "0.9": high})
    return Period(name=name, total={"paid": spread}, clauses={}, funds=())


MONTHS = [period(f"{2025 + m // 12}-{m % 12 + 1:02d}", 10.0 * m, 20.0 * m, 40.0 * m) for m in range(24)]


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("signs", [BLOCKS, PLAIN])
def test_a_fan_fits_its_window(width: int, signs: object) -> None:
    lines = fan(MONTHS, YUAN, width, BLOCKS if signs is BLOCKS else PLAIN)
    assert lines and max(map(len, lines)) <= width
    assert "2025" in lines[-1] and "2026" in lines[-1]
    if signs is PLAIN:
        assert "\n".join(lines).isascii()


def test_a_fan_says_what_is_sure_likely_possible() -> None:
    rows = [line.partition("|")[2] for line in fan([period("2025-01", 30, 50, 100)] * 2, YUAN, 12, PLAIN)[:-1]]
    column = "".join(row[:1] or " " for row in reversed(rows))
    # Seven rows up to 100: middles at 7.1, 21.4, 35.7, 50 …; sure to 30, likely to 50, possible to 100.
    assert column == "##++..."


def test_a_fan_needs_room_and_money() -> None:
    assert fan(MONTHS, YUAN, 20, BLOCKS) == []
    assert fan([period("2025-01", 0, 0, 0)] * 3, YUAN, 80, BLOCKS) == []


def test_bars() -> None:
    assert bar(8, 8, 4, BLOCKS) == "████" and bar(4, 8, 4, BLOCKS) == "██" and bar(1, 8, 4, BLOCKS) == "▌"
    assert bar(0, 8, 4, BLOCKS) == "" and bar(0.0001, 8, 4, BLOCKS) == "▏", "what is not nothing is seen"
    assert bar(8, 8, 4, PLAIN) == "####" and bar(0.0001, 8, 4, PLAIN) == "#"


def test_chances_fall_and_mark_the_appropriation() -> None:
    curve = Curve(points=tuple((float(a), 1 - a / 100) for a in range(0, 101, 2)), mark=51.0)
    lines = chances(curve, YUAN, 80, "en", BLOCKS)
    assert max(map(len, lines)) <= 80
    marked = [line for line in lines if "◂ appropriation" in line]
    assert len(marked) == 1 and "> 51" in marked[0] and "~49%" in marked[0]
    assert next(line.strip().split()[1] for line in lines) == "2"  # exceeded with 98%


def test_signs_by_encoding() -> None:
    assert signs_for("utf-8") is BLOCKS and signs_for("ascii") is PLAIN


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_terminal_says_what_the_json_says(tmp_path: Path, lang: str) -> None:
    place = write(tmp_path / "p.policy", TOWN)
    data = run("simulate", place, "--draws", 32, "--json").data
    out = run("simulate", place, "--draws", 32, "--lang", lang).out
    answered = out.split("\n\n")[1]
    assert ("expected" in answered.lower()) if lang == "en" else ("预计" in answered)
    paid = data["total"]["paid"]
    for figure in (paid["mean"], *(paid["quantiles"][q] for q in ("0.1", "0.5", "0.9"))):
        assert YUAN.show(figure) in out
    assert ("Paid by month" if lang == "en" else "各月份实付") in out
    assert ("◂ appropriation" if lang == "en" else "◂ 预算") in out
    assert "\x1b[" not in out, "no colour when piped"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_bridge_on_the_terminal(tmp_path: Path, lang: str) -> None:
    a = write(tmp_path / "a.policy", TOWN)
    b = write(tmp_path / "b.policy", TOWN.replace("3000 yuan once", "3600 yuan once").replace("500 yuan", "400 yuan"))
    data = run("compare", a, b, "--draws", 32, "--json").data
    out = run("compare", a, b, "--draws", 32, "--lang", lang).out
    assert ("From A to B" if lang == "en" else "由甲到乙") in out
    for step in data["bridge"]:
        mean = YUAN.show(step["entitled"]["mean"])
        assert (mean if mean.startswith("-") else f"+{mean}") in out


def test_the_appropriation_has_its_own_chance_however_thin_the_curve(tmp_path: Path) -> None:
    town = write(tmp_path / "town.policy", TOWN.replace("2025 = 100_000", "2025 = 120_250"))
    options = ("--draws", 128, "--seed", 3)
    told = run("simulate", town, *options, "--json").data["years"]["2025"]["funds"]["town_budget"]
    assert 0 < told["p_exceeded"] < 1 and 120250.0 not in [amount for amount, _ in told["asked"]["curve"]]
    (marked,) = [line for line in run("simulate", town, *options).out.splitlines() if "◂ appropriation" in line]
    assert f" {told['p_exceeded']:.1%} " in marked and "~" not in marked


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_curve_of_pots_together_says_so(tmp_path: Path, lang: str) -> None:
    text = TOWN.replace('fund town_budget "镇预算"', 'fund town_budget "镇预算" per origin')
    for year, each in ((2025, "60_000"), (2026, "90_000")):
        of_pots = "\n".join(f"  budget town_budget[{pot}] {year} = {each} yuan" for pot in ("hill", "river", "other"))
        text = text.replace(f"  budget town_budget {year} = {'100' if year == 2025 else '220'}_000 yuan", of_pots)
    town = write(tmp_path / "town.policy", text)
    out = tmp_path / "out"
    done = run("simulate", town, "--draws", 64, "--lang", lang, "--out", out)
    said = {"en": "Of the pots together", "zh": "此为各分账合计"}[lang]
    assert done.out.count(said) == 1 and said in (out / "report.html").read_text("utf-8")
    chance = run("simulate", town, "--draws", 64, "--json").data["years"]["2025"]["funds"]["town_budget"]["p_exceeded"]
    assert f"{chance:.1%}" in done.out[done.out.index(said) :].replace("\n", " ")
