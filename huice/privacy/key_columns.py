"""The names under which the rows of long rosters leave the house: a whole column of keys at once.

In: facts as columns. Out: by entity the names in the order of its rows, and the `Disguise` that gives the same name to
one key at a time (for what is listed row by row). The names are those of `disguise`, to the letter.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from compiler.fact_columns import FactColumns
from huice.privacy.disguise import Disguise
from huice.privacy.masking import is_uncovered, masked
from huice.privacy.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    import pyarrow as pa

SHORTEST = 15  # signs of an identity number: what is shorter is never masked
SLICE = 1 << 16


def key_array(keys: Sequence[str]) -> pa.Array:
    """Keys as Arrow's large strings."""
    import pyarrow as pa

    array = getattr(keys, "array", None)  # readers of long rosters keep them so
    if isinstance(array, pa.Array) and array.type == pa.large_string():
        return array
    return pa.array(keys if isinstance(keys, list | tuple) else list(keys), pa.large_string())


def disguised_keys(columns: FactColumns, pseudonyms: Pseudonyms | None = None) -> tuple[Disguise, dict[str, pa.Array]]:
    """As `disguise_of`: pseudonyms where there is a key, plain ids where nothing is masked, else masked names."""
    keys = {entity: key_array(table.keys) for entity, table in columns.tables.items()}
    if pseudonyms is not None:
        return Disguise({}, pseudonyms.of), {entity: _each(array, pseudonyms.of) for entity, array in keys.items()}
    if is_uncovered():
        return Disguise({}, lambda key: key), keys
    names = {entity: masked_keys(array) for entity, array in keys.items()}
    found = {entity: Names(columns.tables[entity].keys, array) for entity, array in names.items()}
    return Disguise(found, masked), names


def masked_keys(keys: pa.Array) -> pa.Array:
    """Masked, and numbered where several look alike. `keys` are in order of code points, each once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    long = np.flatnonzero(pc.greater_equal(pc.utf8_length(keys), SHORTEST).to_numpy(zero_copy_only=False))
    if not len(long):
        return keys
    written = keys.take(pa.array(long))
    names = _each(written, masked)
    changed = pc.not_equal(names, written).to_numpy(zero_copy_only=False)
    long, names = long[changed], names.filter(pa.array(changed))
    if not len(long):
        return keys
    alike = names.dictionary_encode().indices.to_numpy()
    order = np.argsort(alike, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(alike[order]) != 0])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.repeat(first, np.diff(np.r_[first, len(order)]))
    again = place > 0
    if again.any():
        numbers = pa.array(place[again] + 1).cast(pa.large_string())
        hashed = pc.binary_join_element_wise(names.filter(pa.array(again)), numbers, pa.scalar("#", pa.large_string()))
        names = pc.replace_with_mask(names, pa.array(again), hashed)
    where = np.zeros(len(keys), np.bool_)
    where[long] = True
    made: pa.Array = pc.replace_with_mask(keys, pa.array(where), names)
    return made


def _each(texts: pa.Array, change: Callable[[str], str]) -> pa.Array:
    import pyarrow as pa

    parts = [
        pa.array([change(text) for text in texts.slice(begin, SLICE).to_pylist()], pa.large_string())
        for begin in range(0, len(texts), SLICE)
    ]
    return pa.concat_arrays(parts) if parts else texts


@frozen(eq=False)
class Names(Mapping[str, str]):
    """The name of each key, found by bisection: a dictionary of a million keys would not fit in the memory allowed."""

    keys_in_order: Sequence[str]
    names: Any  # an Arrow array

    def __getitem__(self, key: str) -> str:
        place = bisect_left(self.keys_in_order, key) if len(key) >= SHORTEST else len(self.names)
        if place == len(self.names) or self.keys_in_order[place] != key:
            raise KeyError(key)
        name: str = self.names[place].as_py()
        return name

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys_in_order)
