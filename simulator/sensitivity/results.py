"""What an analysis found: an effect for each unknown on each figure, plain records, and their JSON.

In: whole numbers and floats of `estimators`, already in yuan. Out: records without behaviour but look-up and JSON. The
meaning of every field is in the room's docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from attrs import field, frozen

from lang.diagnostics import Language, Text
from simulator.plan import Plan

Scope = Literal["total", "clause", "year"]
Measure = Literal["entitled", "paid"]
MEASURES: tuple[Measure, ...] = ("entitled", "paid")


@frozen(kw_only=True)
class About:
    """An unknown. `read`: anything of the scenario depends on it. `depends_on`: unknowns that its distribution reads.
    `values`: (P10, P50, P90); where it depends on others, means of these over the others."""

    name: str
    label: str | None
    read: bool
    depends_on: tuple[str, ...]
    values: tuple[float, float, float]

    def to_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "read": self.read,
            "depends_on": list(self.depends_on),
            "values": dict(zip(("0.1", "0.5", "0.9"), self.values, strict=True)),
        }


@frozen(kw_only=True)
class Effect:
    """Of one unknown on one figure; money in yuan, indices without unit."""

    first: float | None
    first_error: float | None
    total: float | None
    total_error: float | None
    removed: float | None
    low: float
    high: float
    swing: float
    swing_error: float

    @property
    def none(self) -> bool:
        """Whether the unknown changed nothing in any world."""
        return self.first == self.total == self.swing == self.swing_error == self.total_error == 0

    def to_dict(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "first_error": self.first_error,
            "total": self.total,
            "total_error": self.total_error,
            "removed": self.removed,
            "low": self.low,
            "high": self.high,
            "swing": self.swing,
            "swing_error": self.swing_error,
        }


@frozen(kw_only=True)
class Output:
    """One figure: how much, how uncertain, and what each unknown does to it; from so many draws of the design."""

    scope: Scope
    name: str
    measure: Measure
    draws: int
    mean: float
    mean_error: float
    sd: float
    unknowns: float | None
    people: float | None
    share_error: float | None
    effects: Mapping[str, Effect]

    def by_swing(self) -> list[tuple[str, Effect]]:
        """The tornado: the largest swing first; equal ones in order of declaration."""
        return sorted(self.effects.items(), key=lambda item: -abs(item[1].swing))

    def by_total(self) -> list[tuple[str, Effect]]:
        """The largest total index first; equal ones in order of declaration."""
        return sorted(self.effects.items(), key=lambda item: -(item[1].total or 0.0))

    def to_dict(self) -> dict[str, Any]:
        return {
            "draws": self.draws,
            "mean": self.mean,
            "mean_error": self.mean_error,
            "sd": self.sd,
            "variance": {"unknowns": self.unknowns, "people": self.people, "error": self.share_error},
            "unknowns": {name: effect.to_dict() for name, effect in self.effects.items()},
        }


@frozen(kw_only=True)
class Advice:
    """Which unknown to study first: the one with the largest total index on the total entitled. `tied`: others that
    these draws do not tell apart from it."""

    unknown: str
    effect: Effect
    tied: tuple[str, ...]
    sentence: Text

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {
            "unknown": self.unknown,
            "first": self.effect.first,
            "total": self.effect.total,
            "removed": self.effect.removed,
            "tied": list(self.tied),
            "sentence": self.sentence[language],
        }


@frozen(kw_only=True, eq=False, slots=False)
class Sensitivity:
    """`worlds`: how many were computed in all. `asked`: the draws there were to be (fewer where it was stopped).
    `manifest`: as that of a simulation, of what the figures came from."""

    plan: Plan
    engine: str
    draws: int
    worlds: int
    unknowns: Mapping[str, About]
    outputs: tuple[Output, ...]
    study_first: Advice | None
    manifest: Mapping[str, Any]
    notes: tuple[Text, ...] = ()
    seconds: float = 0.0
    asked: int | None = field(default=None)

    @property
    def seed(self) -> int:
        return self.plan.seed

    @property
    def partial(self) -> bool:
        """Whether the analysis was stopped before all its draws were done."""
        return self.asked is not None and self.asked != self.draws

    @property
    def stopped_text(self) -> Text:
        done, of = self.draws, self.asked
        return Text(
            f"stopped: these are the results of {done} of {of} draws", f"已中止：以下为 {of} 次抽样中 {done} 次的结果"
        )

    @cached_property
    def _found(self) -> Mapping[tuple[str, str, str], Output]:
        return {(output.scope, output.name, output.measure): output for output in self.outputs}

    def of(self, scope: Scope, name: str = "", measure: Measure = "entitled") -> Output:
        """One figure; KeyError where there is none such."""
        return self._found[scope, name, measure]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those that were analysed."""
        return tuple(measure for measure in MEASURES if ("total", "", measure) in self._found)

    @property
    def without_effect(self) -> tuple[str, ...]:
        """Unknowns that change no figure in any world: nothing reads them, or nothing that costs anything does."""
        return tuple(name for name in self.unknowns if all(output.effects[name].none for output in self.outputs))

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """The JSON of `huice sensitivity`; `language` is that of its sentences."""
        result: dict[str, Any] = {
            "version": 1,
            "policy": self.plan.policy.name,
            "scenario": self.plan.scenario.name,
            "engine": self.engine,
            "draws": self.draws,
            "seed": self.seed,
            "worlds": self.worlds,
        }
        if self.partial:
            result["partial"] = {"draws": self.draws, "of": self.asked}
        result["unknowns"] = {name: about.to_dict() for name, about in self.unknowns.items()}
        result["total"] = self._measured("total", "")
        result["clauses"] = {name: self._measured("clause", name) for name in self._names("clause")}
        result["years"] = {name: {"total": self._measured("year", name)} for name in self._names("year")}
        result["study_first"] = None if self.study_first is None else self.study_first.to_dict(language)
        result["without_effect"] = list(self.without_effect)
        result["notes"] = [note[language] for note in self.notes]
        result["timing"] = {"seconds": self.seconds}
        result["manifest"] = dict(self.manifest)
        return result

    def _names(self, scope: Scope) -> list[str]:
        return list(dict.fromkeys(output.name for output in self.outputs if output.scope == scope))

    def _measured(self, scope: Scope, name: str) -> dict[str, Any]:
        return {m: self._found[scope, name, m].to_dict() for m in MEASURES if (scope, name, m) in self._found}
