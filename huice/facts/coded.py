"""A column as it was read: the distinct cells, each once or nearly, and for every row the number of its cell.

People write few different things into a column, so a cell is parsed once however many rows hold it; and a million rows
take four bytes each. Long columns of text are coded by Arrow and stay in its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from huice.facts.cells import Raw

if TYPE_CHECKING:
    import pyarrow as pa

Codes = NDArray[np.int32]
Rows = NDArray[np.int64]

EMPTY = -1  # the code of a cell that holds nothing
FEW = 1 << 15  # rows up to which plain Python codes a column; Arrow takes longer to load
_SLICE = 1 << 16


class Texts(Sequence[str]):
    """Strings in Arrow's memory; each is made when it is asked for."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            found: list[str] = self.array[index].to_pylist()
            return found
        text: str = self.array[index].as_py()
        return text

    def filter(self, flags: NDArray[np.bool_]) -> Texts:
        import pyarrow as pa

        return Texts(self.array.filter(pa.array(flags)))

    def __iter__(self) -> Iterator[str]:
        for begin in range(0, len(self.array), _SLICE):
            yield from self.array.slice(begin, _SLICE).to_pylist()


def texts(strings: Sequence[str]) -> Sequence[str]:
    """The same strings, compactly where there are many."""
    if len(strings) <= FEW or isinstance(strings, Texts):
        return strings
    import pyarrow as pa

    return Texts(pa.array(strings, pa.large_string()))


@frozen(eq=False)
class Coded:
    """`codes[row]` is the place in `cells`, or EMPTY."""

    codes: Codes
    cells: Sequence[Raw]

    def __len__(self) -> int:
        return len(self.codes)

    def cell(self, row: int) -> Raw:
        code = int(self.codes[row])
        return None if code == EMPTY else self.cells[code]

    def which(self, asked: Callable[[Raw], bool]) -> NDArray[np.bool_]:
        """For each row whether `asked` holds of its cell; each distinct cell is asked once."""
        if len(self.cells) > 4 * len(self.codes):  # of few rows of a long column
            own, codes = np.unique(self.codes, return_inverse=True)
            told = [asked(None if code == EMPTY else self.cells[code]) for code in own.tolist()]
            return np.array(told, np.bool_)[codes.ravel()] if told else np.zeros(0, np.bool_)
        answers = np.fromiter((asked(cell) for cell in self.cells), np.bool_, len(self.cells))
        return each(answers, self.codes, asked(None))

    def take(self, rows: NDArray[Any]) -> Coded:
        return Coded(self.codes[rows], self.cells)

    def used(self) -> Coded:
        """Without the cells that no row holds (those of rows that were taken out)."""
        flags = np.zeros(len(self.cells), np.bool_)
        flags[self.codes[self.codes != EMPTY]] = True
        if flags.all():
            return self
        number = np.cumsum(flags, dtype=np.int32) - 1
        codes = each(number, self.codes, EMPTY).astype(np.int32)
        if isinstance(self.cells, Texts):
            return Coded(codes, self.cells.filter(flags))
        return Coded(codes, list(compress(self.cells, flags.tolist())))


def each(of_cell: NDArray[Any], codes: Codes, of_empty: Any) -> NDArray[Any]:
    """What holds of each distinct cell, for each row."""
    if len(of_cell) == 0:
        return np.full(len(codes), of_empty)
    found: NDArray[Any] = of_cell[codes]  # EMPTY is -1, the last: put right below
    found[codes == EMPTY] = of_empty
    return found


def nothing(rows: int) -> Coded:
    """A column without a single cell."""
    return Coded(np.full(rows, EMPTY, np.int32), ())


def coded(cells: Iterable[Raw]) -> Coded:
    """Cells of any kind. `1`, `1.0` and `True` are different cells."""
    numbers: dict[object, int] = {}
    distinct: list[Raw] = []
    codes: list[int] = []
    for cell in cells:
        if cell is None or cell == "":
            codes.append(EMPTY)
            continue
        key = cell if isinstance(cell, str) else (type(cell), cell)
        code = numbers.get(key)
        if code is None:
            code = numbers[key] = len(distinct)
            distinct.append(cell)
        codes.append(code)
    return Coded(np.array(codes, np.int32), distinct)


def concatenated(columns: Sequence[Coded]) -> Coded:
    """One column after the other."""
    if len(columns) == 1:
        return columns[0]
    cells: list[Raw] = []
    codes = []
    for column in columns:
        codes.append(np.where(column.codes == EMPTY, EMPTY, column.codes + len(cells)).astype(np.int32))
        cells.extend(column.cells)
    return Coded(np.concatenate(codes) if codes else np.zeros(0, np.int32), cells)


def coded_by_arrow(column: pa.ChunkedArray | pa.Array) -> Coded:
    """An Arrow column; text stays in Arrow's memory, other values become Python's. ArrowInvalid for nested values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(column, pa.ChunkedArray):  # too long for one array of its type
            column = pa.concat_arrays([chunk.cast(pa.large_string()) for chunk in column.chunks])
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    codes = column.indices.fill_null(EMPTY).cast(pa.int32()).to_numpy(zero_copy_only=False)
    values = column.dictionary
    text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type) or _is_view(values.type)
    if not text:
        cells = values.to_pylist()
        return Coded(codes, [str(cell) if _odd(cell) else cell for cell in cells])
    empty = pc.index(values, pa.scalar("", values.type)).as_py()
    if empty >= 0 or values.null_count:
        blank = np.zeros(len(values), np.bool_)
        blank[empty if empty >= 0 else 0] = empty >= 0
        blank |= values.is_null().to_numpy(zero_copy_only=False)
        codes = np.where(each(blank, codes, True), EMPTY, codes).astype(np.int32)
        values = values.fill_null("")
    return Coded(codes, Texts(values) if len(values) > FEW else values.to_pylist())


def _is_view(of: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string_view(of))


def _odd(cell: object) -> bool:
    """Whatever no other reader gives (decimals, times, bytes) is read by its text."""
    from datetime import date, datetime

    return not isinstance(cell, (str, int, float, bool, date, datetime, type(None)))


@define
class Coder:
    """Codes a column of text that comes in pieces."""

    _pieces: list[Sequence[str]] = field(factory=list)
    _arrays: list[Any] = field(factory=list)

    def add(self, piece: Sequence[str]) -> None:
        """Pieces hold at most a few ten thousand cells."""
        self._pieces.append(piece)
        if self._arrays or sum(len(p) for p in self._pieces) > FEW:
            self._store()

    def _store(self) -> None:
        import pyarrow as pa

        self._arrays += [pa.array(piece, pa.large_string()) for piece in self._pieces]
        self._pieces.clear()

    def column(self) -> Coded:
        if not self._arrays:
            return coded(cell for piece in self._pieces for cell in piece)
        import pyarrow as pa

        self._store()
        whole = pa.chunked_array(self._arrays)
        self._arrays.clear()
        return coded_by_arrow(whole)
