"""The pages hold the figures of the JSON, to the fen, in both languages; labels are never markup; bytes are stable."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from huice.reports.amounts import YUAN, unit_of
from tests.huice.helpers import TOWN, run, write
from tests.huice.page.reading import Read, read

B = TOWN.replace("3000 yuan once", "3600 yuan once").replace("hill, river)", "hill)")


def simulated(folder: Path, text: str, *arguments: object) -> tuple[dict[str, Any], str]:
    folder.mkdir(parents=True, exist_ok=True)
    place = write(folder / "p.policy", text)
    done = run("simulate", place, "--draws", 32, "--out", folder / "out", *arguments)
    assert done.status == 0, done.err
    out = folder / "out"
    return json.loads((out / "results.json").read_text("utf-8")), (out / "report.html").read_text("utf-8")


def compared(folder: Path, a: str, b: str, *arguments: object) -> tuple[dict[str, Any], str]:
    folder.mkdir(parents=True, exist_ok=True)
    first, second = write(folder / "a.policy", a), write(folder / "b.policy", b)
    done = run("compare", first, second, "--draws", 32, "--out", folder / "out", *arguments)
    assert done.status == 0, done.err
    out = folder / "out"
    return json.loads((out / "results.json").read_text("utf-8")), (out / "report.html").read_text("utf-8")


def fen(yuan: float) -> str:
    return f"{yuan:.2f}"


def values(page: Read, title: str) -> list[list[str | None]]:
    return [[value for _, value in row] for row in page.table(title).rows]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figures_of_the_projection(tmp_path: Path, lang: str) -> None:
    data, text = simulated(tmp_path, TOWN, "--by", "origin", "--lang", lang)
    page, zh = read(text), lang == "zh"
    by_clause = values(page, "各条款、各年度实付" if zh else "Paid by clause and year")
    names = list(data["clauses"])
    for number, name in enumerate([*names, None]):
        of = data["total"] if name is None else data["clauses"][name]
        years = [y["total"] if name is None else y["clauses"][name] for y in data["years"].values()]
        expected = [fen(year["paid"]["mean"]) for year in years]
        expected += [fen(of["paid"]["mean"]), *(fen(of["paid"]["quantiles"][q]) for q in ("0.1", "0.5", "0.9"))]
        assert by_clause[1 + number][1:-1] == expected
        assert float(by_clause[1 + number][-1] or "") == of["payments"]["mean"]
    months = values(page, "各月份实付" if zh else "Paid by month")
    assert [row[1] for row in months[1:]] == [fen(m["total"]["paid"]["mean"]) for m in data["months"].values()]
    risks = page.table("各项资金、各年度超支概率" if zh else "Chance of overrun by fund and year")
    fund = data["years"]["2025"]["funds"]["town_budget"]
    assert unit_of(data).show(fund["appropriation"]) in risks.rows[1][1][0]
    groups = values(page, "按origin实付" if zh else "Paid by origin")
    shown = [g for g in data["groups"].values() if g["total"]["entitled"]["mean"]]
    assert [row[-4] for row in groups[1:-1]] == [fen(g["total"]["paid"]["mean"]) for g in shown]
    whole = "".join(page.text)
    assert "镇政策" in whole if zh else "town" in whole
    assert (YUAN.stated("zh") if zh else YUAN.stated("en")) in whole
    for figure in (data["total"]["paid"]["mean"], data["total"]["paid"]["quantiles"]["0.95"]):
        assert YUAN.show(figure) in whole
    assert data["manifest"]["scenario"]["sha256"] in whole


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figures_of_the_comparison(tmp_path: Path, lang: str) -> None:
    data, text = compared(tmp_path, TOWN, B, "--lang", lang, "--by", "origin")
    page, zh = read(text), lang == "zh"
    steps = values(page, "由甲到乙" if zh else "From A to B")
    assert steps[1][1] == fen(data["a"]["total"]["entitled"]["mean"])
    assert steps[-1][1] == fen(data["b"]["total"]["entitled"]["mean"])
    assert [row[1] for row in steps[2:-1]] == [fen(step["entitled"]["mean"]) for step in data["bridge"]]
    total = data["difference"]["total"]["entitled"]
    assert sum(step["entitled"]["mean"] for step in data["bridge"]) == pytest.approx(total["mean"], abs=1e-6)
    rows = values(page, "差额（乙 − 甲）" if zh else "Difference B − A")
    assert rows[-1][1:] == [fen(total["mean"]), *(fen(total["quantiles"][q]) for q in ("0.1", "0.5", "0.9")),
                            fen(total["min"]), fen(total["max"])]  # fmt: skip
    shown = "".join(page.text)
    for change in data["changes"]:
        for line in (*change["before"], *change["after"]):
            assert line in shown
    more = data["people"]["entities"]["person"]["more"]["mean"]
    assert f"{more:,.1f}" in shown


def test_a_version_and_itself(tmp_path: Path) -> None:
    data, text = compared(tmp_path, TOWN, TOWN, "--lang", "en")
    page = read(text)
    assert data["bridge"] == []
    shown = "".join(page.text)
    assert "B costs exactly what A costs" in shown and "Nobody gets more or less" in shown
    rows = values(page, "Difference B − A")
    assert {value for row in rows[1:] for value in row[1:]} == {"0.00"}


HOSTILE = ("<script>alert(1)</script>", "</style></title>", "<img src=x onerror=alert(2)>", "=1+1&amp;", "'> onload=x")


def test_labels_are_inert(tmp_path: Path) -> None:
    text = TOWN
    for mark, label in zip(("镇政策", "镇预算", "稳定就业补贴", "山县", "基准"), HOSTILE, strict=True):
        assert f'"{mark}"' in text
        text = text.replace(f'"{mark}"', f'"{label}"')
    _, one = simulated(tmp_path / "1", text, "--lang", "zh", "--by", "origin")
    _, two = compared(tmp_path / "2", text, text.replace("3000 yuan", "3100 yuan"), "--lang", "zh", "--by", "origin")
    for page in (one, two):
        found = read(page)
        assert not found.of("img")
        assert len(found.of("script")) == len(found.of("style")) == len(found.of("title")) - len(found.of("svg")) == 1
        assert HOSTILE[0] in "".join(found.text)
        assert not any(name.startswith("on") for _, given in found.tags for name in given)


@pytest.mark.parametrize("make", [simulated, compared])
def test_nothing_is_loaded_and_the_policy_names_what_is_inside(tmp_path: Path, make: Any) -> None:
    _, text = simulated(tmp_path, TOWN) if make is simulated else compared(tmp_path, TOWN, B)
    found = read(text)
    assert not [given for _, given in found.tags if {"src", "href", "style"} & set(given)]
    policy = next(given["content"] for given in found.of("meta") if given.get("http-equiv"))
    assert policy is not None and "default-src 'none'" in policy
    for tag in ("style", "script"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside is not None
        assert f"'sha256-{b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()}'" in policy
    assert "url(" not in text and "@import" not in text and "fetch(" not in text


def test_the_same_bytes(tmp_path: Path) -> None:
    assert simulated(tmp_path / "1", TOWN)[1] == simulated(tmp_path / "2", TOWN)[1]
    assert compared(tmp_path / "1", TOWN, B)[1] == compared(tmp_path / "2", TOWN, B)[1]


def test_every_drawing_is_named_well_formed_and_drawn_twice(tmp_path: Path) -> None:
    _, text = compared(tmp_path / "b", TOWN, B, "--by", "origin")
    _, other = simulated(tmp_path / "a", TOWN, "--by", "origin", "--sensitivity")
    for page in (text, other):
        drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        assert len(drawings) >= 6
        for drawing in drawings:
            root = ElementTree.fromstring(drawing)
            assert root.get("role") == "img" and root.get("aria-label") == root.findtext("title")
            assert "nan" not in drawing and "inf" not in drawing
            assert any(each.get("data-tip") for each in root.iter("g"))
        figures = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
        for figure in figures:
            assert figure.count('class="sheet"') == figure.count('class="phone"')
    assert "What it depends on" in other or "影响因素" in other


def test_without_appropriations_one_clause_one_month(tmp_path: Path) -> None:
    text = re.sub(r"\n  budget [^\n]*", "", TOWN)
    data, page = simulated(tmp_path / "1", text, "--lang", "en", "--clauses", "bonus")
    assert list(data["clauses"]) == ["bonus"]
    shown = "".join(read(page).text)
    assert "No appropriation is given" in shown and "Whether the appropriations last" not in shown
    short = re.sub(r"period [^\n]*", "period 2025-01 to 2025-01", text).replace("2026-06", "2025-01")
    _, page = simulated(tmp_path / "2", short, "--lang", "en")
    assert "Paid by clause and year" in page


def test_what_was_paid_in_fact_is_marked() -> None:
    from huice.reports.amounts import YUAN
    from huice.reports.page.charts.fan import Fan, fan
    from huice.reports.tables.records import Spread

    quantiles = {"0.05": 1.0, "0.25": 2.0, "0.5": 3.0, "0.75": 4.0, "0.95": 5.0}
    months = [(f"2025-{m:02d}", Spread(mean=3.0, sd=1.0, quantiles=quantiles)) for m in range(1, 13)]
    drawn = fan(Fan(title="x", months=months, actual={"2025-01": 2.5, "2025-02": 4.0}), "en", YUAN, 700.0)
    assert drawn.count('class="dot actual"') == 3  # two months, and the key
    assert "paid in fact 4" in drawn


def test_no_folder_to_write_to_is_said_before_the_run(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a.policy", TOWN), write(tmp_path / "b.policy", B)
    taken = write(tmp_path / "taken", "")
    done = run("compare", a, b, "--out", taken, "--json")
    assert done.status == 2 and "cannot be written" in done.data["error"]


def test_a_policy_that_pays_nothing_has_no_charts(tmp_path: Path) -> None:
    text = TOWN.replace("employed ≥ 3 months", "employed ≥ 90 months").replace(
        "employed ≥ 6 months", "employed ≥ 90 months"
    )
    data, page = simulated(tmp_path, text, "--lang", "en")
    assert data["total"]["entitled"]["mean"] == 0
    assert "When the money is spent" not in page
    read(page)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_notes_and_origin_are_in_the_language_of_the_page(tmp_path: Path, lang: str) -> None:
    data, text = simulated(tmp_path, TOWN, "--by", "origin", "--draws", 20, "--lang", lang)
    page, zh = read(text), lang == "zh"
    whole = "".join(page.text)
    own, other = ("notes_zh", "notes") if zh else ("notes", "notes_zh")
    assert len(data["notes"]) == len(data["notes_zh"]) == 2
    for note in data[own]:
        assert note in whole
    for note in data[other]:
        assert note not in whole
    assert ("计算方式逐人模拟" if zh else "engineperson") in whole
    assert ("条款稳定就业补贴、一次性奖励" if zh else "clausesstable_job, bonus") in whole


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_notes_of_a_comparison_are_in_the_language_of_the_page(tmp_path: Path, lang: str) -> None:
    data, text = compared(tmp_path, TOWN, B.replace("beta(8, 152)", "beta(8, 140)"), "--lang", lang)
    own, other = (data["notes_zh"], data["notes"]) if lang == "zh" else (data["notes"], data["notes_zh"])
    whole = "".join(read(text).text)
    assert own and all(note in whole for note in own) and not any(note in whole for note in other)
