"""Tables from Parquet files and from data frames: whatever speaks Arrow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from huice.facts.coded import coded_by_arrow, nothing
from huice.facts.faults import FactsError, Fault
from huice.facts.tables import Table
from lang.diagnostics import Text

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIX = ".parquet"


def read_parquet_folder(folder: Path) -> tuple[list[Table], list[Fault]]:
    """All `*.parquet` of the folder, by name."""
    tables, faults = [], []
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() == SUFFIX and p.is_file()):
        table, found = read_parquet(path)
        tables.append(table)
        faults += found
    return tables, faults


def read_parquet(path: Path) -> tuple[Table, list[Fault]]:
    """Raises FactsError for what is no Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
        read = pq.read_table(path, read_dictionary=texts, use_threads=False, memory_map=True) if names else pa.table({})
    except (OSError, pa.ArrowException) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = Text(f"this is no Parquet file that can be read ({first})", f"无法作为 Parquet 读取（{first}）")
        raise FactsError(Fault(message=message, file=str(path))) from None
    return arrow_table(read, str(path), path.stem)


def arrow_table(table: pa.Table, file: str, name: str) -> tuple[Table, list[Fault]]:
    """Rows count from 1: there is no row of headings."""
    import pyarrow as pa

    columns, faults = [], []
    for title, column in zip(table.column_names, table.columns, strict=True):
        try:
            columns.append(coded_by_arrow(column))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
            message = Text(
                "not supported yet: nested values; give the spells as a table of their own",
                "尚不支持嵌套数值；请将时段另列一表",
            )
            faults.append(Fault(message=message, file=file, column=title, kind="column"))
            columns.append(nothing(table.num_rows))
    header = tuple(str(title) for title in table.column_names)
    numbers = np.arange(1, table.num_rows + 1)
    return Table(file, None, name, tuple(columns), numbers, header, 0), faults


def frame_table(name: str, frame: Any) -> tuple[Table, list[Fault]]:
    """A data frame of any library that speaks Arrow, or a mapping of columns."""
    import pyarrow as pa

    return arrow_table(pa.table(frame), "<frame>", name)
