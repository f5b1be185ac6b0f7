"""`huice simulate` and `huice compare` from end to end, on a town of two clauses."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from tests.huice.helpers import TOWN, run, write


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write(tmp_path / "town.policy", TOWN)


def simulated(town: Path, *arguments: object) -> Any:
    done = run("simulate", town, "--draws", 32, "--json", *arguments)
    assert done.status == 0, done.err
    return done.data


DISTRIBUTION = frozenset({"mean", "sd", "mean_error", "sd_error", "quantiles"})


def test_keys(town: Path) -> None:
    data = simulated(town)
    wanted = {
        "version", "policy", "scenario", "engine", "draws", "seed", "total", "clauses", "years", "months", "variance",
        "refused", "targets", "timing", "manifest",
    }  # fmt: skip
    assert wanted <= set(data)
    assert (data["policy"], data["scenario"], data["draws"], data["seed"]) == ("town", "baseline", 32, 1)
    assert {"entitled", "paid", "owed_at_end", "lapsed"} <= set(data["total"])
    assert set(data["clauses"]) == {"stable_job", "bonus"} and "payments" in data["clauses"]["bonus"]
    assert set(data["years"]) == {"2025", "2026"} and "2025-01" in data["months"]
    for money in (data["total"]["paid"], data["years"]["2025"]["clauses"]["bonus"]["paid"]):
        assert set(money) >= DISTRIBUTION and {"0.1", "0.5", "0.9"} <= set(money["quantiles"])
    fund = data["years"]["2025"]["funds"]["town_budget"]
    assert {"paid", "appropriation", "p_exceeded", "owed", "runs_out"} <= set(fund)
    assert fund["appropriation"] == 100_000 and 0 <= fund["p_exceeded"] <= 1
    assert {"seconds", "person_months"} <= set(data["timing"])


def test_the_parts_add_up(town: Path) -> None:
    data = simulated(town)
    whole = data["total"]["entitled"]["mean"]
    assert whole > 0
    assert sum(c["entitled"]["mean"] for c in data["clauses"].values()) == pytest.approx(whole)
    assert sum(y["total"]["entitled"]["mean"] for y in data["years"].values()) == pytest.approx(whole)
    assert data["years"]["2025"]["total"]["paid"]["quantiles"]["0.99"] <= 100_000, "never more than there is"


def test_by_threshold_and_clauses(town: Path) -> None:
    data = simulated(town, "--by", "origin", "--threshold", "1", "--threshold", "10万元", "--clauses", "stable_job")
    assert set(data["clauses"]) == {"stable_job"}
    assert {"hill", "river"} <= set(data["groups"])
    groups = data["groups"].values()
    assert sum(g["total"]["paid"]["mean"] for g in groups) == pytest.approx(data["total"]["paid"]["mean"])
    assert {"total", "clauses", "years"} <= set(data["groups"]["hill"])
    for money in (data["total"]["paid"], data["years"]["2025"]["total"]["paid"]):
        assert money["exceedance"]["1"] == 1.0 and 0 <= money["exceedance"]["100000"] <= 1


def test_the_same_seed_gives_the_same_bytes(town: Path) -> None:
    first, second, other = simulated(town), simulated(town), simulated(town, "--seed", "2")
    for data in (first, second, other):
        del data["timing"]
    assert first == second and first["total"] != other["total"]


@pytest.mark.parametrize(
    ("option", "status"),
    [
        (("--scenario", "none"), 1),
        (("--by", "colour"), 1),
        (("--by", "employed"), 1),
        (("--clauses", "none"), 1),
        (("--clauses", ","), 1),
        (("--threshold", "much"), 2),
        (("--draws", "0"), 2),
        (("--seed", "-1"), 2),
        (("--engine", "quantum"), 2),
    ],
)
def test_what_cannot_be_run_is_said(town: Path, option: tuple[str, str], status: int) -> None:
    for lang in ("en", "zh"):
        done = run("simulate", town, "--draws", 16, *option, "--lang", lang)
        assert done.status == status and done.err and not done.out
    if status == 1:
        data = run("simulate", town, *option, "--json").data
        assert data["diagnostics"][0]["severity"] == "error" and data["diagnostics"][0]["message"]


def test_a_policy_without_scenario(tmp_path: Path) -> None:
    place = write(tmp_path / "p.policy", TOWN.split("scenario")[0])
    done = run("simulate", place, "--json")
    assert done.status == 1 and "scenario" in done.data["diagnostics"][0]["message"]


def test_the_terminal_states_its_unit_and_when_funds_run_out(town: Path) -> None:
    done = run("simulate", town, "--draws", 32, "--by", "origin")
    assert done.status == 0
    assert "amounts in yuan" in done.out.splitlines()[2]
    for word in ("Whole period", "stable job", "paid · origin", "town budget", "appropriation", "chance of overrun"):
        assert word in done.out
    assert "100,000" in done.out and "most likely runs out" in done.out
    chinese = run("simulate", town, "--draws", 16, "--lang", "zh").out
    for word in ("金额单位：元", "稳定就业补贴", "镇预算", "最可能用尽月份", "超支概率", "基准"):
        assert word in chinese


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_files(town: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "out"
    data = simulated(town, "--out", out, "--lang", lang, "--by", "origin")
    names = ["budget.xlsx", "draws.parquet", "manifest.json", "report.html", "results", "results.json"]
    assert sorted(p.name for p in out.iterdir()) == names
    timing = data.pop("timing")  # what the clock says is in the manifest alone
    assert json.loads((out / "results.json").read_text("utf-8")) == data
    assert json.loads((out / "manifest.json").read_text("utf-8")) == data["manifest"] | {"timing": timing}
    frame = pq.read_table(out / "draws.parquet")
    assert frame.num_rows == 32
    assert sum(frame["paid"].to_pylist()) / 32 == pytest.approx(data["total"]["paid"]["mean"])
    book = CalamineWorkbook.from_path(str(out / "budget.xlsx"))
    assert len(book.sheet_names) == 14
    sheets: dict[str, list[list[Any]]] = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    clauses = next(rows for name, rows in sheets.items() if name in ("clauses by year", "条款与年度"))
    total = next(row for row in clauses if row[0] in ("total", "合计"))
    assert total[1] == pytest.approx(data["years"]["2025"]["total"]["paid"]["mean"])
    parts = [row for row in clauses if row[0] in ("stable job", "bonus", "稳定就业补贴", "一次性奖励")]
    assert sum(row[1] for row in parts) == pytest.approx(total[1])
    assert any(("元" if lang == "zh" else "amounts in yuan") in str(row[0]) for row in clauses[:3])
    page = (out / "report.html").read_text("utf-8")
    assert "http:" not in page and "https:" not in page and "src=" not in page
    for word in ("镇政策", "镇预算", "金额单位：元") if lang == "zh" else ("town budget", "amounts in yuan"):
        assert word in page


def test_names_are_never_markup(tmp_path: Path) -> None:
    text = TOWN.replace('"镇预算"', '"<b>[red]&amp;=1+1"').replace('"镇政策"', '"<script>alert(1)</script>"')
    place = write(tmp_path / "p.policy", text)
    out = tmp_path / "out"
    done = run("simulate", place, "--draws", 16, "--lang", "zh", "--out", out)
    assert done.status == 0 and "<b>[red]&amp;=1+1" in done.out
    page = (out / "report.html").read_text("utf-8")
    assert "<script>alert" not in page and "<b>[red]" not in page and "&lt;script&gt;" in page


def test_out_is_a_file(town: Path, tmp_path: Path) -> None:
    place = write(tmp_path / "taken", "")
    done = run("simulate", town, "--draws", 16, "--out", place, "--json")
    assert done.status == 2 and "cannot be written" in done.data["error"], "said before hours of simulating, not after"


class TestCompare:
    def difference(self, a: object, b: object, *arguments: object) -> Any:
        done = run("compare", a, b, "--draws", 32, "--json", *arguments)
        assert done.status == 0, done.err
        assert {"difference", "a", "b"} <= set(done.data)
        return done.data["difference"]

    def test_a_policy_with_itself_is_nothing_at_all(self, town: Path) -> None:
        def numbers(value: Any) -> list[float]:
            if isinstance(value, dict):
                return [n for item in value.values() for n in numbers(item)]
            return [value] if isinstance(value, (int, float)) else []

        difference = self.difference(town, town, "--by", "origin")
        assert {"min", "max"} <= set(difference["total"]["paid"])
        found = numbers(difference)
        assert len(found) > 100 and not any(found)

    def test_more_money_is_never_less_in_any_draw(self, town: Path, tmp_path: Path) -> None:
        other = write(tmp_path / "more.policy", TOWN.replace("3000 yuan once", "4000 yuan once"))
        difference = self.difference(town, other)
        entitled = difference["clauses"]["stable_job"]["entitled"]
        assert entitled["min"] > 0
        assert (
            difference["clauses"]["bonus"]["entitled"]["min"] == difference["clauses"]["bonus"]["entitled"]["max"] == 0
        )
        data = run("compare", town, other, "--draws", 32, "--json").data
        a, b = (data[v]["clauses"]["stable_job"]["entitled"]["mean"] for v in ("a", "b"))
        assert b == pytest.approx(a * 4 / 3) and entitled["mean"] == pytest.approx(b - a)

    def test_on_the_terminal(self, town: Path, tmp_path: Path) -> None:
        other = write(tmp_path / "more.policy", TOWN.replace("3000 yuan once", "4000 yuan once"))
        done = run("compare", town, other, "--draws", 16)
        assert done.status == 0 and "difference B − A" in done.out and "amounts in yuan" in done.out
        assert "least" in done.out and "bonus" in done.out
        assert "entitled · origin" not in done.out
        grouped = run("compare", town, other, "--draws", 16, "--by", "origin")
        assert grouped.status == 0 and "entitled · origin" in grouped.out

    def test_what_cannot_be_compared(self, town: Path, tmp_path: Path) -> None:
        broken = write(tmp_path / "b.policy", TOWN.replace("employed ≥ 3", "employd ≥ 3"))
        done = run("compare", town, broken, "--json")
        assert done.status == 1 and done.data["diagnostics"]
        assert run("compare", town, tmp_path / "none.policy").status == 2
        assert run("compare", town).status == 2
        assert run("compare", "-", "-", stdin=TOWN).status == 2
        assert run("compare", town, "-", "--draws", 16, stdin=TOWN).status == 0


def test_no_figure_loses_its_end_in_a_narrow_window() -> None:
    """Where a table is wider than the window, its lines are broken by the terminal, not cut."""
    import io

    from rich.console import Console

    from huice.reports.terminal import add, fits, show, table

    made = table(["what", "first", "second", "third"])
    add(made, ["name", "1,234.5", "2,345.6", "3,456.7"])
    for width in (10, 20, 30):
        out = Console(width=width, file=io.StringIO())
        assert not fits(out, made)
        show(out, made)
        assert isinstance(out.file, io.StringIO)
        line = out.file.getvalue().split("\n")[1]
        assert line.split() == ["name", "1,234.5", "2,345.6", "3,456.7"]
