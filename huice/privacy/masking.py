"""Identity numbers in whatever is shown: starred out, unless the caller asked for them.

Comes in: any text on its way to a reader (message, table, report, letter, JSON). Goes out: the same with the middle of
every identity number (15 or 18 signs, also with spaces or hyphens between its parts, also with a wrong check digit or
too short by a digit) and of other numbers as long (cards) starred out. Masking is what happens when nobody says
anything; `uncovered` lifts it for as long as a command runs that was called with --unmasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

STARS = "*" * 8
_CONTROL = dict.fromkeys((*range(32), *range(127, 160), 8206, 8207, *range(8234, 8239)), 65533)
# A digest is letters and digits mixed, and a long fraction no identity number: neither is touched.
_ALONE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9]\.)(\d{6})\d{5,9}(\d{3}[\dXxＸｘ])(?![0-9A-Za-z])")
# With a date of birth in its place it is one wherever it stands, inside a longer word too.
_BORN = re.compile(
    r"(?<![0-9])(?<![0-9]\.)(\d{6})[ \-·]?(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ \-·]?"
    r"(\d{3}[\dXxＸｘ])(?![0-9])"
)
_uncovered: ContextVar[bool] = ContextVar("uncovered", default=False)


def masked(text: str) -> str:
    """The text with the middle of whatever looks like an identity number starred out."""
    if _uncovered.get() or len(text) < 15:
        return text
    return _ALONE.sub(_starred, _BORN.sub(_starred, text))


def shown(text: str) -> str:
    """Text of a roster as a terminal may show it: masked, on one line, no control signs."""
    return masked(text.translate(_CONTROL))


def masked_data(data: Any) -> Any:
    """JSON data with every text in it masked, keys of objects too."""
    match data:
        case str():
            return masked(data)
        case dict():
            return {masked(str(key)): masked_data(value) for key, value in data.items()}
        case list() | tuple():
            return [masked_data(item) for item in data]
        case _:
            return data


def is_uncovered() -> bool:
    return _uncovered.get()


@contextmanager
def uncovered(wanted: bool = True) -> Iterator[None]:
    """Inside, nothing is masked (if `wanted`)."""
    before = _uncovered.set(wanted)
    try:
        yield
    finally:
        _uncovered.reset(before)


def _starred(found: re.Match[str]) -> str:
    return f"{found[1]}{STARS}{found[2]}"
