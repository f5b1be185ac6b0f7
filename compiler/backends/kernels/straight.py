"""A builder whose choices stay choices.

Which rule a row meets, and what it gets, is anybody's guess to a processor, yet LLVM turns a choice between constants
into a jump where it believes that to be quicker (its conversion of conditional moves on x86). A jump guessed wrong
costs some fifteen steps; two or three a row were a tenth of the time of whole documents (docs/decisions/kernels.md).
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ll


class StraightBuilder(ll.IRBuilder):  # type: ignore[misc]
    """As `IRBuilder`, but every select is marked as one that cannot be guessed."""

    def select(self, cond: Any, lhs: Any, rhs: Any, name: str = "", flags: tuple[str, ...] = ()) -> Any:
        made = super().select(cond, lhs, rhs, name, flags)
        if isinstance(made, ll.Instruction):
            made.set_metadata("unpredictable", self.module.add_metadata([]))
        return made
