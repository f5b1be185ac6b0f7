"""Workbooks: what spreadsheet programs make of a roster, and files made to harm."""

import json
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from huice.facts.cells import check_digit
from tests.huice.helpers import GRANT, run, write

HEADER = ["编号", "来源地", "录用日期", "课程数", "就业自", "就业至", "社保自", "社保至"]
AN = ["an", "山县", date(2025, 2, 3), 12, "2025-01", "至今", date(2025, 1, 1), None]
GOOD: list[Any] = [HEADER, AN]
AN_GETS = ["course_grant 200.00", "stable_job 3000.00"]
FIRST17 = "99999919800101123"


@pytest.fixture
def grant(tmp_path: Path) -> Path:
    return write(tmp_path / "grant.policy", GRANT)


def workbook(place: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], **options: Any) -> Path:
    with xlsxwriter.Workbook(str(place), {"strings_to_formulas": False, **options}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        sheet.write(number, column, cell)
    return place


def evaluated(grant: Path, roster: Path) -> tuple[int, Any, list[Any]]:
    done = run("eval", grant, "--facts", roster, "--json", "--lang", "en")
    return done.status, done.data, [fault for fault in done.data["faults"] if fault["severity"] == "error"]


def paid(data: Any, key: str) -> list[str]:
    return [f"{p['clause']} {p['amount']}" for p in data["payments"] if p["id"] == key]


def test_chinese_headings_dates_numbers_and_open_ends(grant: Path, tmp_path: Path) -> None:
    status, data, faults = evaluated(grant, workbook(tmp_path / "名册.xlsx", {"人员": GOOD}))
    assert status == 0 and not faults and paid(data, "an") == AN_GETS


def test_a_sheet_of_spells_is_complete(grant: Path, tmp_path: Path) -> None:
    people: list[Any] = [HEADER[:4], AN[:4], ["bo", "河县", date(2025, 1, 1), 0]]
    spells: list[Any] = [["编号", "自", "至"], ["an", date(2025, 1, 1), "至今"], ["cy", "2025-01", None]]
    insured: list[Any] = [["id", "from", "to"], ["an", "2025-01", None], ["bo", "2025-01", None]]
    roster = workbook(tmp_path / "r.xlsx", {"person": people, "人员.就业": spells, "social insurance": insured})
    status, data, faults = evaluated(grant, roster)
    assert status == 3, "cy stands nowhere else"
    assert [(f["sheet"], f["row"], f["column"]) for f in faults] == [("人员.就业", 3, "id")]
    assert paid(data, "an") == AN_GETS
    assert not [u for u in data["undetermined"] if u.get("id") == "bo"], "no row in a sheet of spells: never"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_hidden_sheet_is_read_and_said(grant: Path, tmp_path: Path, lang: str) -> None:
    place = tmp_path / "名册.xlsx"
    with xlsxwriter.Workbook(str(place)) as book:
        book.add_worksheet("封面").write(0, 0, "名册")
        sheet, lists = book.add_worksheet("人员"), book.add_worksheet("选项")
        for number, row in enumerate([HEADER, ["an", "山县", "2025-02-03", 12, "2025-01", "至今", "2025-01", None]]):
            sheet.write_row(number, 0, row)
        lists.write(0, 0, "山县")
        sheet.hide()
        lists.very_hidden()
    done = run("eval", grant, "--facts", place, "--json", "--lang", lang)
    assert done.status == 0 and paid(done.data, "an") == AN_GETS
    (said,) = (fault for fault in done.data["faults"] if fault["severity"] == "warning")
    assert said["sheet"] == "人员"
    assert ("已隐藏" if lang == "zh" else "is hidden") in said["message"]
    for command in ("eval", "facts check"):
        arguments = (grant, "--facts", place) if command == "eval" else (grant, place)
        done = run(*command.split(), *arguments, "--lang", lang)
        assert ("警告：" if lang == "zh" else "warning: ") in done.out + done.err


def test_a_fault_names_sheet_row_and_column(grant: Path, tmp_path: Path) -> None:
    rows: list[Any] = [HEADER, AN, [], ["bo", "山", "2024-02-30", 12, "2025-01", None, "2025-01", None]]
    status, data, faults = evaluated(grant, workbook(tmp_path / "r.xlsx", {"人员": rows}))
    assert status == 3 and paid(data, "an") == AN_GETS
    assert [(f["sheet"], f["row"], f["column"]) for f in faults] == [("人员", 4, "来源地"), ("人员", 4, "录用日期")]
    line = run("eval", grant, "--facts", tmp_path / "r.xlsx", "--lang", "zh").err
    assert "r.xlsx 工作表“人员” 第 4 行 “来源地”列" in line


def test_months_that_a_spreadsheet_made_days_are_pointed_out(grant: Path, tmp_path: Path) -> None:
    rows: list[Any] = [["编号", "就业自", "就业至"], ["an", date(2025, 1, 1), date(2025, 5, 1)]]
    _, data, faults = evaluated(grant, workbook(tmp_path / "r.xlsx", {"人员": rows}))
    assert not faults and any("first day of a month" in f["message"] for f in data["faults"])
    rows[1][2] = date(2025, 5, 31)
    _, data, faults = evaluated(grant, workbook(tmp_path / "r.xlsx", {"人员": rows}))
    assert not any("first day of a month" in f["message"] for f in data["faults"])


def test_an_identity_number_as_a_number_is_a_fault_and_is_not_shown(grant: Path, tmp_path: Path) -> None:
    number = FIRST17 + check_digit(FIRST17)
    rows: list[Any] = [["身份证号", *HEADER], [int(FIRST17 + "0"), *AN], [number, "bo", "其他"]]
    status, data, faults = evaluated(grant, workbook(tmp_path / "r.xlsx", {"人员": rows}))
    assert status == 3 and paid(data, "an") == AN_GETS
    (fault,) = faults
    assert (fault["row"], fault["column"]) == (2, "身份证号") and "stored as a number" in fault["message"]
    shown = json.dumps(data) + run("eval", grant, "--facts", tmp_path / "r.xlsx").err
    assert FIRST17 not in shown and number not in shown


def test_days_counted_from_1904(grant: Path, tmp_path: Path) -> None:
    """Cells formatted as dates are right; bare day numbers would be four years off, and are refused."""
    bare = ["bo", "山县", 44317, 12, "2025-01", None, "2025-01", None]
    roster = workbook(tmp_path / "mac.xlsx", {"人员": [HEADER, AN, bare]}, date_1904=True)
    status, data, faults = evaluated(grant, roster)
    assert status == 3 and paid(data, "an") == AN_GETS
    assert [(f["row"], f["column"]) for f in faults] == [(3, "录用日期")] and "1904" in faults[0]["message"]
    status, data, faults = evaluated(grant, workbook(tmp_path / "pc.xlsx", {"人员": [HEADER, AN, bare]}))
    assert status == 0 and not faults


def sheet_of(place: Path) -> tuple[dict[str, bytes], str]:
    """The parts of a good workbook, and the name of its first sheet."""
    workbook(place, {"人员": GOOD})
    with zipfile.ZipFile(place) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, "xl/worksheets/sheet1.xml"


def pack(place: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return place


def refused(grant: Path, roster: Path, says: str) -> None:
    """In a process with little memory: a message, status 3, no abort."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

    command = [sys.executable, "-m", "huice", "eval", str(grant), "--facts", str(roster), "--json", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, preexec_fn=limit, check=False)
    assert done.returncode == 3, done.stderr
    (fault,) = json.loads(done.stdout)["faults"]
    assert says in fault["message"] and "Traceback" not in done.stderr


def test_a_cell_in_the_last_corner(grant: Path, tmp_path: Path) -> None:
    parts, name = sheet_of(tmp_path / "good.xlsx")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", far)
    roster = pack(tmp_path / "corner.xlsx", parts)
    assert roster.stat().st_size < 10_000
    refused(grant, roster, "reach to row 1048576, column 16384")


def test_a_corner_hidden_from_the_look_through_ends_only_the_reader(grant: Path, tmp_path: Path) -> None:
    """The place written with character references is not found beforehand; the reader's own process runs out."""
    parts, name = sheet_of(tmp_path / "good.xlsx")
    far = b'<row><c r="&#88;FD1048576"><v>1</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", far)
    refused(grant, pack(tmp_path / "hidden.xlsx", parts), "cannot be read")


def test_an_archive_that_lies_about_its_sizes(grant: Path, tmp_path: Path) -> None:
    parts, name = sheet_of(tmp_path / "good.xlsx")
    parts[name] = parts[name].replace(b"</sheetData>", b" " * 3_000_000 + b"</sheetData>")
    roster = pack(tmp_path / "lies.xlsx", parts)
    data = bytearray(roster.read_bytes())
    at = data.rfind(name.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    roster.write_bytes(bytes(data))
    refused(grant, roster, "not as large as it says")


def bomb(place: Path, name: str, times: int, piece: bytes) -> Path:
    """A workbook one part of which goes on with `times` times `piece`."""
    parts, _ = sheet_of(place.with_suffix(".good.xlsx"))
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, content in parts.items():
            if part != name:
                archive.writestr(part, content)
        with archive.open(name, "w", force_zip64=True) as sheet:
            sheet.write(parts[name].split(b"</sheetData>")[0].split(b"</sst>")[0])
            for _ in range(times):
                sheet.write(piece)
    return place


def test_many_rows_behind_a_few_bytes(grant: Path, tmp_path: Path) -> None:
    """A fifth of a gigabyte; tests/benchmarks/bench_rosters.py has all of it, with time and memory."""
    rows = b"<row><c><v>1</v></c></row>" * ((1 << 22) // 26)
    roster = bomb(tmp_path / "rows.xlsx", "xl/worksheets/sheet1.xml", 48, rows)
    assert roster.stat().st_size < 2_000_000
    refused(grant, roster, "inflates to more than 60 times its size")


def test_many_texts_behind_a_few_bytes(grant: Path, tmp_path: Path) -> None:
    texts = b"<si><t>aaaaaaaaaaaaaaaa</t></si>" * (1 << 17)
    refused(grant, bomb(tmp_path / "texts.xlsx", "xl/sharedStrings.xml", 16, texts), "60 times")


def test_a_workbook_beyond_the_largest_size(grant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huice.facts.archive.MOST_INFLATED", 2000)
    place = workbook(tmp_path / "r.xlsx", {"人员": GOOD})
    done = run("eval", grant, "--facts", place, "--json", "--lang", "en")
    assert done.status == 3 and "inflates to more than" in done.data["faults"][0]["message"]


def test_rows_that_each_reach_to_the_last_column(grant: Path, tmp_path: Path) -> None:
    """Few cells that span many places: what a reader lays out takes a gigabyte."""
    parts, name = sheet_of(tmp_path / "good.xlsx")
    wide = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (row, row) for row in range(3, 2400))
    parts[name] = parts[name].replace(b"</sheetData>", wide + b"</sheetData>")
    refused(grant, pack(tmp_path / "wide.xlsx", parts), "reach to row 2399, column 16384")


@pytest.mark.parametrize("cut", [100, 1000, 3000])
def test_half_a_workbook(grant: Path, tmp_path: Path, cut: int) -> None:
    whole = workbook(tmp_path / "r.xlsx", {"人员": GOOD}).read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[:cut])
    done = run("eval", grant, "--facts", tmp_path / "half.xlsx", "--json")
    assert done.status == 3 and done.data["faults"][0]["file"].endswith("half.xlsx")


def test_flipped_bytes_never_raise(grant: Path, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "r.xlsx", {"人员": GOOD}).read_bytes()
    for number in range(12):
        at = zlib.crc32(str(number).encode()) % len(whole)
        broken = bytearray(whole)
        broken[at] ^= 1 << (number % 8)
        (tmp_path / "flipped.xlsx").write_bytes(bytes(broken))
        assert run("eval", grant, "--facts", tmp_path / "flipped.xlsx", "--json").status in (0, 3)
