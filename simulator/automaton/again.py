"""Work that is done month after month on what is mostly the same.

Between the first people who come and the last months of a policy an automaton's months are alike: the same kinds, the
same states, the same edges. Whoever works month by month asks `Again`, which gives the last answer once more where
nothing that it was given has changed, and the very same object, so that the next in line sees that by looking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import attrs
import numpy as np

Answer = TypeVar("Answer")


class Again(Generic[Answer]):
    """`work`, which must do nothing but answer."""

    def __init__(self, work: Callable[..., Answer]) -> None:
        self._work = work
        self._given: tuple[Any, ...] | None = None
        self._answer: Answer

    def __call__(self, *given: Any) -> Answer:
        if self._given is None or not alike(given, self._given):
            self._answer = self._work(*given)
            self._given = given
        return self._answer


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same: arrays and tuples by what is in them, and objects of attrs, field by field."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool((one == other).all())
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    if attrs.has(type(one)):
        return all(alike(getattr(one, f.name), getattr(other, f.name)) for f in attrs.fields(type(one)))
    return bool(one == other)
