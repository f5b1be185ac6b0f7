"""Numbers that a run is given on the command line, refused in both languages."""

from __future__ import annotations

from typing import Any

import click

from huice.cli.usage import WrongValue
from lang.diagnostics import Text

MOST_DRAWS = 1 << 22
MOST_SEED = 2**63 - 1


class Whole(click.IntRange):
    """A whole number within a range; `what` it is a number of."""

    def __init__(self, low: int, high: int, what: Text) -> None:
        super().__init__(low, high)
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            text = Text(
                f"{self.what.en} = {value}: a whole number from {self.min} to {self.max}",
                f"{self.what.zh} = {value}：须为 {self.min} 至 {self.max} 的整数",
            )
            raise WrongValue(text, ctx, param) from None


DRAWS = Whole(1, MOST_DRAWS, Text("draws", "抽样次数"))
SEED = Whole(0, MOST_SEED, Text("seed", "随机种子"))
