"""The Python face of Huice.

    import huice
    program = huice.load("std:shaoxing_2021_51")
    ledger = program.evaluate(huice.Facts.from_path("roster.xlsx"))
    results = program.simulate("baseline", draws=1024, seed=1)

Everything else in the package is inside; import only from here. Names are loaded when they are first used, so that a
command that needs only the checker starts without the rest.
"""

from typing import TYPE_CHECKING, Any

from huice.house import open_rooms as _open_rooms

_open_rooms()

if TYPE_CHECKING:
    from huice.face import Facts, Ledger, Program, bridge, compare, load, loads
    from huice.facts.faults import FactsError
    from huice.store.opened import Results
    from lang.diagnostics import PolicyError
    from simulator.learning.calibrate import LearningError
    from simulator.plan import SimulationError

__all__ = [
    "Facts", "FactsError", "LearningError", "Ledger", "PolicyError", "Program", "Results", "SimulationError", "bridge",
    "compare", "load", "loads",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "PolicyError":
        from lang.diagnostics import PolicyError

        return PolicyError
    if name == "FactsError":
        from huice.facts.faults import FactsError

        return FactsError
    if name == "LearningError":
        from simulator.learning.calibrate import LearningError

        return LearningError
    if name == "SimulationError":
        from simulator.plan import SimulationError

        return SimulationError
    if name == "Results":
        from huice.store.opened import Results

        return Results
    if name in __all__:
        from huice import face

        return getattr(face, name)
    raise AttributeError(f"module 'huice' has no attribute {name!r}")


def __dir__() -> list[str]:
    """For completion in a notebook, which the names that are not loaded yet want too."""
    return sorted({*globals(), *__all__})
