"""A thousand drawn programs, with whatever is unknown: machine code gives the ledger that the interpreter gives.

`python -m tests.properties.kernels_agree 10000` runs more; docs/benchmarks.md says what the last such run found."""

import pytest

from tests.properties.kernels_agree import PORTION, portion

PROGRAMS = 1_000


@pytest.mark.parametrize("number", range(PROGRAMS // PORTION))
def test_machine_code_gives_the_interpreters_ledger(number: int) -> None:
    counts = portion(number)
    assert counts["programs"] == PORTION
    assert counts["programs that pay"] >= 0.6 * PORTION
    assert counts["programs with doubts"] >= 0.2 * PORTION
    assert counts["refused"] > 0
    # most of it is the code's own work, not that of the evaluators it falls back on
    assert counts["native clauses"] >= 0.4 * counts["clauses"]
    assert counts["native payments"] >= 0.25 * counts["payments"]
