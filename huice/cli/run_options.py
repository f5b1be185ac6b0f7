"""Numbers that a run is given on the command line, refused in both languages."""

from __future__ import annotations

from typing import Any

import click

MOST_DRAWS = 1 << 22
MOST_SEED = 2**63 - 1


class Whole(click.IntRange):
    """A whole number within a range; `what` as in "draws · 抽样次数"."""

    def __init__(self, low: int, high: int, what: str, most: str = "") -> None:
        super().__init__(low, high)
        self.what = what
        self.most = most or str(high)  # long rows of digits are masked, as they may be somebody's number

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            text = f"a whole number from {self.min} to {self.most} · 须为 {self.min} 至 {self.most} 的整数"
            self.fail(f"{self.what} = {value}: {text}", param, ctx)


DRAWS = Whole(1, MOST_DRAWS, "draws · 抽样次数")
SEED = Whole(0, MOST_SEED, "seed · 随机种子", "2^63 − 1")
