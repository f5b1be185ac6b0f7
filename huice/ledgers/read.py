"""The rows of a ledger's file, read back as they stand there: for holding them against its manifest, and no more.

Cells are texts, amounts with two decimals where they are amounts. The columns are found by their headings, in either
language. Rows come one by one, so that a ledger of millions is not held in memory (of JSON and of workbooks all is).
What cannot be read raises `Unreadable`, which carries the sentence for the user, where it is come to.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from huice.duckdb_files import DatabaseError, database
from huice.facts.cells import plain
from huice.facts.faults import FactsError
from huice.grids import workbook_grids
from huice.ledgers.rows import AMOUNT, CLAUSE, COLUMNS, HEADINGS_EN, HEADINGS_ZH, ID, Row
from lang.diagnostics import Text

_NAMES = {plain(name): i for names in (HEADINGS_ZH, HEADINGS_EN, COLUMNS) for i, name in enumerate(names)}


class Unreadable(Exception):
    """Carries `text`."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


PORTION = 1 << 16  # rows of a batch


def read_rows(path: Path, form: str) -> Iterator[Row]:
    """Raises Unreadable."""
    try:
        match form:
            case "csv":
                yield from _from_csv(path)
            case "xlsx":
                yield from _from_workbook(path)
            case "json":
                yield from _from_json(path)
            case "parquet":
                yield from _from_parquet(path)
            case "duckdb":
                yield from _from_duckdb(path)
            case _:
                raise Unreadable(Text(f"a ledger has no form “{form}”", f"账册没有“{form}”这种格式"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreadable(Text(f"the ledger cannot be read ({reason})", f"无法读取账册（{reason}）")) from None
    except DatabaseError as error:
        raise Unreadable(error.text) from None
    except FactsError as error:
        raise Unreadable(error.fault.message) from None


def _by_heading(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Row]:
    """Cells in the order of COLUMNS; the line with the sum, which has neither clause nor id, is left out."""
    places: dict[int, int] = {}
    for place, name in enumerate(heading):
        if plain(name) in _NAMES:
            places.setdefault(_NAMES[plain(name)], place)
    missing = [COLUMNS[i] for i in range(len(COLUMNS)) if i not in places]
    if missing:
        names = ", ".join(missing)
        raise Unreadable(Text(f"the ledger has no column: {names}", f"账册缺少以下列：{names}"))
    for row in rows:
        cells = [row[places[i]] if places[i] < len(row) else None for i in range(len(COLUMNS))]
        texts = tuple(_amount(cell) if i == AMOUNT else _text(cell) for i, cell in enumerate(cells))
        if texts[CLAUSE] or texts[ID]:
            yield texts


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _amount(cell: Any) -> str:
    """With two decimals where it is a number; else what stands there."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
        if number.is_finite() and number == round(number, 2):
            return f"{number:.2f}"
    return _text(cell)


def _from_csv(path: Path) -> Iterator[Row]:
    with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
        rows = csv.reader(line.replace("\0", "\ufffd") for line in file)
        try:
            yield from _by_heading(next(rows, []), rows)
        except csv.Error as error:
            raise Unreadable(Text(f"the ledger is not CSV ({error})", f"账册不是有效的 CSV（{error}）")) from None


def _encoding(path: Path) -> str:
    """UTF-8 as it was written, or GB18030 where a spreadsheet has saved it again."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _from_workbook(path: Path) -> Iterator[Row]:
    sheets = workbook_grids(path)
    if not sheets:
        raise Unreadable(Text("the workbook is empty", "工作簿是空的"))
    yield from _by_heading(sheets[0].heading, (cells for _, cells in sheets[0].rows))


def _from_json(path: Path) -> Iterator[Row]:
    try:
        data = json.loads(path.read_text("utf-8"))
        payments = data["payments"]
        rows = [
            [
                p["clause"], p["label"], p["cites"], p["entity"], p["id"], p["month"], p["due"], p["amount"],
                p["payee"], "; ".join(f"{fund} {amount}" for fund, amount in p["fund"].items()), p["reason"],
            ]
            for p in payments
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = Text("the file is not a ledger that Huice wrote", "该文件不是惠策写出的账册")
        raise Unreadable(message) from None
    yield from _by_heading(COLUMNS, rows)


def _from_parquet(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            parquet = pq.ParquetFile(file)
            batches = (batch.to_pydict().values() for batch in parquet.iter_batches(PORTION))
            rows = (row for columns in batches for row in zip(*columns, strict=True))
            yield from _by_heading(parquet.schema_arrow.names, rows)
    except pa.ArrowException as error:
        reason = str(error).splitlines()[0]
        raise Unreadable(Text(f"the file is not Parquet ({reason})", f"该文件不是 Parquet（{reason}）")) from None


def _from_duckdb(path: Path) -> Iterator[Row]:
    with database(path, read_only=True) as connection:
        found = connection.execute("select * from payments")
        heading = [column[0] for column in found.description]
        rows = (row for batch in iter(lambda: found.fetchmany(PORTION), []) for row in batch)
        yield from _by_heading(heading, rows)
