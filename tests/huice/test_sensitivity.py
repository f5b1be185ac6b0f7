"""`huice sensitivity` and its page, typed in as it stands."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import huice
from tests.huice.helpers import run, write

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sensitivity.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
(POLICY,) = (text for kind, text in BLOCK.findall(PAGE) if kind == "policy")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, object]]:
    place = tmp_path_factory.mktemp("page")
    (place / "grants.policy").write_text(POLICY, encoding="utf-8")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    said = ""
    for kind, text in BLOCK.findall(PAGE):
        if kind == "sh":
            for line in text.splitlines():
                done = subprocess.run(
                    ["bash", "-c", line],
                    cwd=place, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300,
                )  # fmt: skip
                assert done.returncode == 0 and not done.stderr, done.stderr
                said += done.stdout
    return said, json.loads((place / "sensitivity.json").read_text("utf-8"))


def test_the_page_is_as_it_says(printed: tuple[str, dict[str, object]]) -> None:
    said, data = printed
    (shown,) = (text for kind, text in BLOCK.findall(PAGE) if kind == "text")
    folded = re.sub(r"\s+", " ", said)
    for line in shown.strip().splitlines():
        assert line in folded, said
    assert "应先查清“arrivals”" in said and "未知因素" in said and "█" in said
    (keys,) = (json.loads(text) for kind, text in BLOCK.findall(PAGE) if kind == "json")
    total = data["total"]
    assert isinstance(total, dict) and set(total) == {"entitled"}
    assert set(total["entitled"]) == set(keys["total"]["entitled"])
    arrivals = total["entitled"]["unknowns"]["arrivals"]
    assert set(arrivals) == set(keys["total"]["entitled"]["unknowns"]["arrivals"])
    assert data["without_effect"] == ["uptake", "fairs"]  # who claims does not change what is owed to them
    assert {"clauses", "years", "unknowns", "study_first", "notes", "manifest", "timing"} <= set(data)


def test_every_option_that_the_page_names_is_there() -> None:
    text = run("sensitivity", "--help").out
    named = set(re.findall(r"`(--[a-z]+)", PAGE))
    assert named and all(option in text for option in named)


@pytest.fixture
def grants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "grants.policy", POLICY)


class TestCommand:
    def test_wrong_usage(self, grants: Path) -> None:
        assert run("sensitivity", "none.policy").status == 2
        assert run("sensitivity", "grants.policy", "--draws", "0").status == 2
        wrong = run("sensitivity", "grants.policy", "--scenario", "base")
        assert wrong.status == 1 and "HC611" in wrong.err
        chinese = run("sensitivity", "grants.policy", "--scenario", "base", "--lang", "zh")
        assert chinese.status == 1 and "没有名为“base”的情景" in chinese.err
        as_json = run("sensitivity", "grants.policy", "--clauses", "grant", "--json")
        assert as_json.status == 1 and as_json.data["diagnostics"][0]["code"] == "HC611"

    def test_errors_of_the_policy(self, grants: Path) -> None:
        write(grants, POLICY.replace("3000 yuan", "3000 yuann"))
        done = run("sensitivity", "grants.policy")
        assert done.status == 1 and "HC118" in done.err and not done.out

    def test_some_clauses(self, grants: Path) -> None:
        data = run("sensitivity", "grants.policy", "--clauses", "transport", "--draws", "32", "--json").data
        assert list(data["clauses"]) == ["transport"] and data["draws"] == 32

    def test_no_unknowns(self, grants: Path) -> None:
        text = re.sub(r"  unknown .*\n(    note .*\n)?", "", POLICY)
        for name, value in (("arrivals", "20"), ("leave rate", "5%"), ("uptake", "90%")):
            text = text.replace(f"({name})", f"({value})").replace(f"at {name}", f"at {value}")
            text = text.replace(f"chance {name}", f"chance {value}")
        write(grants, text)
        done = run("sensitivity", "grants.policy", "--draws", "32")
        assert done.status == 0 and "the scenario has no unknowns" in done.out and "Study" not in done.out
        data = run("sensitivity", "grants.policy", "--draws", "32", "--json").data
        assert data["study_first"] is None and data["unknowns"] == {}

    def test_a_narrow_window_leaves_columns_out(self, grants: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from rich.console import Console

        from huice.reports import sensitivity_text

        for width, there, gone in ((100, "mean ▸", "none such"), (75, "swing", "mean ▸"), (50, "in all", "swing")):
            out = Console(width=width, record=True, file=io.StringIO())
            monkeypatch.setattr(sensitivity_text, "console", lambda made=out: made)
            program = huice.load(grants)
            sensitivity_text.print_sensitivity(program.sensitivity(draws=16), program.model, "en")
            table = out.export_text().split("Study")[0]
            assert there in table and gone not in table


def test_the_python_face_is_the_command(grants: Path) -> None:
    found = huice.load(grants).sensitivity(draws=32, seed=3, engine="person", clauses=["transport"])
    options = ["--draws", "32", "--seed", "3", "--engine", "person", "--clauses", "transport", "--json"]
    data = run("sensitivity", "grants.policy", *options).data
    expected = found.to_dict()
    for one in (data, expected):
        del one["timing"], one["manifest"]
    assert data == expected


def test_a_run_by_several_engines_has_a_title_in_both_languages(grants: Path) -> None:
    from huice.reports.words import scenario_title

    data = {"scenario": "baseline", "draws": 64, "engine": "exact+person"}
    program = huice.load(grants).model
    assert scenario_title(data, program, "zh").endswith("精确计算、逐人模拟")
    assert scenario_title(data, program, "en").endswith("engine exact+person")
