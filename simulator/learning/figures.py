"""What was learnt, figure by figure, and what could not be: plain records for reports, JSON, the scenario's notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from lang.diagnostics import Language, Text
from simulator.learning.posteriors import Posterior

What = Literal["arrivals", "leave", "return", "follows", "keeps", "share", "number", "delay", "link", "take_up", "lag"]


def percents(share: float) -> str:
    return f"{share * 100:.3g}%"


def interval_text(low: float, high: float, show: object = percents) -> str:
    assert callable(show)
    return f"{show(low)}–{show(high)}"


@frozen(kw_only=True)
class Figure:
    """`about`: `entity.attribute`, an entity, or `claims`. `unknown`: its name in the scenario, None where it is
    written as a number. `posterior`: its distribution; `low`, `high` its 95% interval. `n`: trials, rows or months;
    `events` of them. `note`: where it comes from, as the scenario says it."""

    what: What
    about: str
    note: Text
    n: int
    events: int
    unknown: str | None = None
    posterior: Posterior | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    details: Mapping[str, Any] = field(factory=dict)

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {
            "what": self.what,
            "about": self.about,
            "unknown": self.unknown,
            "mean": self.mean,
            "interval": None if self.low is None else [self.low, self.high],
            "distribution": None if self.posterior is None else self.posterior.to_dict(),
            "n": self.n,
            "events": self.events,
            "note": self.note[language],
            **self.details,
        }


@frozen(kw_only=True)
class NotLearnt:
    """`attribute` None: the entity itself, or (`entity` None) a parameter. `blocks`: the scenario cannot be simulated
    before somebody has written it."""

    entity: str | None
    attribute: str | None
    why: Text
    blocks: bool = True

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {
            "entity": self.entity,
            "attribute": self.attribute,
            "why": self.why[language],
            "blocks": self.blocks,
        }
