"""`@record`: attrs' frozen class, quick to define.

The tree, the checked program and the IR are some two hundred classes, and attrs writes and compiles methods for each
when it is defined: a third of a cold start. A record has attrs' fields, slots and `__init__`; equality, hash and repr
are those of attrs too, but one function for all classes. Where a class has a handful of records only, use attrs itself.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["record"]

if TYPE_CHECKING:
    from attrs import frozen as record  # what type checkers know
else:

    def record(cls: type | None = None, *, kw_only: bool = False) -> Any:
        """`@record` or `@record(kw_only=True)`."""
        if cls is None:
            return lambda cls: record(cls, kw_only=kw_only)
        made = attrs.frozen(cls, kw_only=kw_only, eq=False, repr=False)
        made.__eq__, made.__hash__, made.__repr__ = _equal, _hash, _repr
        return made


_getters: dict[type, Callable[[Any], Any]] = {}


def _compared(one: Any) -> Any:
    """What equality looks at: the values of all fields but those with `eq=False`."""
    getter = _getters.get(type(one))
    if getter is None:
        names = [each.name for each in attrs.fields(type(one)) if each.eq]
        getter = _getters[type(one)] = attrgetter(*names) if names else lambda each: ()
    return getter(one)


def _equal(self: object, other: object) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return self is other or _compared(self) == _compared(other)


def _hash(self: object) -> int:
    return hash((type(self).__name__, _compared(self)))


def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in attrs.fields(type(self)) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"
