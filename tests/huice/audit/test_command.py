"""`huice audit` from end to end: files in every form, statuses, JSON, the workbook, both languages."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from huice.facts.cells import check_digit
from tests.huice.helpers import GRANT, PEOPLE, run, write

FIRST = "99999919800101001"
NUMBER = FIRST + check_digit(FIRST)
HEADING = ["clause", "entity", "id", "month", "paid_on", "amount", "payee"]
DUE = [
    ["stable_job", "person", "an", "2025-03", "2025-04-10", "3000.00", "person/an"],
    ["course_grant", "person", "an", "2025-02", "2025-02-20", "200.00", "person/an"],
]
PAID = [
    ["stable_job", "person", "an", "2025-03", "2025-04-10", "3000.00", "person/an"],
    ["stable_job", "person", "an", "2025-03", "2025-04-11", "3000.00", "person/an"],
    ["稳定就业补贴", "人员", "bo", "2025-08", "2025-08-10", "3,000元", "person/bo"],
    ["stable_job", "person", "di", "", "", "3000", ""],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "grant.policy", GRANT)
    people = [PEOPLE[0] | {"identity": NUMBER}, *PEOPLE[1:]]
    write(tmp_path / "people.json", json.dumps({"person": people}))
    return tmp_path


def put(place: Path, rows: list[list[str]], heading: list[str] | None = None) -> Path:
    lines = [",".join(f'"{cell}"' for cell in row) for row in [heading or HEADING, *rows]]
    return write(place, "\n".join(lines))


def audit(folder: Path, payments: Path, *options: object) -> Any:
    return run("audit", folder / "grant.policy", "--facts", folder / "people.json", "--payments", payments, *options)


def test_json(folder: Path) -> None:
    done = audit(folder, put(folder / "p.csv", PAID), "--json")
    assert done.status == 1
    names = ("kind", "clause", "entity", "id", "month", "due", "paid", "difference")
    found = [tuple(f[name] for name in names) for f in done.data["findings"]]
    assert found == [
        ("twice", "stable_job", "person", "an", "2025-03", "3000.00", "6000.00", "3000.00"),
        ("not_due", "stable_job", "person", "bo", "2025-08", "0.00", "3000.00", "3000.00"),
        ("never_paid", "course_grant", "person", "an", "2025-02", "200.00", "0.00", "-200.00"),
    ]
    assert [p["row"] for p in done.data["findings"][0]["payments"]] == [2, 3]
    assert [(u["id"], u["paid"]) for u in done.data["undetermined"]] == [("di", "3000.00")]
    totals = done.data["totals"]
    assert totals["all"] == {"count": 4, "due": "3200.00", "paid": "12000.00", "difference": "8800.00"}
    assert sum(float(totals[kind]["paid"]) for kind in totals if kind != "all") == 12000
    assert done.data["clauses"]["course_grant"]["never_paid"]["count"] == 1
    assert done.data["people"]["person/bo"]["all"]["paid"] == "3000.00"


def test_all_as_due_is_status_0(folder: Path) -> None:
    done = audit(folder, put(folder / "p.csv", DUE), "--json")
    assert done.status == 0 and done.data["findings"] == [] and len(done.data["matched"]) == 2
    assert done.data["matched"][0]["how"] == "same clause, person and month"


def forms(folder: Path) -> list[Path]:
    """The same payments in every form."""
    records = [dict(zip(HEADING, row, strict=True)) for row in DUE]
    table = pa.Table.from_pylist(records)
    pq.write_table(table, folder / "p.parquet")
    with duckdb.connect(str(folder / "p.duckdb")) as database:
        database.register("given", table)
        database.execute("create table payments as select * replace (amount::decimal(18,2) as amount) from given")
    with xlsxwriter.Workbook(str(folder / "p.xlsx")) as book:
        book.add_worksheet("说明").write(0, 0, "由财务科导出")
        sheet = book.add_worksheet("支付")
        sheet.write(0, 0, "2025年补贴支付明细")
        sheet.write_row(2, 0, ["编号", "条款", "金额（元）", "所属月份", "支付日期", "收款人", "备注"])
        for number, (clause, _, key, month, day, amount, _) in enumerate(DUE, 3):
            sheet.write_row(number, 0, [key, clause, float(amount), month, day.replace("-", "/"), key])
        sheet.write_row(5, 0, ["合计", "", 3200])
    chinese = ["条款", "对象", "身份证号", "月份", "发放日期", "发放金额", "领取人"]
    by_number = [[row[0], "人员", NUMBER, *row[3:6], NUMBER] for row in DUE]
    place = put(folder / "gbk.csv", by_number, chinese)
    place.write_bytes(place.read_text("utf-8").encode("gb18030"))
    return [
        put(folder / "p.csv", DUE),
        write(folder / "p.json", json.dumps(records)),
        write(folder / "q.json", json.dumps({"payments": records})),
        folder / "p.parquet", folder / "p.duckdb", folder / "p.xlsx", place,
    ]  # fmt: skip


def test_files_in_every_form(folder: Path) -> None:
    for place in forms(folder):
        done = audit(folder, place, "--json")
        assert done.status == 0, (place.name, done.out)
        assert len(done.data["matched"]) == 2, place.name
        assert NUMBER not in done.out + done.err


def test_its_own_ledger_is_as_due(folder: Path) -> None:
    for form in ("csv", "xlsx", "parquet", "json", "duckdb"):
        place = folder / f"l.{form}"
        run("eval", folder / "grant.policy", "--facts", folder / "people.json", "--out", place, "--lang", "zh")
        done = audit(folder, place, "--json")
        assert done.status == 0 and len(done.data["matched"]) == 2, form


def test_rows_that_cannot_be_read(folder: Path) -> None:
    rows = [
        [*DUE[0][:4], "2025-13-45", *DUE[0][5:]],
        ["course_grant", "person", "an", "May", "2025-02-20", "200.00", "an"],
        ["course_grant", "person", "an", "2025-02", "", "two hundred", ""],
        ["course_grant", "person", "", "2025-02", "", "200", ""],
        ["course_grant", "county", "an", "2025-02", "", "200", ""],
        ["course_grant", "person", "an", "2025-02", "", "", ""],
        ["no_such", "person", "an", "2025-02", "", "1.00", ""],
        ["stable_job", "person", "zz", "2025-02", "", "2.00", ""],
        ["合计", "", "", "", "", "9999", ""],
    ]
    done = audit(folder, put(folder / "p.csv", rows), "--json")
    assert done.status == 3
    errors = [(f["row"], f["column"]) for f in done.data["faults"] if f["severity"] == "error"]
    assert errors == [(2, "paid_on"), (3, "month"), (4, "amount"), (5, "id"), (6, "entity"), (7, "amount")]
    assert [(f["kind"], f["how"], f["paid"]) for f in done.data["findings"]] == [
        ("not_due", "the roster has no such person or entity", "2.00"),
        ("not_due", "the policy has no such clause", "1.00"),
    ]
    assert len(done.data["matched"]) == 2  # a payment whose date or month cannot be read was made all the same


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("none.csv", None), ("p.csv", ""), ("p.csv", "a,b\n1,2\n"), ("p.json", "{"), ("p.json", '{"payments": 3}'),
        ("p.json", "[1]"), ("p.parquet", "PAR1"), ("p.duckdb", "x"), ("p.xlsx", "PK"), ("p.txt2", "x"),
    ],
)  # fmt: skip
def test_no_payments_at_all_is_status_3(folder: Path, name: str, text: str | None) -> None:
    if text is not None:
        write(folder / name, text)
    for language in ("en", "zh"):
        done = audit(folder, folder / name, "--lang", language)
        assert done.status == 3 and done.err.startswith("huice: ")
    assert audit(folder, folder / name, "--json").data["faults"]


@pytest.mark.parametrize(
    "option",
    [
        ("--tolerance", "-1"), ("--tolerance", "x"), ("--days", "-1"), ("--by", "nothing"), ("--out", "f.csv"),
        ("--until", "2025"), ("--set", "bonos=1"),
    ],
)  # fmt: skip
def test_wrong_usage(folder: Path, option: tuple[str, str]) -> None:
    assert audit(folder, put(folder / "p.csv", DUE), *option).status == 2


def test_tolerance_days_until_and_set(folder: Path) -> None:
    rows = [[*DUE[0][:4], "2025-05-15", "2999.50", "an"]]
    kinds = [f["kind"] for f in audit(folder, put(folder / "p.csv", rows), "--json").data["findings"]]
    assert kinds == ["too_little", "never_paid"]
    done = audit(folder, folder / "p.csv", "--json", "--tolerance", "0.5", "--days", "10", "--until", "2025-03")
    assert [f["kind"] for f in done.data["findings"]] == ["late", "never_paid"]
    done = audit(folder, folder / "p.csv", "--json", "--tolerance", "0.5", "--days", "60", "--until", "2025-01")
    assert done.status == 0 and done.data["totals"]["not_yet_due"]["count"] == 1
    done = audit(folder, put(folder / "q.csv", [DUE[0], [*DUE[1][:5], "300", "an"]]), "--json", "--set", "bonus=300")
    assert done.status == 0


def test_a_policy_without_end(folder: Path) -> None:
    write(folder / "grant.policy", GRANT.replace("2025-01-01 to 2025-12-31", "2025-01-01"))
    assert audit(folder, put(folder / "p.csv", DUE)).status == 2
    done = audit(folder, folder / "p.csv", "--until", "2025-02", "--json")
    assert done.status == 0 and len(done.data["matched"]) == 2


def test_on_the_terminal_and_in_a_workbook(folder: Path) -> None:
    payments = put(folder / "p.csv", PAID)
    done = audit(folder, payments, "--out", folder / "f.xlsx", "--by", "origin", "--lang", "zh")
    assert done.status == 1 and "重复发放" in done.out and "应发未发" in done.out and "山县" in done.out
    book = CalamineWorkbook.from_path(str(folder / "f.xlsx"))
    assert book.sheet_names == ["汇总", "问题清单", "支付明细"]
    findings = book.get_sheet_by_name("问题清单").to_python()
    assert [row[0] for row in findings[1:]] == ["重复发放", "不应发放", "应发未发"]
    assert findings[1][4:9] == ["山县", "2025-03", 3000.0, 6000.0, 3000.0]
    assert len(book.get_sheet_by_name("支付明细").to_python()) == 5
    summary = book.get_sheet_by_name("汇总").to_python()
    assert ["合计", 4.0, 12000.0] in [row[:3] for row in summary]
    assert ["合计", 4.0, 3200.0, 12000.0, 8800.0] in [row[:5] for row in summary]
    english = audit(folder, payments)
    assert "paid twice" in english.out and "never paid" in english.out and "matched by" in english.out


def test_what_is_to_come_is_said(folder: Path) -> None:
    rows = [[*DUE[1][:4], "2025-02-20", "200", "an"]]
    done = audit(folder, put(folder / "p.csv", rows))
    assert done.status == 1 and "--until 2025-02 leaves them out" in done.err
    assert audit(folder, folder / "p.csv", "--until", "2025-02").status == 0
