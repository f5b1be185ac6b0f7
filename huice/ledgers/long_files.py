"""Ledgers of millions of payments as files and as JSON: part by part, byte for byte what `write` makes of records.

Each writer gives what the manifest says of the clauses. DuckDB and Parquet get Arrow tables; CSV and JSON are lines put
together in Arrow's memory, since a Python object a payment would take minutes and gigabytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.ledger import yuan
from huice.ledgers.book import Book, Part
from huice.ledgers.cell_texts import (
    ESCAPED,
    ESCAPED_IN_ASCII,
    NO_FORMULA,
    QUOTED,
    Cells,
    Dressing,
    Tally,
    bytes_of,
    joined,
    large,
    taken,
)
from huice.ledgers.rows import AMOUNT, COLUMNS, Format, Sums

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[int, int], None]


def write_long(form: Format, book: Book, place: Path, on_progress: Progress | None = None) -> Mapping[str, Sums]:
    """All but xlsx. OSError and DatabaseError as they come."""
    match form:
        case "csv":
            return _csv(book, place, on_progress)
        case "json":
            return _json(book, place, on_progress)
        case "parquet":
            return _parquet(book, place, on_progress)
        case "duckdb":
            return _duckdb(book, place, on_progress)
    raise AssertionError(form)


def _followed(book: Book, tally: Tally | None, on_progress: Progress | None) -> Iterator[Part]:
    """The parts, each added up before it goes out."""
    done = 0
    for part in book.parts():
        if tally is not None:
            tally.add(part)
        yield part
        done += len(part)
        if on_progress is not None:
            on_progress(done, len(book))


def _csv(book: Book, place: Path, on_progress: Progress | None) -> Mapping[str, Sums]:
    tally = Tally(Cells(book, (NO_FORMULA,)))
    cells = Cells(book, (NO_FORMULA, QUOTED))
    heading = io.StringIO()
    csv.writer(heading, lineterminator="\r\n").writerow(COLUMNS)
    with place.open("wb") as file:
        file.write(codecs.BOM_UTF8 + heading.getvalue().encode())
        for part in _followed(book, tally, on_progress):
            file.write(bytes_of(_ended(cells.lines(part, ","), "\r\n")))
    return tally.sums


def _ended(lines: pa.Array, end: str) -> pa.Array:
    import pyarrow as pa

    return joined([lines, pa.scalar("", pa.large_string())], end)


# ---------------------------------------------------------------- Arrow
def _tables(book: Book, tally: Tally, on_progress: Progress | None) -> Iterator[pa.Table]:
    import pyarrow as pa

    from huice.ledgers.arrow import SCHEMA, decimals

    for part in _followed(book, tally, on_progress):
        columns = [column.cast("string") for column in tally.cells.columns(part)]
        columns[AMOUNT] = decimals(part.fen)
        yield pa.Table.from_arrays(columns, schema=SCHEMA)


def _parquet(book: Book, place: Path, on_progress: Progress | None) -> Mapping[str, Sums]:
    import pyarrow.parquet as pq

    from huice.ledgers.arrow import SCHEMA

    tally = Tally(Cells(book))
    with pq.ParquetWriter(place, SCHEMA) as writer:
        for table in _tables(book, tally, on_progress):
            writer.write_table(table)
        if not len(book):
            writer.write_table(SCHEMA.empty_table())
    return tally.sums


def _duckdb(book: Book, place: Path, on_progress: Progress | None) -> Mapping[str, Sums]:
    import pyarrow as pa

    from huice.ledgers.arrow import SCHEMA, write_database

    tally = Tally(Cells(book))
    batches = (batch for table in _tables(book, tally, on_progress) for batch in table.to_batches())
    write_database(pa.RecordBatchReader.from_batches(SCHEMA, batches), book.rest, place)
    return tally.sums


# ---------------------------------------------------------------- JSON
def _json(book: Book, place: Path, on_progress: Progress | None) -> Mapping[str, Sums]:
    tally = Tally(Cells(book))
    with place.open("wb") as file:
        for text in json_texts(book, 1, tally=tally, reasons=True, on_progress=on_progress):
            file.write(text)
        file.write(b"\n")
    return tally.sums


def json_texts(
    book: Book,
    indent: int,
    *,
    ascii_only: bool = False,
    said: Callable[[str], str] = str,
    faults: list[Any] | None = None,
    tally: Tally | None = None,
    reasons: bool = False,
    on_progress: Progress | None = None,
) -> Iterator[bytes | memoryview]:
    """The JSON of `huice eval`, in pieces, as `json.dumps` indents it. `said`: what every text goes through first, but
    the ids, which have their names. `reasons`: label and reason too."""
    data = _said(book.rest.to_dict() | _totals(book), said)
    names = list(data)
    cut = names.index("payments")
    tail = {name: data[name] for name in names[cut + 1 :]} | ({} if faults is None else {"faults": _said(faults, said)})

    def dumped(value: Any) -> str:
        return json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    head = dumped({name: data[name] for name in names[:cut]}).removesuffix("\n}")
    pad = "\n" + " " * indent
    yield f'{head},{pad}"payments": ['.encode()
    payments = _Payments(book, indent, dumped, said, ESCAPED_IN_ASCII if ascii_only else ESCAPED, reasons)
    begun = False
    for part in _followed(book, tally, on_progress):
        text = bytes_of(payments.texts(part))
        yield text if begun else text[1:]  # each begins with a comma
        begun = True
    yield ((f"{pad}]," if begun else "],") + dumped(tail).removeprefix("{")).encode()


def _totals(book: Book) -> dict[str, Any]:
    totals = book.columns.totals()
    return {"totals": {name: yuan(fen) for name, fen in totals.items()}, "total": yuan(sum(totals.values()))}


def _said(data: Any, said: Callable[[str], str]) -> Any:
    match data:
        case str():
            return said(data)
        case dict():
            return {said(key): _said(value, said) for key, value in data.items()}
        case list():
            return [_said(item, said) for item in data]
        case _:
            return data


class _Payments:
    """Each payment as a text that begins with a comma; what is the same in many is made once."""

    def __init__(
        self,
        book: Book,
        indent: int,
        dumped: Callable[[Any], str],
        said: Callable[[str], str],
        escaped: Dressing,
        reasons: bool,
    ) -> None:
        self.said, self.dumped, self.reasons = said, dumped, reasons
        self.outer = "\n" + " " * (2 * indent)
        self.inner = "\n" + " " * (3 * indent)
        clauses, compiled = book.program.clauses, book.columns.program.clauses
        self.heads = large(
            [
                f",{self.outer}{{{self._field('clause', name)},{self._field('entity', compiled[name].entity)},"
                f'{self.inner}"id": '
                for name in book.names
            ]
        )
        cites = ("、".join(compiled[name].cites) for name in book.names)
        labels = (clauses[name].label or "" for name in book.names)
        tails = [
            f",{self._field('cites', cite)}" + (f",{self._field('label', label)}" if reasons else f"{self.outer}}}")
            for cite, label in zip(cites, labels, strict=True)
        ]
        self.tails = large(tails)
        self.ids, payees = _in_quotes(escaped.array(book.ids)), _in_quotes(escaped.array(book.payees))
        self.payees = _concat([payees.slice(0, len(payees) - 1), large(["null"])])  # the last one is not known
        self.months = [large([f",{self._field(name, month)}" for month in book.months]) for name in ("month", "due")]

    def _field(self, name: str, value: Any) -> str:
        """On a line of its own. An object within goes on with the indentation."""
        shown = self.dumped(_said(value, self.said)).replace("\n", self.inner)
        return f'{self.inner}"{name}": {shown}'

    def texts(self, part: Part) -> pa.Array:
        payee = large([f',{self.inner}"payee": '])
        fields = [
            taken(self.heads, part.clause),
            taken(self.ids, part.id),
            taken(self.months[0], part.month),
            taken(self.months[1], part.due),
            taken(large([f",{self._field('amount', amount)}" for amount in part.amounts]), part.amount),
            payee[0],
            taken(self.payees, part.payee),
            taken(large([f",{self._field('fund', split)}" for split in part.funds]), part.fund),
            taken(self.tails, part.clause),
        ]
        if self.reasons:
            said = [f",{self._field('reason', reason)}{self.outer}}}" for reason in part.reasons]
            fields.append(taken(large(said), part.reason))
        return joined(fields, "")


def _in_quotes(texts: pa.Array) -> pa.Array:
    import pyarrow as pa

    quote = pa.scalar('"', pa.large_string())
    return joined([quote, texts, quote], "")


def _concat(arrays: list[pa.Array]) -> pa.Array:
    import pyarrow as pa

    return pa.concat_arrays(arrays)
