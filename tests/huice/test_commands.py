"""The commands from end to end: statuses, the keys of every --json, the files that --out writes."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from huice.cli import COMMANDS
from huice.policies import standard_names
from tests.huice.helpers import GRANT, PEOPLE, TOWN, run, write

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "documents.json"


@pytest.fixture
def grant(tmp_path: Path) -> Path:
    return write(tmp_path / "grant.policy", GRANT)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return write(tmp_path / "people.json", json.dumps({"person": PEOPLE}))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return write(tmp_path / "broken.policy", GRANT.replace("courses ≥ 10", "coures ≥ 10"))


class TestCheck:
    def test_a_good_policy(self, grant: Path) -> None:
        done = run("check", grant)
        assert (done.status, done.out) == (0, "0 errors, 1 other finding\n")
        (unread,) = run("check", grant, "--json", "--lang", "en").data["diagnostics"]
        assert (unread["code"], unread["message"]) == ("HC410", "of person, `wage` is never read")

    def test_an_error_with_its_place(self, broken: Path) -> None:
        done = run("check", broken, "--json")
        (found,) = done.data["diagnostics"]
        assert done.status == 1
        assert {"code", "severity", "category", "message", "file", "range"} <= found.keys()
        line = next(n for n, text in enumerate(GRANT.splitlines(), 1) if "courses ≥ 10" in text)
        assert (found["severity"], found["category"], found["range"]["start"]["line"]) == ("error", "name", line)
        assert run("rule", found["code"], "--json").data["code"] == found["code"]

    def test_several_files_and_both_languages(self, grant: Path, broken: Path) -> None:
        english, chinese = (run("check", grant, broken, "--lang", lang) for lang in ("en", "zh"))
        assert english.status == chinese.status == 1
        assert "coures" in english.err and re.search("[一-龥]", chinese.err.replace("稳岗补贴", ""))
        assert english.err != chinese.err

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        for name in (tmp_path / "none.policy", "std:none", tmp_path):
            done = run("check", name, "--json")
            assert done.status == 2 and done.data["error"] and done.err.startswith("huice: ")

    def test_a_folder_is_told_from_nothing(self, tmp_path: Path) -> None:
        for command in (("check",), ("fmt", "--check"), ("compile", "--to", "ir")):
            assert "this is a folder, not a file" in run(*command, tmp_path).err
            assert "there is no such file" in run(*command, tmp_path / "none.policy").err

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, grant: Path) -> None:
        grant.chmod(0)
        assert "cannot be read" in run("check", grant).err

    def test_standard_input(self, broken: Path) -> None:
        assert run("check", "-", stdin=GRANT).status == 0
        assert run("check", "-", stdin=broken.read_bytes()).status == 1
        assert run("check", "-", "-", stdin=GRANT).status == 2

    def test_proofs_are_added_on_demand(self, grant: Path) -> None:
        found = [run("check", grant, "--json", *deep).data["diagnostics"] for deep in ((), ("--deep",))]
        codes = [[each["code"] for each in one] for one in found]
        assert set(codes[0]) < set(codes[1])
        assert all(each["witness"]["person"] for each in found[1] if each["category"] == "cliff")


class TestTest:
    def test_cases(self, grant: Path) -> None:
        done = run("test", grant, "--json")
        assert done.status == 0
        (case,) = done.data["cases"]
        assert set(case) == {"name", "status", "expected", "got"} and case["status"] == "passed"
        assert done.data["properties"] == []

    def test_a_failed_case(self, tmp_path: Path) -> None:
        place = write(tmp_path / "p.policy", GRANT.replace("3000 yuan in 2025-05", "3000 yuan in 2025-06"))
        done = run("test", place)
        assert done.status == 1 and "0 passed, 1 failed" in done.out
        assert "2025-06" in done.out and "2025-05" in done.out and "employed" in done.out
        assert run("test", place, "--json").data["cases"][0]["status"] == "failed"

    def test_a_case_that_lacks_a_fact_has_not_passed(self, tmp_path: Path) -> None:
        place = write(tmp_path / "p.policy", GRANT.replace("    origin = hill\n    employed", "    employed"))
        done = run("test", place)
        assert done.status == 1 and "0 passed, 0 failed, 1 undetermined" in done.out

    def test_properties_are_tested_on_drawn_people(self, tmp_path: Path) -> None:
        text = GRANT + "\nproperty bounded for person: total paid by stable_job ≤ 3000 yuan\n"
        place = write(tmp_path / "p.policy", text)
        done = run("test", place, "--lang", "en")
        assert done.status == 0 and "properties: 1 held by every drawn person (100 people drawn)" in done.out
        expected = {"name": "bounded", "status": "held", "examples": 100}
        assert run("test", place, "--json").data["properties"] == [expected]

    def test_an_error_in_the_policy(self, broken: Path) -> None:
        done = run("test", broken, "--json")
        assert done.status == 1 and done.data["diagnostics"][0]["severity"] == "error"


class TestEval:
    def test_json_keys_and_values(self, grant: Path, facts: Path) -> None:
        data = run("eval", grant, "--facts", facts, "--json").data
        assert {"version", "policy", "complete", "payments", "undetermined", "refused", "totals", "total"} <= set(data)
        assert data["payments"][1] == {
            "clause": "stable_job", "entity": "person", "id": "an", "month": "2025-03", "due": "2025-03",
            "amount": "3000.00", "payee": "person/an", "fund": {"town_fund": "3000.00"}, "cites": "二（一）",
        }  # fmt: skip
        assert data["undetermined"] == [{"clause": "stable_job", "entity": "person", "id": "di", "missing": ["origin"]}]
        assert data["totals"] == {"stable_job": "3000.00", "course_grant": "200.00"} and data["total"] == "3200.00"
        assert data["complete"] is False

    def test_standard_input_until_and_set(self, grant: Path) -> None:
        text = json.dumps({"person": PEOPLE})
        done = run("eval", grant, "--facts", "-", "--json", "--until", "2025-02", "--set", "bonus=1,234.5", stdin=text)
        assert done.status == 0 and done.data["total"] == "1234.50"
        assert run("eval", "-", "--facts", "-", stdin=text).status == 2

    @pytest.mark.parametrize(
        "option",
        [
            ("--until", "2025"), ("--until", "2025-13"), ("--set", "bonus"), ("--set", "bonos=3"),
            ("--set", "bonus=three"), ("--set", "bonus=1e3"), ("--out", "ledger.doc"), ("--out", "/nowhere/at/all.csv"),
        ],
    )  # fmt: skip
    def test_wrong_usage(self, grant: Path, facts: Path, option: tuple[str, str], tmp_path: Path) -> None:
        if option[1].startswith("/nowhere"):
            write(tmp_path / "file", "")
            option = (option[0], str(tmp_path / "file" / "x.csv"))
        done = run("eval", grant, "--facts", facts, *option)
        assert done.status == 2 and done.err.startswith("huice: ")

    def test_json_stays_one_document_when_the_ledger_cannot_be_written(self, grant: Path, facts: Path) -> None:
        done = run("eval", grant, "--facts", facts, "--json", "--out", "ledger.doc")
        assert done.status == 2 and "ledger.doc" in done.data["error"]

    def test_no_facts_named(self, grant: Path) -> None:
        done = run("eval", grant)
        assert done.status == 2 and "--facts" in done.err

    def test_a_policy_without_end_needs_until(self, tmp_path: Path, facts: Path) -> None:
        place = write(tmp_path / "open.policy", GRANT.replace("2025-01-01 to 2025-12-31", "2025-01-01"))
        done = run("eval", place, "--facts", facts)
        assert done.status == 2 and "--until" in done.err
        assert run("eval", place, "--facts", facts, "--until", "2025-12").status == 0

    def test_out_in_each_format(self, grant: Path, tmp_path: Path) -> None:
        rows = [person | {"id": f"={person['id']}"} for person in PEOPLE]
        facts = write(tmp_path / "f.json", json.dumps({"person": rows}))
        for suffix in ("csv", "xlsx", "parquet", "json"):
            out = tmp_path / "out" / f"ledger.{suffix}"
            done = run("eval", grant, "--facts", facts, "--out", out)
            assert done.status == 0 and f"wrote {out}" in done.err
        assert sorted(p.name for p in (tmp_path / "out").iterdir() if "manifest" not in p.name) == [
            "ledger.csv", "ledger.json", "ledger.parquet", "ledger.xlsx",
        ]  # fmt: skip
        with (tmp_path / "out" / "ledger.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        assert [(r["clause"], r["id"], r["month"], r["amount"]) for r in lines] == [
            ("course_grant", "'=an", "2025-02", "200.00"),
            ("stable_job", "'=an", "2025-03", "3000.00"),
        ]
        table = pq.read_table(tmp_path / "out" / "ledger.parquet")
        assert [str(amount) for amount in table["amount"].to_pylist()] == ["200.00", "3000.00"]
        assert table["id"].to_pylist() == ["=an", "=an"]
        assert json.loads((tmp_path / "out" / "ledger.json").read_text("utf-8"))["total"] == "3200.00"
        sheets = CalamineWorkbook.from_path(str(tmp_path / "out" / "ledger.xlsx"))
        cells = [
            cell for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row
        ]
        assert 3000.0 in cells and 3200.0 in cells and "=an" in cells and "=di" in cells

    def test_the_file_that_was_there_survives_a_failure(self, grant: Path, facts: Path, tmp_path: Path) -> None:
        out = write(tmp_path / "ledger.csv", "kept")
        assert run("eval", grant, "--facts", tmp_path / "none.json", "--out", out).status == 3
        assert out.read_text() == "kept"

    @pytest.mark.skipif(not CASES.exists(), reason="the cases of the documents lie beside the project")
    @pytest.mark.parametrize("policy", [f"std:{name}" for name in standard_names()])
    def test_the_documents_by_hand(self, policy: str, tmp_path: Path) -> None:
        cases = [case for case in json.loads(CASES.read_text("utf-8")) if case["policy"] == policy]
        assert cases or policy != "std:shaoxing_2021_51"
        for case in cases:
            settings = [part for name, value in case["set"].items() for part in ("--set", f"{name}={value}")]
            done = run("eval", policy, "--facts", "-", "--json", *settings, stdin=json.dumps(case["facts"]))
            got = [
                [p["clause"], f"{p['entity']}/{p['id']}", p["month"], p["due"], p["amount"], p["payee"]]
                for p in done.data["payments"]
                if p["clause"] in case["only"]
            ]
            want = [row for row in case["pays"] if row[0] in case["only"]]
            hidden = {tuple(row[:4]) for row in want if row[5] is None}
            seen = [[*row[:5], None if tuple(row[:4]) in hidden else row[5]] for row in got]
            assert sorted(seen, key=str) == sorted(want, key=str), case["name"]


class TestExplain:
    KEYS = frozenset(
        (
            "version",
            "entity",
            "clause",
            "month",
            "answer",
            "amount",
            "cites",
            "because",
            "missing",
            "distance",
            "change",
        )
    )

    def explained(self, grant: Path, facts: Path, *arguments: str) -> Any:
        done = run("explain", grant, "--facts", facts, "--json", *arguments)
        assert done.status == 0
        return done.data

    def test_one_clause(self, grant: Path, facts: Path) -> None:
        data = self.explained(grant, facts, "--entity", "person/bo", "--clause", "course_grant")
        assert set(data) == self.KEYS
        assert (data["entity"], data["answer"], data["cites"]) == ("person/bo", "not paid", "二（二）")
        assert data["change"] == [{"fact": "courses", "set": 10}]
        assert {"condition", "holds", "value"} <= set(data["because"][0])

    def test_all_clauses_of_a_person_by_its_label(self, grant: Path, facts: Path) -> None:
        data = self.explained(grant, facts, "--entity", "人员/an")
        assert [(e["clause"], e["answer"]) for e in data["explanations"]] == [
            ("stable_job", "paid"), ("course_grant", "paid"),
        ]  # fmt: skip
        (data,) = [e for e in self.explained(grant, facts, "--entity", "person/di")["explanations"] if e["missing"]]
        assert (data["answer"], data["missing"]) == ("undetermined", ["origin"])

    def test_what_does_not_exist(self, grant: Path, facts: Path) -> None:
        for row, status in (("person/zz", 3), ("firm/an", 2), ("an", 2), ("person/", 3)):
            done = run("explain", grant, "--facts", facts, "--entity", row, "--json")
            assert done.status == status and done.data["error"]
        done = run("explain", grant, "--facts", facts, "--entity", "person/an", "--clause", "stable")
        assert done.status == 2 and "stable_job" in done.err

    def test_on_the_terminal_in_chinese(self, grant: Path, facts: Path) -> None:
        done = run("explain", grant, "--facts", facts, "--entity", "person/bo", "--clause", "培训补贴", "--lang", "zh")
        assert done.status == 0 and "培训补贴" in done.out and "不发放" in done.out and "课程数 = 10" in done.out


class TestOthers:
    def test_compile(self, grant: Path) -> None:
        python = run("compile", grant, "--to", "python").out
        compile(python, "evaluators.py", "exec")
        assert "stable_job" in python
        data = run("compile", grant, "--to", "ir", "--json").data
        assert data["form"] == "ir" and "clause stable_job person" in data["text"]
        assert run("compile", grant).status == 2

    def test_policies(self) -> None:
        (shaoxing,) = [p for p in run("policies", "--json").data["policies"] if p["name"] == "std:shaoxing_2021_51"]
        assert shaoxing["clauses"] == 10 and "baseline" in shaoxing["scenarios"]
        assert "std:shaoxing_2021_51" in run("policies").out

    def test_rule(self) -> None:
        from lang.codes import CODES

        for code in CODES:
            for lang in ("en", "zh"):
                data = run("rule", code.lower(), "--json", "--lang", lang).data
                assert data["code"] == code and data["title"] and data["explanation"]
        done = run("rule", "HC999", "--json")
        assert done.status == 2 and "HC999" in done.data["error"]

    def test_help_names_the_statuses_and_explains_every_option(self) -> None:
        whole = run("--help").out
        for status in ("0 ", "1 ", "2 ", "3 ", "70 "):
            assert re.search(rf"^ +{status}", whole, re.MULTILINE)
        for name in COMMANDS:
            assert name in whole
            text = run(name, "--help").out
            assert "--json" in text and "--lang" in text
            options = text.split("Options:")[1]
            described = re.sub(r"\n {10,}", "  ", options)
            for line in described.strip().splitlines():
                assert re.search(r"\S  +\S+ \S+", line), f"{name}: {line.strip()} is not explained"
            assert text.split("\n\n")[1].strip(), name


class TestProcesses:
    """The real command, where the process itself matters."""

    def command(self, *arguments: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [str(Path(sys.executable).with_name("huice")), *arguments],
            cwd=cwd, env=os.environ | environment, capture_output=True, timeout=120, check=False,
        )  # fmt: skip

    def test_statuses(self, grant: Path, broken: Path, facts: Path, tmp_path: Path) -> None:
        statuses = [
            self.command(*arguments.split(), cwd=tmp_path).returncode
            for arguments in (
                "eval grant.policy --facts people.json",
                "check broken.policy",
                "check",
                "eval grant.policy --facts x.csv",
            )
        ]  # fmt: skip
        assert statuses == [0, 1, 2, 3]

    def test_an_encoding_that_lacks_signs(self, grant: Path, facts: Path, tmp_path: Path) -> None:
        for encoding in ("ascii", "gbk"):
            done = self.command(
                "explain", "grant.policy", "--facts", "people.json", "--entity", "person/bo",
                cwd=tmp_path, PYTHONIOENCODING=encoding,
            )  # fmt: skip
            assert done.returncode == 0 and b"not paid" in done.stdout
            done = self.command("eval", "grant.policy", "--facts", "people.json", "--json", cwd=tmp_path, PYTHONIOENCODING=encoding)  # fmt: skip # noqa: E501
            assert json.loads(done.stdout)["payments"][1]["cites"] == "二（一）"

    def test_a_reader_that_closes_the_pipe(self, tmp_path: Path) -> None:
        command = f"{Path(sys.executable).with_name('huice')} compile std:shaoxing_2021_51 --to python | head -1"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=True)
        assert done.stdout.count("\n") == 1 and "huice" not in done.stderr

    def test_a_town_from_end_to_end(self, tmp_path: Path) -> None:
        write(tmp_path / "town.policy", TOWN)
        done = self.command("simulate", "town.policy", "--draws", "16", "--out", "out", cwd=tmp_path)
        assert done.returncode == 0 and b"\r" not in done.stderr, "no progress bar where there is no terminal"
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
            "budget.xlsx", "draws.parquet", "manifest.json", "report.html", "results", "results.json",
        ]  # fmt: skip
