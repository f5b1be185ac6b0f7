"""The manifest of a ledger: what it was made from and what it holds, as JSON beside it.

`ledger.csv` has `ledger.csv.manifest.json`. It holds the SHA-256 of the policy and each module that it uses, of the
facts, and of the ledger; the version of Huice, the parameters, the last month; the number, the sum and a digest of the
rows of every clause (whatever their order, `rows.digest_of`); and the SHA-256 of itself, so that a changed manifest
shows too. There is no time and no machine in it: the same run gives the same manifest. It vouches against slips and
careless changes; whoever wants to forge both files can, and only evaluating again (`huice verify --again`) tells.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from compiler.ledger import Ledger, yuan
from huice.ledgers.rows import Format, Sums
from huice.reports.files import write_whole
from lang.diagnostics import Language

SUFFIX = ".manifest.json"
VERSION = 2


@frozen(kw_only=True)
class Origin:
    """What a ledger was made from. `policy`, `facts`: SHA-256 by name of file (None: it came by standard input and was
    not kept). `parameters` as written with --set. `identities`: plain (no name was hidden), masked, pseudonyms."""

    policy: Mapping[str, str]
    facts: Mapping[str, str | None]
    parameters: Mapping[str, str] = field(factory=dict)
    until: str | None = None
    identities: str = "masked"
    key: str | None = None  # fingerprint of the key of the pseudonyms
    faults: int = 0


def manifest_path(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + SUFFIX)


def manifest_of(
    ledger: Ledger,
    sums: Mapping[str, Sums],
    place: Path,
    name: str,
    form: Format,
    language: Language,
    origin: Origin,
) -> dict[str, Any]:
    """`sums`: of its payments, which `ledger` need not hold. `place`: where the ledger's file lies while it is written;
    `name`: what it will be called."""
    manifest: dict[str, Any] = {
        "version": VERSION,
        "huice": importlib.metadata.version("huice"),
        "policy": {"name": ledger.policy, "files": dict(origin.policy)},
        "facts": {"files": dict(origin.facts), "faults": origin.faults},
        "parameters": dict(origin.parameters),
        "until": origin.until,
        "identities": origin.identities,
        "key": origin.key,
        "ledger": {"file": name, "format": form, "language": language, "sha256": hash_of_file(place)},
        "complete": ledger.complete,
        "counts": {
            "payments": sum(s.payments for s in sums.values()),
            "undetermined": sum(u.count for u in ledger.undetermined),
            "refused": len(ledger.refused),
        },
        "clauses": {
            clause: {"payments": s.payments, "total": yuan(s.fen), "rows_blake2b": s.digest}
            for clause, s in sums.items()
        },
        "total": yuan(sum(s.fen for s in sums.values())),
    }
    return manifest | {"sha256": hash_of_manifest(manifest)}


def hash_of_manifest(manifest: Mapping[str, Any]) -> str:
    """Of everything in it but this hash itself, whatever the order and the spaces."""
    rest = {name: value for name, value in manifest.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def write_manifest(manifest: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    write_whole(path, lambda place: _write_text(place, text))


def _write_text(place: Path, text: str) -> None:
    place.write_text(text, encoding="utf-8")


def hash_of_file(path: Path) -> str:
    """SHA-256, as `sha256sum` gives it. OSError as it comes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes_of_facts(path: str) -> dict[str, str | None]:
    """Of each file that facts are read from; of standard input nothing is kept."""
    if path == "-":
        return {"-": None}
    place = Path(path)
    if place.is_dir():
        return hashes_of_files(sorted(file for file in place.iterdir() if file.is_file()))
    return hashes_of_files([place])


def hashes_of_files(files: Iterable[Path]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for file in files:
        try:
            found[file.name] = hash_of_file(file)
        except OSError:
            found[file.name] = None
    return found
