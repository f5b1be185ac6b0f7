"""`huice calibrate`, `reforecast`, `backtest` from end to end: JSON, both languages, odd data, places of faults."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import huice
from tests.huice.helpers import run

DISTRICT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "district"
ID = "513333199001011234"  # looks like an identity number, and is nobody's


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district, with the scenario that was learnt in January."""
    folder = tmp_path_factory.mktemp("learning") / "district"
    shutil.copytree(DISTRICT, folder)
    done = run(
        "calibrate", folder / "district.policy", "--facts", folder / "roster", "--payments", folder / "payments.csv",
        "--as-of", "2024-12", "--out", folder / "calibrated.policy", "--lang", "en",
    )  # fmt: skip
    assert done.status == 0, done.err
    return folder


def again(place: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "district"
    shutil.copytree(place, folder)
    return folder


def with_rows(place: Path, tmp_path: Path, *rows: str) -> Path:
    """The ledger with more rows."""
    ledger = tmp_path / "more.csv"
    ledger.write_text((place / "payments.csv").read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")
    return ledger


class TestCalibrate:
    def test_the_scenario_checks_and_simulates_at_once(self, place: Path) -> None:
        assert run("check", place / "calibrated.policy").status == 0
        assert run("fmt", place / "calibrated.policy", "--check").status == 0
        data = run("simulate", place / "calibrated.policy", "--draws", 32, "--json").data
        assert data["scenario"] == "calibrated" and data["total"]["paid"]["mean"] > 0
        assert data["variance"]["unknowns"] > 0

    def test_json(self, place: Path) -> None:
        done = run(
            "calibrate", place / "district.policy", "--facts", place / "roster", "--payments",
            place / "payments.csv", "--as-of", "2024-12", "--start", "nobody", "--json",
        )  # fmt: skip
        data = done.data
        assert data["policy"] == "district" and data["as_of"] == "2024-12" and data["complete"]
        leaving = next(f for f in data["figures"] if f["what"] == "leave")
        assert leaving["about"] == "person.employed" and leaving["unknown"] == "person_employed_leaves"
        assert leaving["distribution"] == {"family": "beta", "a": 82.5, "b": 1540.5}
        assert leaving["interval"][0] < leaving["mean"] < leaving["interval"][1]
        assert leaving["survival"][0]["at_risk"] == 163
        assert data["text"].startswith("# learnt from a roster known to 2024-12")

    def test_without_out_the_scenario_is_what_is_printed(self, place: Path) -> None:
        done = run(
            "calibrate", place / "district.policy", "--facts", place / "roster", "--as-of", "2024-12",
            "--start", "nobody", "--lang", "en",
        )  # fmt: skip
        assert done.status == 0 and done.out.startswith("# learnt from a roster")
        assert "without --payments nothing is known of take-up and lag" in done.err

    def test_in_chinese(self, place: Path, tmp_path: Path) -> None:
        folder = again(place, tmp_path)
        done = run(
            "calibrate", folder / "district.policy", "--facts", folder / "roster",
            "--payments", folder / "payments.csv",
            "--as-of", "2024-12", "--out", folder / "学得.policy", "--lang", "zh",
        )  # fmt: skip
        assert done.status == 0 and "每月退出率" in done.out and "95%区间" in done.out
        text = (folder / "学得.policy").read_text("utf-8")
        assert "情景 calibrated 适用 district" in text and "Jeffreys先验" in text
        assert run("check", folder / "学得.policy").status == 0

    def test_rows_that_contradict_are_named_and_left_out(self, place: Path, tmp_path: Path) -> None:
        ledger = with_rows(
            place, tmp_path,
            "nonsense,p00001,2024-02,2024-02-03,5", f"grant,{ID},2024-02,2024-02-03,3000",
            "grant,p00001,2020-02,2020-02-03,3000", "rent,p00001,,,500", "rent,p00002,2024-05,2024-05-20,-500",
        )  # fmt: skip
        for language, words in (
            ("en", ("no clause “nonsense”", "no person of this id", "before 2021-01", "neither a date", "taken back")),
            ("zh", ("没有条款“nonsense”", "没有此编号", "自2021-01起", "既无发放日期", "收回款项")),
        ):
            done = run(
                "calibrate", place / "district.policy", "--facts", place / "roster", "--payments", ledger,
                "--as-of", "2024-12", "--start", "nobody", "--lang", language,
            )  # fmt: skip
            assert done.status == 3
            for word in words:
                assert word in done.err, word
            assert ID not in done.err + done.out
            assert "row 738" in done.err or "第 738 行" in done.err

    @pytest.mark.parametrize(
        ("arguments", "status", "word"),
        [
            (("--as-of", "2024-13"), 2, "not a month"),
            (("--as-of", "2020-01"), 3, "no rows that are known"),
            (("--as-of", "2027-12"), 2, "the policy ends in 2027-12"),
            (("--as-of", "2024-12", "--since", "2025-01"), 2, "--since is after"),
            (("--as-of", "2024-12", "--period", "2024-01", "2024-06"), 2, "nothing to come"),
            (("--as-of", "2024-12", "--period", "2025-06", "2025-01"), 2, "ends before"),
            (("--as-of", "2024-12", "--name", "3x"), 2, "not a name"),
            (("--as-of", "2024-12", "--set", "wage=3"), 2, "no parameter"),
        ],
    )
    def test_wrong_usage(self, place: Path, arguments: tuple[str, ...], status: int, word: str) -> None:
        out = place / "never.policy"
        done = run(
            "calibrate",
            place / "district.policy",
            "--facts",
            place / "roster",
            *arguments,
            "--out",
            out,
            "--lang",
            "en",
        )
        assert done.status == status and word in done.err
        assert not out.exists()

    def test_a_roster_outside_the_folder_is_no_start(self, place: Path, tmp_path: Path) -> None:
        done = run(
            "calibrate", place / "district.policy", "--facts", place / "roster", "--as-of", "2024-12",
            "--out", tmp_path / "s.policy", "--lang", "en",
        )  # fmt: skip
        assert done.status == 2 and "district.policy" in done.err

    def test_an_empty_roster(self, place: Path, tmp_path: Path) -> None:
        empty = tmp_path / "empty.json"
        empty.write_text('{"person": []}', "utf-8")
        for more in ((), ("--as-of", "2025-01")):
            done = run("calibrate", place / "district.policy", "--facts", empty, "--start", "nobody", *more, "--json")
            assert done.status == 3 and len(done.data["errors"]) == 1


class TestReforecast:
    def arguments(self, place: Path, *more: object) -> tuple[object, ...]:
        return (
            "reforecast", place / "district.policy", "--scenario", place / "calibrated.policy",
            "--payments", place / "payments.csv", "--draws", 64, *more,
        )  # fmt: skip

    def test_json(self, place: Path) -> None:
        data = run(*self.arguments(place, "--facts", place / "roster", "--as-of", "2025-06", "--json")).data
        assert data["known"]["as_of"] == "2025-06" and data["known"]["paid"] == "142000.00"
        assert sum(float(x) for x in data["known"]["months"].values()) == 142_000.0
        for month, paid in data["known"]["months"].items():
            assert data["months"][month]["total"]["paid"]["mean"] == float(paid)
            assert data["months"][month]["total"]["paid"]["sd"] == 0.0
        leaves = data["posterior"]["person_employed_leaves"]
        assert leaves["how"] == "conjugate"
        wide, narrow = leaves["prior"]["interval"], leaves["posterior"]["interval"]
        assert narrow[1] - narrow[0] < wide[1] - wide[0]
        assert data["effective_sample_size"] > 10_000
        assert any(e["about"] == "person arrivals" for e in data["evidence"])
        assert data["years"]["2025"]["total"]["paid"]["mean"] > 142_000

    def test_the_terminal_in_both_languages(self, place: Path) -> None:
        for language, words in (
            ("en", ("paid to 2025-06: 142,000.00 yuan in 179 payments", "effective sample size")),
            ("zh", ("截至 2025-06 已支付 142,000.00 元，共 179 笔", "有效样本量")),
        ):
            done = run(*self.arguments(place, "--facts", place / "roster", "--as-of", "2025-06", "--lang", language))
            assert done.status == 0
            for word in words:
                assert word in done.out

    def test_without_a_roster_it_says_what_is_lost(self, place: Path) -> None:
        done = run(*self.arguments(place, "--as-of", "2025-06", "--lang", "en"))
        assert done.status == 0 and "without --facts" in done.err

    def test_the_same_seed_gives_the_same_bytes(self, place: Path) -> None:
        more = ("--facts", place / "roster", "--as-of", "2025-06", "--seed", 7, "--json")
        a, b = (run(*self.arguments(place, *more)).data for _ in range(2))
        a.pop("timing"), b.pop("timing")
        assert json.dumps(a) == json.dumps(b)

    def test_rows_that_cannot_be_used_stop_it(self, place: Path, tmp_path: Path) -> None:
        ledger = with_rows(place, tmp_path, "nonsense,p00001,2025-02,2025-02-03,5")
        done = run(
            "reforecast", place / "calibrated.policy", "--payments", ledger, "--facts", place / "roster",
            "--as-of", "2025-06", "--json", "--lang", "en",
        )  # fmt: skip
        assert done.status == 3 and "1 row of" in done.data["errors"][0]
        assert done.data["faults"][0]["row"] == 738

    def test_more_paid_than_there_was(self, place: Path, tmp_path: Path) -> None:
        folder = again(place, tmp_path)
        scenario = folder / "calibrated.policy"
        scenario.write_text(scenario.read_text("utf-8") + "  budget aid 2025 = 100_000 yuan\n", "utf-8")
        for language, word in (("en", "more than the scenario's appropriation"), ("zh", "超出情景的额度")):
            done = run(*self.arguments(folder, "--facts", folder / "roster", "--as-of", "2025-06", "--lang", language))
            assert done.status == 3 and word in done.err

    @pytest.mark.parametrize("month", ["2023-01", "2025-12", "2026-01"])
    def test_months_outside_the_period(self, place: Path, month: str) -> None:
        done = run(*self.arguments(place, "--facts", place / "roster", "--as-of", month, "--lang", "en"))
        assert done.status == 3 and "not within the scenario's period" in done.err

    def test_a_scenario_for_another_policy(self, place: Path) -> None:
        done = run(
            "reforecast", "std:shaoxing_2021_51", "--scenario", place / "calibrated.policy",
            "--payments", place / "payments.csv", "--as-of", "2025-06", "--lang", "en",
        )  # fmt: skip
        assert done.status == 2 and "another policy" in done.err


class TestBacktest:
    def arguments(self, place: Path, *more: object) -> tuple[object, ...]:
        return (
            "backtest", place / "district.policy", "--facts", place / "roster", "--payments", place / "payments.csv",
            "--draws", 64, *more,
        )  # fmt: skip

    def test_json(self, place: Path) -> None:
        data = run(*self.arguments(place, "--cuts", "2024-12,2024-06", "--horizon", 6, "--json")).data
        assert [cut["cut"] for cut in data["cuts"]] == ["2024-06", "2024-12"]
        first = data["cuts"][0]
        assert (first["first"], first["last"]) == ("2024-07", "2024-12")
        assert set(first["total"]) == {
            "actual", "mean", "median", "intervals", "inside", "bias", "relative_bias", "pit", "crps",
        }  # fmt: skip
        assert sum(of["actual"] for of in first["months"].values()) == first["total"]["actual"]
        assert set(data["summary"]) == {"total", "clauses", "all_clauses", "months"}

    def test_the_terminal_in_both_languages(self, place: Path) -> None:
        for language, words in (
            ("en", ("back test", "actual", "within 80%", "┃", "●")),
            ("zh", ("回溯检验", "实际", "落在80%区间", "┃", "●")),
        ):
            done = run(*self.arguments(place, "--cuts", "2024-12", "--horizon", 6, "--lang", language))
            assert done.status == 0
            for word in words:
                assert word in done.out

    def test_a_page_with_every_forecast(self, place: Path, tmp_path: Path) -> None:
        for language, words in (
            ("en", ("forecasts against what was paid", "held by")),
            ("zh", ("预测与实际", "落在区间")),
        ):
            out = tmp_path / language
            asked = self.arguments(place, "--cuts", "2024-06,2024-12", "--horizon", 6, "--lang", language, "--out", out)
            done = run(*asked, "--json")
            assert done.status == 0 and "report.html" in done.err
            page = (out / "report.html").read_text("utf-8")
            assert all(word in page for word in words) and "<script src" not in page
            for cut in done.data["cuts"]:
                for of in (cut["total"], *cut["clauses"].values()):
                    assert f'value="{of["actual"]:.2f}"' in page and f'value="{of["mean"]:.2f}"' in page
            kept = json.loads((out / "results.json").read_text("utf-8"))
            assert kept == {name: value for name, value in done.data.items() if name != "faults"}

    def test_all_cuts_that_cannot_be_are_named(self, place: Path) -> None:
        done = run(*self.arguments(place, "--cuts", "2023-04,2025-12,2024-06", "--lang", "en"))
        assert done.status == 3
        assert "2023-04: payments begin in" in done.err and "2025-12: nothing was paid after it" in done.err
        for wrong in ("2024", ""):
            assert run(*self.arguments(place, "--cuts", wrong)).status == 2


def test_the_python_face_takes_records(place: Path) -> None:
    program = huice.load(place / "district.policy")
    facts = huice.Facts.from_path(place / "roster")
    rows = [{"clause": "grant", "id": "p00001", "month": "2024-02", "paid_on": "2024-03-05", "amount": "3000"}]
    learnt = program.calibrate(facts, rows, as_of="2024-12", period=("2025-01", "2025-12"))
    assert not [fault for fault in learnt.faults if fault.severity == "error"]
    with pytest.raises(huice.LearningError, match="no clause"):
        huice.load(place / "calibrated.policy").reforecast(
            [{"clause": "nonsense", "id": "p00001", "month": "2025-02", "amount": "3000"}], "2025-06"
        )
