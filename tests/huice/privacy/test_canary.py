"""Canaries: valid identity numbers in every field of every kind of input, faulty rows included, and every command run
over them. No full number may stand in any output, message, report, or file of details.

The numbers belong to nobody: their region codes (99…) are not given to any place.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from huice import cli
from huice.cli import COMMANDS
from huice.facts.cells import check_digit
from tests.huice.helpers import GRANT, PEOPLE, TOWN, run, write


def number_of(i: int) -> str:
    first = f"999999{1950 + i % 50}0{1 + i % 9}1{i % 10}{i % 1000:03d}"
    return first + check_digit(first)


NUMBERS = [number_of(i) for i in range(60)]
OLD = NUMBERS[3][:6] + NUMBERS[3][8:17]  # of 15 digits
WRONG = NUMBERS[4][:17] + ("0" if NUMBERS[4][17] != "0" else "1")  # with another check digit
CANARIES = [*NUMBERS, OLD, WRONG]


class Canary:
    """Gives out numbers, one after the other."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return NUMBERS[self.given % len(NUMBERS)]


def faulty_people() -> list[dict[str, Any]]:
    """Persons whose ids are identity numbers, and numbers wherever else something can be written."""
    c = Canary()
    rows: list[dict[str, Any]] = [PEOPLE[0] | {"id": c(), "identity": NUMBERS[1]}, PEOPLE[1] | {"id": c()}]
    fields = ("identity", "origin", "hired_on", "courses", "employed", "social_insurance", "wage", "no_such", c())
    for field in fields:
        rows.append(PEOPLE[0] | {"id": f"r{len(rows)}", field: c()})
        rows.append(PEOPLE[0] | {"id": c(), field: [[c(), c(), c()]]})
        rows.append(PEOPLE[0] | {"id": f"x{c()}y", field: int(c()[:17] + "1")})
    rows += [{"id": OLD, "identity": WRONG}, {"id": WRONG, "identity": OLD}, {"identity": c()}]
    rows += [PEOPLE[0] | {"id": NUMBERS[1]}, PEOPLE[2] | {"id": NUMBERS[1]}]
    rows.append({**PEOPLE[2], "id": c()})  # undetermined
    return rows


def faulty_payments() -> list[list[str]]:
    c = Canary()
    good = ["stable_job", "person", NUMBERS[1], "2025-03", "2025-04-10", "3000.00", NUMBERS[1]]
    rows = [good, [*good[:6], c()], [*good[:6], f"person/{c()}"], good]
    for column in range(7):
        row = list(good)
        row[column] = c()
        rows.append(row)
    return [*rows, ["course_grant", "person", OLD, "", "", "1", WRONG]]


HEADING = ["clause", "entity", "id", "month", "paid_on", "amount", "payee"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that can be read, full of canaries."""
    folder = tmp_path_factory.mktemp("canary")
    people = faulty_people()
    write(
        folder / "grant.policy",
        GRANT.replace("person p1", f'person "{NUMBERS[5]}"').replace("pays p1", f'pays "{NUMBERS[5]}"'),
    )
    write(
        folder / "broken.policy",
        GRANT.replace("courses ≥ 10", f"coursez ≥ {NUMBERS[6]}") + f'\nclause x "{NUMBERS[7]}"\n',
    )
    write(folder / "town.policy", TOWN)
    write(folder / f"{NUMBERS[8]}.policy", "policy ?")
    write(folder / "people.json", json.dumps({"person": people, NUMBERS[9]: [{"id": NUMBERS[10]}]}))
    write(folder / "broken.json", f'{{"person": [{{"id": "{NUMBERS[11]}", }}]}}')
    names = list(dict.fromkeys(name for row in people for name in row))
    cells = [[json.dumps(row[name]).strip('"') if name in row else "" for name in names] for row in people]
    csvs = folder / "csv"
    csvs.mkdir()
    lines = [",".join('"' + cell.replace('"', "'") + '"' for cell in row) for row in [names, *cells]]
    write(csvs / "person.csv", "\n".join([*lines, f"{NUMBERS[12]},{NUMBERS[13]}" + f",{NUMBERS[14]}" * 20]))
    write(csvs / f"{NUMBERS[15]}.csv", f"{NUMBERS[16]}\n{NUMBERS[17]}\n")
    write(
        csvs / "person.employed.csv",
        f"id,from,to,{NUMBERS[18]}\n{NUMBERS[19]},2025-01,\nr1,{NUMBERS[20]},{NUMBERS[21]}\n",
    )
    with xlsxwriter.Workbook(str(folder / "people.xlsx")) as book:
        sheet = book.add_worksheet("person")
        for r, row in enumerate([names, *cells]):
            for column, cell in enumerate(row):
                sheet.write_string(r, column, cell)
        sheet.write_number(len(cells) + 2, 0, float(NUMBERS[22][:17] + "0"))
        book.add_worksheet(NUMBERS[23]).write_string(0, 0, NUMBERS[24])
    rows = faulty_payments()
    write(folder / "paid.csv", "\n".join(",".join(row) for row in [HEADING, *rows]))
    write(folder / "paid.json", json.dumps([dict(zip(HEADING, row, strict=True)) for row in rows]))
    table = pa.table({name: [row[i] for row in rows] for i, name in enumerate(HEADING)})
    pq.write_table(table, folder / "paid.parquet")
    with duckdb.connect(str(folder / "paid.duckdb")) as database:
        database.register("given", table)
        database.execute("create table payments as select * from given")
    write(folder / "key", NUMBERS[25])
    write(folder / "notice.txt", f"一、内容\n（一）{NUMBERS[26]}\n")
    return folder


def calls(folder: Path) -> Iterator[list[object]]:
    """Every command, with everything that it can be given."""
    policy, broken, town = folder / "grant.policy", folder / "broken.policy", folder / "town.policy"
    for file in (policy, broken, folder / f"{NUMBERS[8]}.policy", folder / f"no{NUMBERS[27]}"):
        yield ["check", file]
        yield ["test", file]
        yield ["coverage", file, "--document", folder / "notice.txt"]
        yield ["eval", file, "--facts", folder / "people.json"]
    yield ["fmt", broken, "--check"]
    yield ["weave", policy, "--out", folder / "out" / "page.html", "--document", folder / "notice.txt"]
    yield ["rule", NUMBERS[28]]
    yield ["policies"]
    yield ["compile", policy, "--to", "python"]
    yield ["simulate", town, "--draws", "8", "--out", folder / "out" / "projection", "--scenario", NUMBERS[29]]
    yield ["simulate", town, "--draws", "8", "--out", folder / "out" / "projection"]
    yield ["compare", town, town, "--draws", "8", "--by", NUMBERS[30]]
    yield ["eval", policy, "--facts", folder / f"no{NUMBERS[31]}"]
    yield ["eval", policy, "--facts", folder / "broken.json"]
    for facts in ("people.json", "csv", "people.xlsx"):
        for form in ("csv", "xlsx", "parquet", "json", "duckdb") if facts == "people.json" else ("csv",):
            yield ["eval", policy, "--facts", folder / facts, "--out", folder / "out" / f"{facts}.{form}"]
            yield ["verify", folder / "out" / f"{facts}.{form}", "--again", policy, "--facts", folder / facts]
        for payments in ("paid.csv", "paid.json", "paid.parquet", "paid.duckdb") if facts == "csv" else ("paid.csv",):
            out = folder / "out" / f"{facts}-{payments}.xlsx"
            yield [
                "audit",
                policy,
                "--facts",
                folder / facts,
                "--payments",
                folder / payments,
                "--out",
                out,
                "--by",
                "origin",
            ]
        for who in (NUMBERS[1], NUMBERS[2], "r3", NUMBERS[32]):
            place = folder / "out" / f"{facts}-{'an' if who == NUMBERS[1] else 'x'}.html"
            yield ["explain", policy, "--facts", folder / facts, "--entity", f"person/{who}", "--letter", place]
    people = folder / "people.json"
    yield ["eval", policy, "--facts", people, "--pseudonyms", folder / "key", "--out", folder / "out" / "pseudo.json"]
    yield ["eval", policy, "--facts", people, "--set", f"bonus={NUMBERS[33]}", "--until", "2025-12"]
    yield ["eval", policy, "--facts", people, "--set", NUMBERS[34], "--until", "2025-12"]
    yield ["eval", policy, "--facts", people, "--until", NUMBERS[35]]
    yield ["eval", policy, "--facts", people, "--out", folder / "paid.csv" / f"{NUMBERS[36]}.csv"]
    yield ["eval", policy, "--facts", people, "--pseudonyms", NUMBERS[37]]
    yield ["explain", policy, "--facts", people, "--entity", NUMBERS[38]]
    yield ["explain", policy, "--facts", people, "--entity", f"person/{NUMBERS[1]}", "--clause", NUMBERS[39]]
    yield ["audit", policy, "--facts", people, "--payments", folder / NUMBERS[40]]
    yield ["audit", policy, "--facts", people, "--payments", folder / "paid.csv", "--by", NUMBERS[41]]
    yield ["verify", folder / NUMBERS[42]]
    if "facts" in COMMANDS:
        for facts in ("people.json", "csv", "people.xlsx"):
            yield ["facts", "check", policy, folder / facts]


def leaks(text: str) -> list[str]:
    return [number for number in CANARIES if number in text]


def test_no_output_of_any_command_holds_a_full_number(folder: Path) -> None:
    ran = set()
    for number, arguments in enumerate(calls(folder)):
        ran.add(arguments[0])
        for options in (("--json",), ("--lang", "en" if number % 2 else "zh")):
            done = run(*arguments, *options)
            assert done.status in (0, 1, 2, 3), (arguments, done.err)
            assert not leaks(done.out + done.err), (arguments, options, done.out[-600:], done.err[-600:])
    assert ran >= {
        name for name in COMMANDS if name in ("check", "test", "eval", "explain", "audit", "verify", "simulate")
    }


def contents(place: Path) -> str:
    """A file's name and everything in it that is text."""
    text = str(place.name)
    if place.suffix == ".parquet":
        return text + str(pq.read_table(place).to_pylist())
    if place.suffix == ".duckdb":
        with duckdb.connect(str(place), read_only=True) as database:
            tables = [name for (name,) in database.execute("show tables").fetchall()]
            return text + "".join(str(database.execute(f"select * from {name}").fetchall()) for name in tables)
    try:
        with ZipFile(place) as archive:
            return text + "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    except BadZipFile:
        return text + place.read_bytes().decode("utf-8", "replace")


def test_nor_does_any_file_that_was_written(folder: Path) -> None:
    written = [place for place in (folder / "out").rglob("*") if place.is_file()]
    assert len(written) > 20
    for place in written:
        assert not leaks(contents(place)), place.name


def test_asked_for_it_is_shown(folder: Path) -> None:
    facts = ("--facts", folder / "people.json", "--unmasked")
    done = run("eval", folder / "grant.policy", *facts, "--json", "--out", folder / "out" / "full.csv")
    assert leaks(done.out) and leaks((folder / "out" / "full.csv").read_text("utf-8"))
    (folder / "out" / "full.csv").unlink()
    assert NUMBERS[2] in run("explain", folder / "grant.policy", *facts, "--entity", f"person/{NUMBERS[2]}").out


def test_nor_the_details_of_a_defect(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """A defect of Huice that has a number in its message, and rows in its frames."""

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"no such row: {NUMBERS[1]}, {OLD}")

    monkeypatch.setattr(cli.huice, "main", fail)
    monkeypatch.setenv("TMPDIR", str(folder / "out"))
    monkeypatch.setattr("tempfile.tempdir", str(folder / "out"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70
    said = capsys.readouterr()
    details = "".join(place.read_text("utf-8") for place in (folder / "out").glob("huice-defect-*"))
    assert "no such row" in details and "Traceback" in details
    assert not leaks(details + said.out + said.err)


def test_wrong_options_in_a_process_of_its_own(folder: Path) -> None:
    """What the parser of options has to say does not go through the commands."""
    for arguments in (
        ["eval", NUMBERS[1], "--facts"], [NUMBERS[1]], ["audit", f"--{NUMBERS[1]}"],
        ["simulate", "x", "--draws", NUMBERS[1]], ["check", NUMBERS[1], "--lang", NUMBERS[2]],
    ):  # fmt: skip
        command = [sys.executable, "-m", "huice", *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C.UTF-8"}, check=False
        )
        assert done.returncode == 2 and not leaks(done.stdout + done.stderr), done.stderr
