"""The rows of a ledger's file, as the file shows them.

One row a payment; every cell is a text, amounts with two decimals. Writers, the reader and the manifest all speak of
these rows, so that what was written can be held against what is there, in whatever format and language.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from sys import intern
from typing import Literal, get_args

from attrs import frozen

from compiler.ledger import Ledger, Payment, yuan
from huice.ledgers.reasons import Reasons
from huice.reports.files import as_text
from huice.reports.names import title_of
from lang.dates import month_text
from lang.diagnostics import Language
from lang.model import Program

Format = Literal["csv", "xlsx", "parquet", "json", "duckdb"]
FORMATS: tuple[Format, ...] = get_args(Format)
COLUMNS = ("clause", "label", "item", "entity", "id", "month", "due", "amount", "payee", "fund", "reason")
HEADINGS_ZH = (
    "条款", "名称", "依据", "对象", "编号", "所属月份", "兑现月份", "金额（元）", "收款方", "资金来源", "理由",
)  # fmt: skip
HEADINGS_EN = (*COLUMNS[:7], "amount (yuan)", *COLUMNS[8:])
CLAUSE, ENTITY, ID, MONTH, DUE, AMOUNT, PAYEE = 0, 3, 4, 5, 6, 7, 8

Row = tuple[str, ...]
_month, _yuan = lru_cache(4096)(month_text), lru_cache(65536)(yuan)  # a ledger has few of each, and many rows


@frozen
class Sums:
    """What a manifest says of a clause's rows. `digest`: of the rows, whatever their order (`digest_of`)."""

    payments: int
    fen: int
    digest: str


def ledger_rows(ledger: Ledger, reasons: Reasons, form: Format) -> list[Row]:
    """Every payment as a file of this format shows it, in the language of the reasons."""
    program, language = reasons.program, reasons.language
    if form == "xlsx":
        return [_for_people(p, program, reasons, language) for p in ledger.payments]
    rows = (_plain(p, program, reasons) for p in ledger.payments)
    return [tuple(map(as_text, row)) for row in rows] if form == "csv" else list(rows)


def _plain(p: Payment, program: Program, reasons: Reasons) -> Row:
    funds = intern("; ".join(f"{fund} {_yuan(fen)}" for fund, fen in p.funds.items()))
    return (
        p.clause, program.clauses[p.clause].label or "", "、".join(p.cites), p.entity, p.key,
        _month(p.month), _month(p.due), _yuan(p.amount), p.payee or "", funds, reasons.of(p),
    )  # fmt: skip


def _for_people(p: Payment, program: Program, reasons: Reasons, language: Language) -> Row:
    """Entities and funds by their labels; one fund without its amount, which is the payment's."""
    zh = language == "zh"
    named = [(title_of(program.funds, fund, language) if zh else fund, yuan(fen)) for fund, fen in p.funds.items()]
    funds = named[0][0] if len(named) == 1 else "; ".join(f"{name} {amount}" for name, amount in named)
    row = _plain(p, program, reasons)
    entity = title_of(program.entities, p.entity, language)
    return (*row[:ENTITY], entity, *row[ID:PAYEE], p.payee or ("待定" if zh else "unknown"), funds, row[-1])


def sums_of(rows: Iterable[Row]) -> Mapping[str, Sums]:
    """By clause, in code-point order of the clauses. Amounts that are no amounts count as 0."""
    sums: dict[str, list[int]] = {}  # payments, fen, sum of hashes
    for row in rows:
        own = sums.setdefault(row[CLAUSE], [0, 0, 0])
        own[0] += 1
        own[1] += fen_of(row[AMOUNT]) or 0
        own[2] += _number(row)
    return {clause: Sums(count, fen, digest_of(total)) for clause, (count, fen, total) in sorted(sums.items())}


def fen_of(amount: str) -> int | None:
    """`"3000.00"` to fen; None for what is no such amount."""
    whole, dot, cents = amount.removeprefix("-").partition(".")
    if not (dot and len(cents) == 2 and (whole + cents).isascii() and (whole + cents).isdigit()):
        return None
    fen = int(whole) * 100 + int(cents)
    return -fen if amount.startswith("-") else fen


SEPARATOR = "\x1f"  # between the cells of a row that is hashed
MODULUS = 1 << 256


def hash_of_row(row: bytes) -> bytes:
    """BLAKE2b-256 of its cells in UTF-8, with SEPARATOR between them."""
    return hashlib.blake2b(row, digest_size=32).digest()


def digest_of(total: int) -> str:
    """The digest of rows whose hashes, as little-endian numbers, add up to this: no order to keep, so that millions
    of rows are hashed as they are written."""
    return f"{total % MODULUS:064x}"


def _number(row: Row) -> int:
    """Its hash as a number."""
    return int.from_bytes(hash_of_row(SEPARATOR.join(row).encode("utf-8", "surrogatepass")), "little")
