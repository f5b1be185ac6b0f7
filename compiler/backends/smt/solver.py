"""The solver, asked with a limit that counts its steps and never the clock, so that the answer is the same anywhere."""

from __future__ import annotations

from importlib.util import find_spec

from lang.diagnostics import Text


class SolverMissing(Exception):
    """The solver is not installed. `text` says how to mend that."""

    text = Text(
        "proofs need the solver z3, which is not installed: pip install 'huice[proofs]'",
        "证明需要求解器 z3，尚未安装：pip install 'huice[proofs]'",
    )


def require() -> None:
    """Raises SolverMissing where the solver cannot be imported."""
    if find_spec("z3") is None:
        raise SolverMissing
