"""The registry of diagnostic codes: one row a code, read by every room, with a page and an example each.

HC1xx text and syntax, HC2xx names, imports and cycles, HC3xx types, units, dates and declarations, HC4xx analysis,
HC5xx cases, scenarios and what cannot be compiled, HC6xx simulation. The rows stand in one file a range.
"""

from lang.codes import (  # noqa: F401  (each adds its rows)
    analysis,
    cases_and_scenarios,
    characters,
    compiling,
    declarations,
    names,
    proofs,
    simulating,
    statements,
    types,
)
from lang.codes.registry import CODES, MODULES, PRELUDE, Code, register

__all__ = ["CODES", "MODULES", "PRELUDE", "Code", "register"]
