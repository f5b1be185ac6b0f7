"""Types, and the Python values that stand for them everywhere behind the checker.

| type | value |
|---|---|
| yes/no | bool |
| count | int |
| number, share | Fraction (a share of 60% is 3/5) |
| money | Fraction, in fen |
| rate (money per month) | Fraction, in fen a month |
| duration | lang.dates.Duration |
| date | datetime.date |
| month | int, see lang.dates |
| kind | the member's name |
| text, identity | str |
| link | the key of the row that it names |

`UNKNOWN` is a fact that was not given, `NONE` one of which it was said that there is none; they are never confused with
each other, with `no`, or with 0.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final, Literal

from attrs import frozen

from lang.dates import Duration

Base = Literal[
    "yes/no", "count", "number", "share", "money", "rate", "duration", "date", "month", "kind", "text", "identity",
    "link", "many", "none",
]  # fmt: skip


@frozen
class Type:
    """`name` is the kind's name, or the entity that a link or many-link leads to."""

    base: Base
    name: str | None = None

    def __str__(self) -> str:
        return self.name if self.name else {"rate": "money per month"}.get(self.base, self.base)


YES_NO: Final = Type("yes/no")
COUNT: Final = Type("count")
NUMBER: Final = Type("number")
SHARE: Final = Type("share")
MONEY: Final = Type("money")
RATE: Final = Type("rate")
DURATION: Final = Type("duration")
DATE: Final = Type("date")
MONTH: Final = Type("month")
TEXT: Final = Type("text")
IDENTITY: Final = Type("identity")
NO_VALUE: Final = Type("none")  # the type of `none` itself


class Absent(Enum):
    UNKNOWN = "unknown"
    NONE = "none"

    def __repr__(self) -> str:
        return self.name


UNKNOWN: Final = Absent.UNKNOWN
NONE: Final = Absent.NONE

Value = bool | int | Fraction | Duration | date | str
Given = Value | Literal[Absent.UNKNOWN, Absent.NONE]
