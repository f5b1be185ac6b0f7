"""The cells of a book's payments as Arrow texts: each distinct text is dressed for its file once.

Dressing is what a format does to a cell: a `'` before what looks like a formula, quotes, JSON's escapes. In: a book and
the dressing. Out, for each part of it: the columns of `rows.COLUMNS`, or whole lines.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler.whole_sums import summed
from huice.ledgers.book import Book, Part
from huice.ledgers.rows import SEPARATOR, Sums, digest_of, fen_of, hash_of_row
from huice.reports.files import as_text

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[Any]


@frozen
class Dressing:
    """`change` leaves a text alone unless it matches `pattern`."""

    pattern: str
    change: Callable[[str], str]

    def array(self, texts: pa.Array) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        which = pc.match_substring_regex(texts, self.pattern)
        if not pc.any(which).as_py():
            return texts
        changed = pa.array([self.change(text) for text in texts.filter(which).to_pylist()], pa.large_string())
        return pc.replace_with_mask(texts, which, changed)


def quoted(text: str) -> str:
    """As `csv.writer` writes it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow((text, ""))
    return out.getvalue().removesuffix(",\r\n")


NO_FORMULA = Dressing(r"^[=+@\t\r-]", as_text)
QUOTED = Dressing('[,"\r\n]', quoted)
# what is in JSON as it stands: signs of ASCII but " and \
ESCAPED = Dressing(r"[^ !#-\[\]-~]", lambda text: json.dumps(text, ensure_ascii=False)[1:-1])
ESCAPED_IN_ASCII = Dressing(r"[^ !#-\[\]-~]", lambda text: json.dumps(text)[1:-1])


def large(texts: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.array(texts, pa.large_string())


def taken(texts: pa.Array, numbers: Array) -> pa.Array:
    import pyarrow as pa

    return texts.take(pa.array(numbers))


def joined(columns: Sequence[pa.Array], separator: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*columns, pa.scalar(separator, pa.large_string()))


def bytes_of(lines: pa.Array) -> memoryview:
    """The texts one after the other, where they stand in memory."""
    if not len(lines):
        return memoryview(b"")
    offsets = np.frombuffer(lines.buffers()[1], np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(lines.buffers()[2])[offsets[0] : offsets[-1]]


class Cells:
    """The cells of each payment, dressed one way after the other."""

    def __init__(self, book: Book, dressings: Sequence[Dressing] = ()) -> None:
        self.book = book
        self.dressings = dressings
        program, compiled = book.program, book.columns.program
        self.of_clause = [
            self.dress(texts)
            for texts in (
                list(book.names),
                [program.clauses[name].label or "" for name in book.names],
                ["、".join(compiled.clauses[name].cites) for name in book.names],
                [compiled.clauses[name].entity for name in book.names],
            )
        ]
        self.months = self.dress(book.months)
        self.ids, self.payees = self.dress(book.ids), self.dress(book.payees)

    def dress(self, texts: Sequence[str] | pa.Array) -> pa.Array:
        array = large(texts) if isinstance(texts, list | tuple) else texts
        return reduce(lambda made, dressing: dressing.array(made), self.dressings, array)

    def amounts(self, part: Part) -> pa.Array:
        return self.dress(part.amounts)

    def columns(self, part: Part) -> list[pa.Array]:
        """In order of `rows.COLUMNS`."""
        return [*(taken(texts, part.clause) for texts in self.of_clause), *self._others(part)]

    def lines(self, part: Part, separator: str) -> pa.Array:
        """Each row's cells with the separator between them."""
        heads = joined(self.of_clause, separator)
        return joined([taken(heads, part.clause), *self._others(part)], separator)

    def _others(self, part: Part) -> list[pa.Array]:
        funds = ["; ".join(f"{fund} {amount}" for fund, amount in split.items()) for split in part.funds]
        return [
            taken(self.ids, part.id),
            taken(self.months, part.month),
            taken(self.months, part.due),
            taken(self.amounts(part), part.amount),
            taken(self.payees, part.payee),
            taken(self.dress(funds), part.fund),
            taken(self.dress(part.reasons), part.reason),
        ]


class Tally:
    """What a manifest says of the clauses, added up as the parts go by. `cells`: as the file shows them."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        clauses = len(cells.book.names)
        self._count, self._fen, self._hashes = [0] * clauses, [0] * clauses, [0] * clauses

    def add(self, part: Part) -> None:
        import pyarrow as pa

        rows = self.cells.lines(part, SEPARATOR).cast(pa.large_binary()).to_pylist()
        hashes = np.frombuffer(b"".join(map(hash_of_row, rows)), "<u4").reshape(-1, 8)
        shown = np.array([fen_of(text) or 0 for text in self.cells.amounts(part).to_pylist()], np.int64)[part.amount]
        for clause in np.unique(part.clause).tolist():
            own = part.clause == clause
            self._count[clause] += int(own.sum())
            self._fen[clause] += summed(shown[own])
            limbs = hashes[own].sum(axis=0, dtype=np.uint64).tolist()
            self._hashes[clause] += sum(limb << (32 * place) for place, limb in enumerate(limbs))

    @property
    def sums(self) -> dict[str, Sums]:
        """By clause, in code-point order, of those that pay."""
        found = zip(self.cells.book.names, self._count, self._fen, self._hashes, strict=True)
        return {name: Sums(count, fen, digest_of(total)) for name, count, fen, total in sorted(found) if count}
