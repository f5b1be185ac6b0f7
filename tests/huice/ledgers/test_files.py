"""Ledgers as files: what stands in each format, that it opens where it should, and that it is whole or not there."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from huice.ledgers import write
from huice.ledgers.read import read_rows
from huice.ledgers.rows import COLUMNS, FORMATS
from tests.huice.helpers import GRANT, PEOPLE, run
from tests.huice.helpers import write as put

REASON = "origin in (hill, river), and employed ≥ 3 months with social insurance: 3000 yuan once (item 二（一）)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy, facts whose keys begin like formulas, and the ledger in each format."""
    folder = tmp_path_factory.mktemp("ledgers")
    put(folder / "grant.policy", GRANT)
    rows = [person | {"id": f"={person['id']}"} for person in PEOPLE]
    put(folder / "people.json", json.dumps({"person": rows}))
    for form in FORMATS:
        done = run("eval", folder / "grant.policy", "--facts", folder / "people.json", "--out", folder / f"l.{form}")
        assert done.status == 0 and f"l.{form}.manifest.json" in done.err
    return folder


def test_csv_opens_in_chinese_spreadsheets(folder: Path) -> None:
    data = (folder / "l.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 3 == data.count(b"\n")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1] == {
        "clause": "stable_job", "label": "稳定就业补贴", "item": "二（一）", "entity": "person", "id": "'=an",
        "month": "2025-03", "due": "2025-03", "amount": "3000.00", "payee": "person/=an", "fund": "town_fund 3000.00",
        "reason": REASON,
    }  # fmt: skip


def test_amounts_are_exact_decimals(folder: Path) -> None:
    table = pq.read_table(folder / "l.parquet")
    assert table.schema.field("amount").type == pa.decimal128(18, 2)
    assert table["amount"].to_pylist() == [Decimal("200.00"), Decimal("3000.00")]
    with duckdb.connect(str(folder / "l.duckdb"), read_only=True) as database:
        assert database.execute("select typeof(amount), sum(amount) from payments group by 1").fetchall() == [
            ("DECIMAL(18,2)", Decimal("3200.00"))
        ]
        assert database.execute("select id, missing, count from undetermined").fetchall() == [("=di", ["origin"], 1)]
        assert database.execute("select count(*) from refused").fetchall() == [(0,)]


def test_json_says_the_reason(folder: Path) -> None:
    data = json.loads((folder / "l.json").read_text("utf-8"))
    assert data["payments"][1]["reason"] == REASON and data["payments"][1]["fund"] == {"town_fund": "3000.00"}
    assert data["undetermined"][0]["missing"] == ["origin"]


def test_the_workbook_has_formulas_with_their_values(folder: Path) -> None:
    book = CalamineWorkbook.from_path(str(folder / "l.xlsx"))
    assert book.sheet_names == ["payments", "by clause", "undetermined", "refused"]
    payments = book.get_sheet_by_name("payments").to_python()
    assert payments[0][7] == "amount (yuan)" and payments[3][7] == 3200.0 and payments[2][4] == "=an"
    by_clause = book.get_sheet_by_name("by clause").to_python()
    assert by_clause[-1][:5] == ["total", "", 2, 3200.0, 3200.0]
    with ZipFile(folder / "l.xlsx") as archive:
        first, second = (archive.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert "<f>SUBTOTAL(9,H2:H3)</f><v>3200.0</v>" in first and "<autoFilter" in first and "<pane " in first
    assert "SUMIFS(" in second and "COUNTIFS(" in second and "<f>SUM(C5:C6)</f><v>2</v>" in second


def test_in_chinese(folder: Path, tmp_path: Path) -> None:
    run(
        "eval", folder / "grant.policy", "--facts", folder / "people.json", "--out", tmp_path / "l.xlsx", "--lang", "zh"
    )
    book = CalamineWorkbook.from_path(str(tmp_path / "l.xlsx"))
    assert book.sheet_names == ["发放明细", "条款汇总", "待定", "不予"]
    rows = book.get_sheet_by_name("发放明细").to_python()
    assert rows[0][:4] == ["条款", "名称", "依据", "对象"] and rows[1][3] == "人员" and rows[1][9] == "镇资金"


def test_every_format_reads_back_as_it_was_written(folder: Path) -> None:
    read = {form: list(read_rows(folder / f"l.{form}", form)) for form in FORMATS}
    assert read["parquet"] == read["json"] == read["duckdb"] and len(read["xlsx"]) == 2
    assert [row[7] for row in read["xlsx"]] == [row[7] for row in read["csv"]] == ["200.00", "3000.00"]


def test_a_sentence_in_the_language_of_the_policy(tmp_path: Path) -> None:
    policy = put(tmp_path / "z.policy", GRANT)
    assert run("fmt", policy, "--to", "zh").status == 0
    run(
        "eval", policy, "--facts", put(tmp_path / "p.json", json.dumps({"person": PEOPLE})), "--out", tmp_path / "l.csv"
    )
    reasons = [row[-1] for row in read_rows(tmp_path / "l.csv", "csv")]
    assert reasons[1].startswith("符合“来源地 属于") and reasons[1].endswith("一次性发放 3000元（依据二（一））")


def test_a_sentence_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    people = put(tmp_path / "p.json", json.dumps({"person": PEOPLE}))
    policy, ledger = put(tmp_path / "z.policy", GRANT), tmp_path / "l.csv"
    for written in ("en", "zh"):
        assert run("fmt", policy, "--to", written).status == 0
        for lang, begin, end in (
            ("en", "origin in (hill, river), and employed ≥ 3 months", ": 3000 yuan once (item 二（一）)"),
            ("zh", "符合“来源地 属于（山县，河县）”，且“就业 满 3个月", "一次性发放 3000元（依据二（一））"),
        ):
            assert run("eval", policy, "--facts", people, "--out", ledger, "--lang", lang).status == 0
            reason = [row[-1] for row in read_rows(ledger, "csv")][1]
            assert reason.startswith(begin) and reason.endswith(end), reason
            assert run("verify", ledger, "--again", policy, "--facts", people).status == 0


class TestWhole:
    def rows(self, folder: Path) -> tuple[bytes, bytes]:
        return (folder / "l.csv").read_bytes(), (folder / "l.csv.manifest.json").read_bytes()

    @pytest.mark.parametrize("name", ["_write", "write_manifest"])
    def test_a_full_disk_leaves_the_old_files(self, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        before = self.rows(folder)

        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(write, name, full)
        arguments = ("--facts", folder / "people.json", "--until", "2025-02", "--out", folder / "l.csv")
        done = run("eval", folder / "grant.policy", *arguments)
        assert done.status == 2 and "No space left" in done.err and self.rows(folder) == before
        assert not list(folder.glob(".*"))

    def test_a_folder_that_cannot_be_written(self, folder: Path) -> None:
        done = run(
            "eval", folder / "grant.policy", "--facts", folder / "people.json", "--out", folder / "l.csv" / "x.csv"
        )
        assert done.status == 2 and "cannot be written" in done.err

    def test_without_duckdb_it_says_what_to_install(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(write, "is_there", lambda: False)
        done = run("eval", folder / "grant.policy", "--facts", folder / "people.json", "--out", folder / "x.duckdb")
        assert done.status == 2 and 'pip install "huice[duckdb]"' in done.err and not (folder / "x.duckdb").exists()
