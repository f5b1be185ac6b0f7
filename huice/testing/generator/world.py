"""The vocabulary of the drawn programs: persons, enterprises and agencies, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from compiler import ir
from lang.dates import month
from lang.types import COUNT, DATE, DURATION, MONEY, YES_NO, Type, Value

COUNTY = Type("kind", "county")
TO_ENTERPRISE, TO_AGENCY = Type("link", "enterprise"), Type("link", "agency")
MEMBERS = ("east", "west", "north")
FIRST = month(2021, 4)
COMPARISONS: Sequence[Literal["=", "≠", "<", "≤", ">", "≥"]] = ("=", "≠", "<", "≤", ">", "≥")


def _attribute(
    entity: str, name: str, type: Type, *, monthly: bool = False, default: Value | None = None, high: int | None = None
) -> ir.Attribute:
    return ir.Attribute(
        entity=entity,
        name=name,
        label=None,
        type=type,
        monthly=monthly,
        counts="full months",
        default=default,
        low=None if high is None else Fraction(0),
        high=None if high is None else Fraction(high),
    )


ATTRIBUTES = (
    _attribute("person", "poor", YES_NO),
    _attribute("person", "employed", YES_NO, monthly=True),
    _attribute("person", "insured", YES_NO, monthly=True),
    _attribute("person", "renting", YES_NO, monthly=True, default=False),
    _attribute("person", "origin", COUNTY),
    _attribute("person", "hired_on", DATE),
    _attribute("person", "moved_on", DATE, monthly=True),
    _attribute("person", "wage", MONEY, monthly=True, high=90_000),
    _attribute("person", "elsewhere", MONEY, monthly=True, default=Fraction(0), high=90_000),
    _attribute("person", "children", COUNT, high=9),
    _attribute("person", "placed", COUNT, monthly=True, high=20),
    _attribute("person", "stay", DURATION),
    _attribute("person", "employer", TO_ENTERPRISE),
    _attribute("person", "works_at", TO_ENTERPRISE, monthly=True),
    _attribute("person", "recruiter", TO_AGENCY),
    _attribute("enterprise", "national", YES_NO),
    _attribute("enterprise", "open", YES_NO, monthly=True),
    _attribute("enterprise", "seat", COUNTY),
    _attribute("enterprise", "founded_on", DATE),
    _attribute("enterprise", "headcount", COUNT, monthly=True, high=50),
    _attribute("enterprise", "assessed", MONEY, high=500_000),
    _attribute("enterprise", "agency", TO_AGENCY),
    _attribute("agency", "licensed", YES_NO, monthly=True),
    _attribute("agency", "fee", MONEY, high=30_000),
)
ENTITIES = ("person", "enterprise", "agency")
LINKS = {"person": ("employer", "works_at", "recruiter"), "enterprise": ("agency",), "agency": ()}
