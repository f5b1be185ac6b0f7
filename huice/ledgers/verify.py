"""Has a ledger been altered? Its file and its rows, held against its manifest; or against an evaluation done again.

Comes in: the manifest (read by `read_manifest`), the rows that stand in the file, and where they were evaluated again
the rows that should. Goes out: findings, each a record; none: the ledger is what was written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

from attrs import frozen

from compiler.ledger import yuan
from huice.ledgers.manifest import VERSION, hash_of_file, hash_of_manifest, manifest_path
from huice.ledgers.read import Unreadable
from huice.ledgers.rows import CLAUSE, COLUMNS, ENTITY, ID, MONTH, Row, Sums, sums_of
from lang.diagnostics import Language, Text, counted

Kind = Literal[
    "manifest", "file", "count", "total", "content", "policy", "facts", "missing", "added", "changed"
]  # fmt: skip


@frozen(kw_only=True)
class Finding:
    """`clause`: whose rows differ; `row`: (entity, id, month) where one row is meant. `stated`: by the manifest, or by
    evaluating again; `found`: what stands in the file."""

    kind: Kind
    text: Text
    clause: str | None = None
    row: tuple[str, str, str] | None = None
    stated: str | None = None
    found: str | None = None

    def to_dict(self, language: Language) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": self.kind, "message": self.text[language]}
        if self.clause is not None:
            data["clause"] = self.clause
        if self.row is not None:
            data |= dict(zip(("entity", "id", "month"), self.row, strict=True))
        if self.stated is not None or self.found is not None:
            data |= {"stated": self.stated, "found": self.found}
        return data


def read_manifest(ledger: Path, manifest: Path | None = None) -> dict[str, Any]:
    """Raises Unreadable when there is none, or it is none."""
    place = manifest or manifest_path(ledger)
    try:
        data = json.loads(place.read_text("utf-8"))
        if data["version"] != VERSION:
            raise Unreadable(Text(f"{place.name} is of another version of Huice", f"{place.name} 由其他版本的惠策写出"))
        _ = data["ledger"]["sha256"], data["ledger"]["format"], data["ledger"]["language"]
        _ = [(c["payments"], c["total"], c["rows_blake2b"]) for c in data["clauses"].values()]
        _ = data["counts"]["payments"], data["total"], data["policy"]["files"].items(), data["facts"]["files"].items()
        _ = data["parameters"].items(), data["until"], data["identities"], data["sha256"]
    except OSError:
        message = Text(f"there is no manifest {place.name} beside the ledger", f"账册旁没有清单文件 {place.name}")
        raise Unreadable(message) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(Text(f"{place.name} is not a manifest", f"{place.name} 不是账册清单")) from None
    return dict(data)


def against_manifest(ledger: Path, rows: Iterable[Row], manifest: Mapping[str, Any]) -> tuple[list[Finding], int]:
    """The manifest against itself, the file, and the rows clause by clause; and how many rows there are. OSError and
    what reading the rows raises as they come."""
    findings = []
    if hash_of_manifest(manifest) != manifest["sha256"]:
        findings.append(
            Finding(kind="manifest", text=Text("the manifest itself has been altered", "清单文件本身被改动过"))
        )
    found = sums_of(rows)
    count = sum(sums.payments for sums in found.values())
    of_rows = [
        *_counts(manifest, found, count),
        *(finding for clause in sorted({*found, *manifest["clauses"]}) for finding in _clause(clause, manifest, found)),
    ]
    digest = hash_of_file(ledger)
    if digest != manifest["ledger"]["sha256"]:
        same = Text(
            "the file has been altered (its SHA-256 differs)" + ("" if of_rows else "; its rows are what was written"),
            "文件被改动过（SHA-256 不符）" + ("" if of_rows else "；但各行内容与原件一致"),
        )
        findings.append(Finding(kind="file", text=same, stated=manifest["ledger"]["sha256"], found=digest))
    return [*findings, *of_rows], count


def _counts(manifest: Mapping[str, Any], found: Mapping[str, Sums], rows: int) -> Iterable[Finding]:
    stated = manifest["counts"]["payments"]
    if rows != stated:
        text = Text(f"{counted(rows, 'payment')} here, {stated:,} when written", f"现有 {rows} 笔，原有 {stated} 笔")
        yield Finding(kind="count", text=text, stated=str(stated), found=str(rows))
    total = yuan(sum(s.fen for s in found.values()))
    if total != manifest["total"]:
        was, apart = manifest["total"], _apart(total, manifest["total"])
        text = Text(
            f"the total is {total} yuan, {was} was written (differs by {apart})",
            f"合计为 {total} 元，原为 {was} 元（相差 {apart}）",
        )
        yield Finding(kind="total", text=text, stated=was, found=total)


def _clause(clause: str, manifest: Mapping[str, Any], found: Mapping[str, Sums]) -> Iterable[Finding]:
    """What differs of one clause: the number of its rows, their sum, or (both the same) what stands in them."""
    none = {"payments": 0, "total": "0.00", "rows_blake2b": ""}
    stated = manifest["clauses"].get(clause, none)
    here = found.get(clause, Sums(0, 0, ""))
    if here.payments != stated["payments"]:
        text = Text(
            f"{clause}: {counted(here.payments, 'payment')} here, {stated['payments']:,} when written",
            f"{clause}：现有 {here.payments} 笔，原有 {stated['payments']} 笔",
        )
        yield Finding(kind="count", text=text, clause=clause, stated=str(stated["payments"]), found=str(here.payments))
    total = yuan(here.fen)
    if total != stated["total"]:
        apart = _apart(total, stated["total"])
        text = Text(
            f"{clause}: the total is {total} yuan, {stated['total']} was written (differs by {apart})",
            f"{clause}：合计为 {total} 元，原为 {stated['total']} 元（相差 {apart}）",
        )
        yield Finding(kind="total", text=text, clause=clause, stated=stated["total"], found=total)
    if (here.payments, total) == (stated["payments"], stated["total"]) and here.digest != stated["rows_blake2b"]:
        text = Text(
            f"{clause}: number and total are right, but some row says something else (person, month, payee …)",
            f"{clause}：笔数和合计相符，但有的行内容不同（人员、月份、收款方等）",
        )
        yield Finding(kind="content", text=text, clause=clause)


def _apart(found: str, stated: str) -> str:
    try:
        return f"{Decimal(found) - Decimal(stated):+.2f}"
    except InvalidOperation:
        return "?"


# ---------------------------------------------------------------- evaluated again
def against_sources(
    manifest: Mapping[str, Any], policy: Mapping[str, str], facts: Mapping[str, str | None]
) -> list[Finding]:
    """Whether the policy and the facts at hand are those that the ledger was made from."""
    findings = []
    if dict(policy) != manifest["policy"]["files"]:
        names = _differing(policy, manifest["policy"]["files"])
        text = Text(
            f"not the policy that the ledger was made from: {', '.join(names)}",
            f"不是生成账册时所用的政策：{'、'.join(names)}",
        )
        findings.append(Finding(kind="policy", text=text))
    stated = manifest["facts"]["files"]
    # files may have been renamed or moved: what they hold counts; standard input was not kept
    if None not in stated.values() and sorted(map(str, facts.values())) != sorted(map(str, stated.values())):
        names = _differing(facts, stated)
        text = Text(
            f"not the facts that the ledger was made from: {', '.join(names)}",
            f"不是生成账册时所用的台账：{'、'.join(names)}",
        )
        findings.append(Finding(kind="facts", text=text))
    return findings


def _differing(a: Mapping[str, str | None], b: Mapping[str, str | None]) -> list[str]:
    return sorted(name for name in {*a, *b} if a.get(name) != b.get(name))


def against_rows(rows: Sequence[Row], expected: Sequence[Row]) -> list[Finding]:
    """Row by row: rows of one clause, person and month are the same payment."""
    more, fewer = Counter(rows), Counter(expected)
    more, fewer = more - fewer, fewer - more
    left: dict[Row, list[Row]] = {}
    for row in sorted(more.elements()):
        left.setdefault(_key(row), []).append(row)
    findings = []
    for row in sorted(fewer.elements()):
        same = left.get(_key(row))
        if same:
            findings.append(_changed(same.pop(0), row))
        else:
            findings.append(_alone("missing", row, Text("is not in the ledger", "账册中没有")))
    added = Text("is in the ledger, but is not due", "账册中有，但不应发放")
    findings += [_alone("added", row, added) for _, rest in sorted(left.items()) for row in rest]
    return findings


def _key(row: Row) -> Row:
    return row[CLAUSE], row[ENTITY], row[ID], row[MONTH]


def _name(row: Row) -> str:
    return f"{row[CLAUSE]} {row[ENTITY]}/{row[ID]} {row[MONTH]}"


def _alone(kind: Literal["missing", "added"], row: Row, says: Text) -> Finding:
    amount = row[COLUMNS.index("amount")]
    return Finding(
        kind=kind,
        text=Text(f"{_name(row)}: {amount} yuan {says.en}", f"{_name(row)}：{amount} 元，{says.zh}"),
        clause=row[CLAUSE],
        row=(row[ENTITY], row[ID], row[MONTH]),
        stated=amount if kind == "missing" else None,
        found=amount if kind == "added" else None,
    )


def _changed(row: Row, expected: Row) -> Finding:
    parts = [(name, here, should) for name, here, should in zip(COLUMNS, row, expected, strict=True) if here != should]
    en = "; ".join(f"{name} is “{here}”, should be “{should}”" for name, here, should in parts)
    zh = "；".join(f"{name} 为“{here}”，应为“{should}”" for name, here, should in parts)
    return Finding(
        kind="changed",
        text=Text(f"{_name(expected)}: {en}", f"{_name(expected)}：{zh}"),
        clause=expected[CLAUSE],
        row=(expected[ENTITY], expected[ID], expected[MONTH]),
        stated="; ".join(should for _, _, should in parts),
        found="; ".join(here for _, here, _ in parts),
    )
