"""Payments from a file: .csv, a workbook, .parquet, .json, a DuckDB file with a table `payments`.

Columns by name or in Chinese, in any order, below any titles: clause, id and amount; where they are there also entity,
month, paid_on, payee. A month or a date that cannot be read is reported with its place and counts as not given (the
payment was made all the same); a row without a readable amount, or without an id, is reported and left out. So are
lines with a sum.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from attrs import define, field

from huice.audit.records import Paid
from huice.audit.roster import Roster
from huice.duckdb_files import DatabaseError, database
from huice.facts.cells import BLANK, Cell, Wrong, plain, read_date, read_money, read_month_or_date
from huice.facts.faults import FactsError, Fault
from huice.grids import WORKBOOKS, Grid, csv_grid, workbook_grids
from lang.dates import Month, month_of
from lang.diagnostics import Text
from lang.model import Clause, Entity, Program

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "clause": ("clause", "条款", "条款名称", "补贴项目", "项目"),
    "entity": ("entity", "对象", "对象类别", "台账"),
    "id": ("id", "编号", "主键", "身份证号", "证件号", "证件号码"),
    "month": ("month", "月份", "所属月份", "所属月"),
    "paid_on": ("paid_on", "paid on", "发放日期", "支付日期", "付款日期", "兑付日期", "发放时间"),
    "amount": ("amount", "amount (yuan)", "金额", "金额(元)", "发放金额", "发放金额(元)", "实发金额", "支付金额"),
    "payee": ("payee", "收款方", "收款人", "收款单位", "领取人"),
}
NEEDED = ("clause", "id", "amount")
SUMS = frozenset({"合计", "总计", "小计", "total", "sum", "subtotal"})
TOP = 15  # rows among which the headings are looked for: titles may stand above them
_COLUMN = {plain(name).lower(): column for column, names in HEADINGS.items() for name in names}


def read_payments(program: Program, roster: Roster, path: str) -> tuple[list[Paid], list[Fault]]:
    """Raises FactsError where there is no such file, or no payments in it."""
    reader = _Reader(program, roster, path)
    for grid in _grids(Path(path), reader.faults):
        reader.read(grid)
    if not reader.tables:
        needed = ", ".join(NEEDED)
        message = Text(
            f"no table with the columns {needed} (and entity, month, paid_on, payee where there are any)",
            "没有找到支付台账：至少应有“条款”“编号”“金额”三列（可另有对象、所属月份、发放日期、收款方）",
        )
        raise FactsError(Fault(message=message, file=path))
    return reader.payments, reader.faults


def payments_from_rows(
    program: Program, roster: Roster, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[Paid], list[Fault]]:
    """The same from records at hand, as in the JSON form: clause, id, amount, and what else there is."""
    heading = list(dict.fromkeys(str(name) for row in rows for name in row))
    reader = _Reader(program, roster, "<payments>")
    reader.read(_numbered(heading, [[_cell(_plain(row.get(name))) for name in heading] for row in rows]))
    return reader.payments, reader.faults


def _plain(value: Any) -> Any:
    """Dates and exact numbers as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


# ---------------------------------------------------------------- files
def _grids(path: Path, notes: list[Fault]) -> list[Grid]:
    if "\0" in str(path) or not path.is_file():
        raise FactsError(Fault(message=Text("there is no such file", "没有该文件"), file=str(path)))
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return workbook_grids(path)
    if suffix in (".csv", ".txt", ".tsv"):
        grid, found = csv_grid(path)
        notes += found
        return [] if grid is None else [grid]
    if suffix == ".parquet":
        return [_parquet(path)]
    if suffix == ".json":
        return [_json(path)]
    if suffix in (".duckdb", ".ddb"):
        return [_duckdb(path)]
    message = Text(
        f"payments are read from .csv, .xlsx, .parquet, .json or .duckdb, not from {suffix or 'such'} files",
        f"支付台账可为 .csv、.xlsx、.parquet、.json、.duckdb，不能读取 {suffix or '此类'} 文件",
    )
    raise FactsError(Fault(message=message, file=str(path)))


def _numbered(heading: Sequence[str], rows: Sequence[Sequence[Any]]) -> Grid:
    """Rows of what has no headings to look for, counted from 1."""
    return Grid(None, tuple(heading), [(number, tuple(row)) for number, row in enumerate(rows, 1)])


def _parquet(path: Path) -> Grid:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            table = pq.read_table(file)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        message = Text(f"this Parquet file cannot be read ({reason})", f"无法读取该 Parquet 文件（{reason}）")
        raise FactsError(Fault(message=message, file=str(path))) from None
    columns = [column.to_pylist() for column in table.columns]
    return _numbered(table.column_names, list(zip(*columns, strict=True)))


def _duckdb(path: Path) -> Grid:
    try:
        with database(path, read_only=True) as connection:
            found = connection.execute("select * from payments")
            return _numbered([column[0] for column in found.description], found.fetchall())
    except DatabaseError as error:
        raise FactsError(Fault(message=error.text, file=str(path))) from None


def _json(path: Path) -> Grid:
    """A list of objects, or an object with such a list as `payments` (as `huice eval` writes it)."""
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"), parse_float=str, parse_int=str)
        rows = data["payments"] if isinstance(data, dict) else data
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError
    except (ValueError, KeyError, RecursionError, OSError):
        message = Text(
            'payments are a list of objects: [{"clause": …, "id": …, "amount": …}]',
            '支付台账应为对象列表：[{"clause": …, "id": …, "amount": …}]',
        )
        raise FactsError(Fault(message=message, file=str(path))) from None
    heading = list(dict.fromkeys(str(name) for row in rows for name in row))
    return _numbered(heading, [[_cell(row.get(name)) for name in heading] for row in rows])


def _cell(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | bool) else json.dumps(value)


# ---------------------------------------------------------------- rows
@define
class _Reader:
    program: Program
    roster: Roster
    file: str
    payments: list[Paid] = field(factory=list)
    faults: list[Fault] = field(factory=list)
    tables: int = 0
    clauses: dict[str, Clause] = field(init=False)
    entities: dict[str, Entity] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.clauses = {_folded(n): c for c in self.program.clauses.values() for n in (c.name, c.label) if n}
        self.entities = {_folded(n): e for e in self.program.entities.values() for n in (e.name, e.label) if n}

    def read(self, grid: Grid) -> None:
        found = _headings(grid)
        if found is None:
            if grid.sheet is not None:
                message = Text("this sheet has no payments and is not read", "该工作表不是支付台账，未读取")
                self.faults.append(Fault(message=message, file=self.file, sheet=grid.sheet, severity="info"))
            return
        self.tables += 1
        columns, rows = found
        for number, cells in rows:
            given = {name: cells[at] if at < len(cells) else None for name, at in columns.items()}
            if all(plain(cell).lower() in BLANK for cell in given.values()):
                continue
            row = _Row(self, grid.sheet, number, given)
            payment = row.payment()
            if payment is not None:
                self.payments.append(payment)


def _headings(grid: Grid) -> tuple[dict[str, int], Sequence[tuple[int, tuple[Cell, ...]]]] | None:
    """The place of each column, and the rows below the headings."""
    candidates = [(grid.heading, grid.rows)]
    candidates += [
        (tuple(plain(cell) for cell in cells), grid.rows[at + 1 :]) for at, (_, cells) in enumerate(grid.rows[:TOP])
    ]
    for heading, rows in candidates:
        columns: dict[str, int] = {}
        for at, name in enumerate(heading):
            column = _COLUMN.get(plain(name).lower())
            if column is not None:
                columns.setdefault(column, at)
        if all(name in columns for name in NEEDED):
            return columns, rows
    return None


def _folded(name: str) -> str:
    return "_".join(plain(name).replace("_", " ").split()).lower()


@define
class _Row:
    reader: _Reader
    sheet: str | None
    number: int
    given: dict[str, Cell]

    def payment(self) -> Paid | None:
        """None: the row is not used, and a fault says why."""
        written = plain(self.given["clause"])
        key = plain(self.given["id"])
        if not key or written.lower() in SUMS or key.lower() in SUMS:
            self._without_id(written, key)
            return None
        amount = self._amount()
        if amount is None:
            return None
        clause = self.reader.clauses.get(_folded(written))
        entity = self._entity(clause)
        if entity is None:
            return None
        known = None if clause is None else self.reader.roster.key(entity, key)
        return Paid(
            row=self.number,
            sheet=self.sheet,
            clause=written if clause is None else clause.name,
            entity=entity,
            key=key if known is None else known,
            amount=amount,
            month=self._month(),
            paid_on=self._date(),
            payee=self._payee(),
            unknown="clause" if clause is None else "row" if known is None else None,
        )

    def _wrong(self, column: str, message: Text, severity: Literal["error", "info"] = "error") -> None:
        fault = Fault(
            message=message,
            file=self.reader.file,
            sheet=self.sheet,
            row=self.number,
            column=column,
            severity=severity,
            value=plain(self.given.get(column)),
        )
        self.reader.faults.append(fault)

    def _without_id(self, clause: str, key: str) -> None:
        if clause.lower() in SUMS or key.lower() in SUMS or not clause:
            self._wrong("id", Text("a line with a sum, not a payment", "合计行，不是一笔支付"), "info")
        else:
            self._wrong("id", Text("this row has no id and is not used", "该行没有编号，未采用"))

    def _amount(self) -> int | None:
        """Fen."""
        cell = self.given["amount"]
        if plain(cell).lower() in BLANK:
            self._wrong("amount", Text("this row has no amount and is not used", "该行没有金额，未采用"))
            return None
        value = read_money(cell)
        if isinstance(value, Wrong):
            self._wrong("amount", value.message)
            return None
        return int(value)

    def _month(self) -> Month | None:
        cell = self.given.get("month")
        if plain(cell).lower() in BLANK:
            return None
        value = read_month_or_date(cell)
        if isinstance(value, Wrong):
            self._wrong("month", value.message)
            return None
        return month_of(value) if isinstance(value, date) else value

    def _date(self) -> date | None:
        cell = self.given.get("paid_on")
        if plain(cell).lower() in BLANK:
            return None
        value = read_date(cell)
        if isinstance(value, Wrong):
            self._wrong("paid_on", value.message)
            return None
        return value

    def _entity(self, clause: Clause | None) -> str | None:
        """The clause's, which the column, where there is one, must agree with."""
        written = plain(self.given.get("entity"))
        entity = self.reader.entities.get(_folded(written))
        if clause is None:
            return entity.name if entity is not None else written
        if written.lower() in BLANK or (entity is not None and entity.name == clause.entity):
            return clause.entity
        self._wrong(
            "entity",
            Text(f"{clause.name} is not for “{written}” but for {clause.entity}; the row is not used",
                 f"“{clause.label or clause.name}”的对象不是“{written}”；该行未采用"),
        )  # fmt: skip
        return None

    def _payee(self) -> str | None:
        """`entity/key` where both are known; else as written."""
        written = plain(self.given.get("payee"))
        if written.lower() in BLANK:
            return None
        name, slash, key = written.partition("/")
        entity = self.reader.entities.get(_folded(name)) if slash else None
        if entity is None:
            return written
        known = self.reader.roster.key(entity.name, key)
        return f"{entity.name}/{key if known is None else known}"
