"""Which unknowns anything of a scenario depends on, and which other unknowns each of them reads.

In: a checked scenario. Out: names. What is not read changes nothing, and need not be computed to know so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from attrs import evolve

from lang import model, typed
from lang.source import Span


def unknowns_read(scenario: model.Scenario) -> frozenset[str]:
    """Those that assumptions, parameters, claims or budgets read, themselves or through other unknowns."""
    waiting = set(_names(evolve(scenario, unknowns={})))
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(depends_on(scenario, name)) - found
    return frozenset(found)


def depends_on(scenario: model.Scenario, unknown: str) -> tuple[str, ...]:
    """The unknowns that its distribution reads, in order of declaration."""
    found = set(_names(scenario.unknowns[unknown].distribution))
    return tuple(name for name in scenario.unknowns if name in found)


def _names(value: Any) -> Iterator[str]:
    """Of every unknown that is read in a record and in all that it holds."""
    match value:
        case typed.UnknownRead(name):
            yield name
        case Span():
            return
        case Mapping():
            for each in value.values():
                yield from _names(each)
        case tuple():
            for each in value:
                yield from _names(each)
        case _ if attrs.has(type(value)):
            for each in attrs.fields(type(value)):
                yield from _names(getattr(value, each.name))
