"""What asking for a proof of a property gives, and the words of it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from compiler import ir
from compiler.proofs.witness import Witness
from lang.dates import month_text
from lang.diagnostics import Text

STEPS = 8_000_000  # of the solver, for one property


@frozen
class Proved:
    """`over`: for whom and when, in words."""

    over: Text


@frozen
class Refuted:
    witness: Witness


@frozen
class NotProved:
    reason: Text


Result = Proved | Refuted | NotProved

FEW_STEPS = Text("the solver's steps did not suffice", "求解步数用尽")
NOT_REPLAYED = Text("the solver's example does not hold in the interpreter", "求解器的例子未能由解释器复现")


def over(program: ir.Program) -> Text:
    """The months that a proof speaks of."""
    from compiler.backends.smt.row import last_month

    first, last = month_text(program.first), month_text(last_month(program))
    return Text(f"{first} to {last}, whatever the facts", f"{first} 至 {last}，不论台账如何")


def left_open(free: Mapping[str, Text]) -> Text:
    """Why what may be anything for the proof was not found to go wrong."""
    en, zh = ", ".join(text.en for text in free.values()), "、".join(text.zh for text in free.values())
    return Text(f"it depends on {en}", f"取决于{zh}")
