"""The year to date."""

from __future__ import annotations

from attrs import frozen

from lang.dates import Month


@frozen(kw_only=True)
class Payment:
    """One payment as made. `amount` in fen, negative where it was taken back; `paid`: the month in which it was;
    `month`: the month that it says it is for; `row`: where it stands in its file."""

    clause: str
    entity: str
    key: str
    amount: int
    paid: Month
    month: Month | None = None
    row: int = 0
