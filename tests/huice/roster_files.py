"""One roster written in every form that Huice reads, with rows and columns in any order."""

import csv
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Mapping[str, Any]]
FORMS = ("json", "csv", "csv gb18030", "csv pairs", "xlsx", "xlsx pairs", "parquet", "one parquet", "duckdb")
LABELS = {
    "id": "编号", "identity": "身份证号", "origin": "来源地", "hired_on": "录用日期", "courses": "课程数",
    "employed": "就业", "social_insurance": "社保", "wage": "工资",
}  # fmt: skip
CONSTANTS = ("id", "identity", "origin", "hired_on", "courses")
MONTHLY = ("employed", "social_insurance", "wage")


def tables(people: Rows, pairs: bool, labels: bool, chance: random.Random) -> dict[str, list[list[Any]]]:
    """Tables by name, each with its headings first. `pairs`: spells as pairs of columns, else in tables of their own.

    Only what every form can say: of each monthly attribute everybody's spells are given, or nobody's.
    """

    def named(name: str) -> str:
        return LABELS[name] if labels else name.replace("_", " ")

    yes_no = [name for name in MONTHLY if name != "wage"]
    person: list[list[Any]] = []
    for one in people:
        constants = [one.get(name) for name in CONSTANTS]
        if not pairs:
            person.append(constants)
            continue
        spells = {name: list(one[name]) for name in yes_no}
        for number in range(max(1, *(len(of) for of in spells.values()))):
            row = list(constants) if number == 0 or chance.random() < 0.5 else [one["id"], *[None] * 4]
            for name in yes_no:
                spell = spells[name][number] if number < len(spells[name]) else None
                if spell is None:
                    row += ["无" if not spells[name] and number == 0 else None, None]
                else:
                    row += [spell[0], spell[1] or chance.choice(["", "至今"])]
            person.append(row)
    header = [named(name) for name in CONSTANTS]
    if pairs:
        ends = ("自", "至") if labels else (" from", " to")
        header += [named(name) + end for name in yes_no for end in ends]
    found = {"人员" if labels else "person": [header, *person]}
    for name in MONTHLY:
        if pairs and name != "wage":
            continue
        heading = [named("id"), "自", "至"] if labels else ["id", "from", "to"]
        body = [[one["id"], *spell] for one in people for spell in one[name]]
        if name == "wage":
            heading.append("值" if labels else "value")
        title = f"人员.{LABELS[name]}" if labels else f"person.{name}"
        found[title] = [heading, *body]
    return {name: _shuffled(rows, chance) for name, rows in found.items()}


def _shuffled(rows: list[list[Any]], chance: random.Random) -> list[list[Any]]:
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    body = rows[1:]
    chance.shuffle(body)
    return [[row[i] for i in order] for row in (rows[0], *body)]


def write_roster(form: str, people: Rows, place: Path, chance: random.Random) -> Path:
    """The path to give to --facts."""
    import json

    if form == "json":
        path = place / "people.json"
        listed = [dict(one) for one in people]
        chance.shuffle(listed)
        path.write_text(json.dumps({"person": listed}), encoding="utf-8")
        return path
    made = tables(people, "pairs" in form, chance.random() < 0.5, chance)
    if form.startswith("xlsx"):
        return _workbook(place / "roster.xlsx", made)
    folder = place / "roster"
    folder.mkdir()
    if form.startswith("csv"):
        for name, rows in made.items():
            with (folder / f"{name}.csv").open(
                "w", encoding="gb18030" if "gb18030" in form else chance.choice(["utf-8", "utf-8-sig"]), newline=""
            ) as file:
                csv.writer(file).writerows(rows)
        return folder
    import pyarrow as pa
    import pyarrow.parquet as pq

    frames = {name: _frame(rows) for name, rows in made.items()}
    if form == "one parquet":  # the entity's own columns alone
        name = next(iter(frames))
        pq.write_table(frames[name], place / f"{name}.parquet")
        return place / f"{name}.parquet"
    if form == "parquet":
        for name, frame in frames.items():
            pq.write_table(frame, folder / f"{name}.parquet")
        return folder
    import duckdb

    with duckdb.connect(str(place / "roster.duckdb")) as connection:
        for name, frame in frames.items():
            connection.register("frame", frame)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM frame')
            connection.unregister("frame")
    assert isinstance(frames, dict) and all(isinstance(frame, pa.Table) for frame in frames.values())
    return place / "roster.duckdb"


def _frame(rows: list[list[Any]]) -> Any:
    import pyarrow as pa

    columns = list(zip(*rows[1:], strict=True)) or [()] * len(rows[0])
    return pa.table(
        {title: pa.array([_cell(c) for c in column]) for title, column in zip(rows[0], columns, strict=True)}
    )


def _cell(cell: Any) -> Any:
    return None if cell == "" else cell


def _workbook(path: Path, made: Mapping[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        for name, rows in made.items():
            sheet = book.add_worksheet(name[:31])
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None and cell != "":
                        sheet.write(number, column, cell)
    return path
