"""Whole programs as a Hypothesis strategy: `programs()`.

Out: loaded programs, as `huice.loads` gives them, whose printed form is the text that makes them again. They speak of
persons, enterprises and agencies (generator/world.py), and hold definitions, tables, parameters, up to four clauses of
up to three rules, perhaps a group and limits of places.
"""

from __future__ import annotations

from random import Random

from attrs import frozen
from hypothesis import strategies as st

from huice.face import Program
from huice.testing.generator.policies import policy_text


@frozen(repr=False)
class DrawnProgram(Program):
    """`text`: of the policy."""

    text: str = ""

    def __repr__(self) -> str:
        return f'huice.loads("""\\\n{self.text}""")'


def programs() -> st.SearchStrategy[DrawnProgram]:
    """Well-typed programs."""
    return st.randoms(use_true_random=False).map(_drawn)


def _drawn(random: Random) -> DrawnProgram:
    from huice.face import loads

    text = policy_text(random)
    program = loads(text, "drawn.policy")
    return DrawnProgram(program.model, program.ir, program.diagnostics, text)
