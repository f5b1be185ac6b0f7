"""The Python face of Huice.

    import huice
    program = huice.load("std:shaoxing_2021_51")
    ledger = program.evaluate(huice.Facts.from_path("roster.xlsx", program))
    results = program.simulate("baseline", draws=1024, seed=1)

Everything else in the package is inside; import only from here.
"""

from huice.house import open_rooms as _open_rooms

_open_rooms()

from huice.face import Facts, Ledger, Program, compare, load, loads  # noqa: E402
from huice.facts.faults import FactsError  # noqa: E402
from lang.diagnostics import PolicyError  # noqa: E402

__all__ = ["Facts", "FactsError", "Ledger", "PolicyError", "Program", "compare", "load", "loads"]
