"""`huice facts template` and `huice facts check`, through the commands, in both languages."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from huice.policies import standard_names
from tests.huice.helpers import GRANT, run, write

HEADINGS = {
    "zh": ["编号", "身份证号", "来源地", "录用日期", "课程数"],
    "en": ["id", "identity", "origin", "hired on", "courses"],
}


@pytest.fixture
def grant(tmp_path: Path) -> Path:
    return write(tmp_path / "grant.policy", GRANT)


def rows(workbook: Path, sheet: str) -> list[list[Any]]:
    read: list[list[Any]] = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_name(sheet).to_python()
    return read


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_template_holds_what_the_policy_reads(grant: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "t.xlsx"
    done = run("facts", "template", grant, "--out", out, "--lang", lang, "--json")
    assert done.status == 0
    names = [sheet["sheet"] for sheet in done.data["sheets"]]
    assert names == (
        ["人员", "人员.就业", "人员.社保"] if lang == "zh" else ["person", "person.employed", "person.social insurance"]
    )
    assert rows(out, names[0])[0] == HEADINGS[lang], "wage is read by no clause"
    assert rows(out, names[1])[0] == (["编号", "自", "至"] if lang == "zh" else ["id", "from", "to"])
    by = {column["title"]: column["read_by"] for column in done.data["sheets"][0]["columns"]}
    assert by[HEADINGS[lang][4]] == ["培训补贴（二（二））" if lang == "zh" else "course grant (二（二）)"]
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    person = next(text for name, text in parts.items() if name == "xl/worksheets/sheet2.xml")
    assert "dataValidation" in person and 'state="frozen"' in person
    assert any(name.startswith("xl/comments") for name in parts)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_template_as_it_is_gives_nobody_and_says_so(grant: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "t.xlsx"
    assert run("facts", "template", grant, "--out", out, "--lang", lang).status == 0
    done = run("eval", grant, "--facts", out, "--json", "--lang", lang)
    assert done.status == 0 and done.data["payments"] == [] and done.data["undetermined"] == []
    assert {fault["severity"] for fault in done.data["faults"]} == {"info"}
    check = run("facts", "check", grant, out, "--lang", lang)
    assert check.status == 0
    assert ("没有任何数据行" if lang == "zh" else "holds no rows") in check.out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_template_filled_in_is_a_roster(grant: Path, tmp_path: Path, lang: str) -> None:
    """Each sheet's columns, with the example's cells for a person of another id: the example itself can be paid."""
    import xlsxwriter

    out = tmp_path / "t.xlsx"
    assert run("facts", "template", grant, "--out", out, "--lang", lang).status == 0
    filled = tmp_path / "filled.xlsx"
    with xlsxwriter.Workbook(str(filled)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in CalamineWorkbook.from_path(str(out)).sheet_names[1:-1]:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows(out, name)):
                for column, cell in enumerate(row):
                    cell = "p1" if number == 1 and column == 0 else cell
                    if hasattr(cell, "year"):
                        sheet.write_datetime(number, column, cell, day)
                    else:
                        sheet.write(number, column, cell)
    done = run("eval", grant, "--facts", filled, "--json", "--lang", "en")
    assert done.status == 0 and done.data["faults"] == []
    assert [(p["id"], p["amount"]) for p in done.data["payments"]] == [("p1", "200.00"), ("p1", "3000.00")]


@pytest.mark.parametrize("name", standard_names())
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_standard_policy_has_a_template_that_reads_back(tmp_path: Path, name: str, lang: str) -> None:
    out = tmp_path / "t.xlsx"
    assert run("facts", "template", f"std:{name}", "--out", out, "--lang", lang).status == 0
    check = run("facts", "check", f"std:{name}", out, "--json")
    assert check.status == 0, check.out
    assert all(fault["severity"] == "info" for fault in check.data["faults"])
    assert sum(entity["rows"] for entity in check.data["entities"]) == 0


def test_no_template_under_another_name_or_in_no_place(grant: Path, tmp_path: Path) -> None:
    assert run("facts", "template", grant, "--out", tmp_path / "t.csv").status == 2
    (tmp_path / "file").write_text("")
    assert run("facts", "template", grant, "--out", tmp_path / "file" / "t.xlsx").status == 3


def test_check_counts_and_names_what_is_missing(grant: Path, tmp_path: Path) -> None:
    roster = write(
        tmp_path / "person.csv",
        "id,origin,hired_on,courses,employed from,employed to,social insurance from,social insurance to,notes\n"
        "an,hill,2025-02-03,12,2025-01,,2025-01,,\n"
        "bo,,2025-02-03,12,2025-01,,2025-01,,\n"
        "cy,river,2025-02-30,12,2025-01,,,,\n",
    )
    done = run("facts", "check", grant, roster, "--json", "--lang", "en")
    assert done.status == 3
    data = done.data
    assert data["entities"] == [{"entity": "person", "rows": 3}]
    (error,) = [fault for fault in data["faults"] if fault["severity"] == "error"]
    assert (error["row"], error["column"], error["value"]) == (4, "hired_on", "2025-02-30")
    unknown = {u["attribute"]: (u["unknown"], u["rows"], u["clauses"]) for u in data["unknown"]}
    assert unknown == {
        "origin": (1, 3, ["stable_job"]),
        "social_insurance": (1, 3, ["stable_job"]),
        "hired_on": (1, 3, ["course_grant"]),
    }
    waiting = {w["clause"]: (w["count"], w["missing"]) for w in data["undetermined"]}
    assert waiting == {
        "stable_job": (2, {"origin": 1, "social_insurance": 1}),
        "course_grant": (1, {"hired_on": 1}),
    }
    text = run("facts", "check", grant, roster, "--lang", "zh")
    assert text.status == 3 and "共 1 处错误" in text.out and "没有 2025-02-30 这一天" in text.out


def test_links_that_lead_nowhere_are_counted(tmp_path: Path) -> None:
    place = tmp_path / "roster"
    place.mkdir()
    write(place / "person.csv", "id,employer\np1,e1\np2,e9\np3,e9\n")
    write(place / "enterprise.csv", "id,name\ne1,works\n")
    data = run("facts", "check", "std:shaoxing_2021_51", place, "--json").data
    assert data["not_found"] == [{"entity": "person", "attribute": "employer", "rows": 2, "examples": ["e9"]}]
    assert "e9" in run("facts", "check", "std:shaoxing_2021_51", place, "--lang", "en").out
