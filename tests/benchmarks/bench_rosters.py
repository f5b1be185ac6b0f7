"""Rosters measured: a million people read from CSV and Parquet, and evaluated from end to end; a workbook of 100,000
rows; workbooks made to harm.

    python -m tests.benchmarks.bench_rosters

Prints each figure with its limit, and ends with status 1 where one is not kept. Each reading runs in a process of its
own; times are of the processor, with that of the process that reads a workbook's sheets.
"""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from huice.facts.identities import check_digit
from tests.huice.helpers import GRANT, write

PEOPLE, ROWS = 1_000_000, 100_000
HEADER = ["id", "身份证号", "来源地", "录用日期", "课程数", "就业自", "就业至", "社保自", "社保至", "备注"]
READ = """
import resource, sys
from huice.facts.read import read_columns
from huice.programs import open_program
model = open_program(sys.argv[1]).model
columns, faults = read_columns(model, sys.argv[2])
own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime
print(columns.rows, sum(f.severity == "error" for f in faults), seconds, max(own.ru_maxrss, child.ru_maxrss) / 1024)
"""
# What the process itself had in use at most, on Linux: ru_maxrss begins with that of the process that started it.
EVALUATE = """
import os, resource, sys
from huice.cli import huice
try:
    huice(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
times = os.times()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
if os.path.exists("/proc/self/status"):
    peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
print(times.user + times.system, peak, file=sys.stderr)
"""
MONTHLY = """
clause monthly "每月补贴" cites "二（三）"
  for person where origin in (hill, river)
  employed and social insurance → 123.45 yuan per month
"""
REFUSED = """
import resource, sys
from huice.facts.faults import FactsError
from huice.facts.read import read_columns
from huice.programs import open_program
model = open_program(sys.argv[1]).model
try:
    read_columns(model, sys.argv[2])
    print(1, 0, 0, 0)
except FactsError:
    own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime
    print(0, 0, seconds, max(own.ru_maxrss, child.ru_maxrss) / 1024)
"""


def person(number: int, chance: random.Random) -> list[str]:
    """Each identity number once: the day and the last digits count the people."""
    day, rest = divmod(number, 1000)
    year, rest_of_year = divmod(day, 336)
    first17 = f"999999{1960 + year}{rest_of_year // 28 + 1:02d}{rest_of_year % 28 + 1:02d}{rest:03d}"
    start = chance.randrange(1, 7)
    return [
        f"p{number:07d}", first17 + check_digit(first17), chance.choice(["山县", "河县", "其他"]),
        f"2025-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}", str(chance.randrange(41)),
        f"2025-{start:02d}", f"2025-{chance.randrange(start, 13):02d}", f"2025年{start}月", "至今", "",
    ]  # fmt: skip


def rosters(folder: Path) -> dict[str, Path]:
    import pyarrow.csv
    import pyarrow.parquet
    import xlsxwriter

    chance = random.Random(1)
    (folder / "csv").mkdir()
    with (folder / "csv" / "person.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(person(number, chance) for number in range(PEOPLE))
    text = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(HEADER, "string"))
    frame = pyarrow.csv.read_csv(folder / "csv" / "person.csv", convert_options=text)
    pyarrow.parquet.write_table(frame, folder / "person.parquet")
    with xlsxwriter.Workbook(str(folder / "roster.xlsx"), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 0, HEADER)
        for number in range(ROWS):
            sheet.write_row(number + 1, 0, person(number, chance))
    return {"csv": folder / "csv", "parquet": folder / "person.parquet", "xlsx": folder / "roster.xlsx"}


def bombs(folder: Path) -> dict[str, Path]:
    from tests.huice.test_workbooks import bomb, pack, sheet_of

    rows = b"<row><c><v>1</v></c></row>" * ((1 << 22) // 26)
    parts, name = sheet_of(folder / "good.xlsx")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", far)
    return {
        "1 GiB of rows": bomb(folder / "rows.xlsx", name, 256, rows),
        "a cell at XFD1048576": pack(folder / "far.xlsx", parts),
    }


def measured(code: str, policy: Path, path: Path) -> tuple[int, int, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", code, str(policy), str(path)], capture_output=True, text=True, check=True
    )
    rows, errors, seconds, megabytes = done.stdout.split()
    return int(rows), int(errors), float(seconds), float(megabytes)


def evaluated(policy: Path, roster: Path, *options: object) -> tuple[float, float]:
    command = [sys.executable, "-c", EVALUATE, "eval", str(policy), "--facts", str(roster), *map(str, options)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    seconds, megabytes = done.stderr.splitlines()[-1].split()
    return float(seconds), float(megabytes)


def end_to_end(folder: Path, made: dict[str, Path]) -> bool:
    """4.8 million payments; the names of half of the files' people are identity numbers, which are masked."""
    import pyarrow.parquet as pq

    head, case, rest = GRANT.partition("case ")
    policy = write(folder / "monthly.policy", head + MONTHLY.lstrip() + "\n" + case + rest)
    table = pq.read_table(made["parquet"])
    named = folder / "named.parquet"
    pq.write_table(table.set_column(0, "id", table["身份证号"]), named)
    del table
    key = write(folder / "key", "0123456789abcdef")
    kept = True
    for what, roster, options in (
        ("eval, CSV, sums only", made["csv"], ()),
        ("eval, Parquet, sums only", made["parquet"], ()),
        ("eval --json, CSV", made["csv"], ("--json",)),
        ("eval --out .csv, CSV", made["csv"], ("--out", folder / "l.csv")),
        ("eval --out .json, CSV", made["csv"], ("--out", folder / "l.json")),
        ("eval --out .parquet, Parquet", made["parquet"], ("--out", folder / "l.parquet")),
        ("eval --out .duckdb, Parquet", made["parquet"], ("--out", folder / "l.duckdb")),
        ("eval --out .csv, masked ids", named, ("--out", folder / "m.csv")),
        ("eval --out .parquet, pseudonyms", named, ("--pseudonyms", key, "--out", folder / "p.parquet")),
    ):
        seconds, megabytes = evaluated(policy, roster, *options)
        kept &= line(what, seconds, 60, megabytes, 1000, True)
        for file in folder.glob("?.*"):
            file.unlink()
    return kept


def line(what: str, seconds: float, most_seconds: float | None, megabytes: float, most: float, right: bool) -> bool:
    kept = right and megabytes <= most and (most_seconds is None or seconds <= most_seconds)
    limit = "        " if most_seconds is None else f"≤ {most_seconds:4.0f} s"
    print(f"{what:36s} {seconds:7.2f} s {limit}  {megabytes:7.0f} MB ≤ {most:5.0f} MB  {'ok' if kept else 'NOT KEPT'}")
    return kept


def main() -> int:
    kept = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        policy = write(folder / "grant.policy", GRANT)
        made = rosters(folder)
        for form, people in (("csv", PEOPLE), ("parquet", PEOPLE), ("xlsx", ROWS)):
            rows, errors, seconds, megabytes = measured(READ, policy, made[form])
            most = 5.0 if form == "xlsx" else None
            right = (rows, errors) == (people, 0)
            kept &= line(f"{people:,} people from {form}", seconds, most, megabytes, 1000, right)
        for what, path in bombs(folder).items():
            size = path.stat().st_size / 1e6
            rows, _, seconds, megabytes = measured(REFUSED, policy, path)
            kept &= line(f"refused: {what} ({size:.2f} MB)", seconds, 2, megabytes, 300, rows == 0)
        kept &= end_to_end(folder, made)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
