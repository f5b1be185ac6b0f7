"""`calibrate`: a roster and a ledger in, a scenario with intervals and notes out.

Every fact that the policy reads gets an assumption that was learnt, or stands among what could not be learnt, with the
reason; nothing is assumed silently. What is uncertain is an `unknown` with its posterior, so that a simulation carries
it into the budget.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from compiler.facts import Facts
from lang import model
from lang.checking.reads import clause_reads
from lang.dates import Month, month_text
from lang.diagnostics import Language, Text
from simulator.learning.claims import ClaimsLearnt, Due, learn_claims
from simulator.learning.figures import Figure, NotLearnt
from simulator.learning.known_at import known_at
from simulator.learning.learn_claims_text import write_claims
from simulator.learning.learn_population import PopulationLearner
from simulator.learning.observed import Observed, observe
from simulator.learning.scenario_text import Draft

Fact = tuple[str, str]
Progress = Callable[[int, int], None]


class LearningError(Exception):
    """Data from which nothing can be learnt, or that contradict themselves: all that is wrong."""

    def __init__(self, *texts: Text) -> None:
        self.texts = texts
        super().__init__("; ".join(text.en for text in texts))


@frozen(kw_only=True)
class Request:
    """What a calibration is asked for.

    as_of      the roster and the payments are known to the end of this month
    since      from this month on the roster is complete (None: from the policy's first month, or the first arrival)
    first, last the scenario's period
    roster     the path under which the scenario starts from the roster; None: it starts from nobody
    reference  what the scenario is for, as it is written (`std:NAME`, a name beside the file)
    sets       lines `set NAME = VALUE` for parameters that have no value
    given      names of parameters that have one by `sets`
    gaps       whether rows without a date that is counted from the arrival are left out by whoever simulates
    """

    as_of: Month
    first: Month
    last: Month
    reference: str
    since: Month | None = None
    roster: str | None = None
    name: str = "calibrated"
    language: Language = "en"
    sets: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    gaps: bool = False


@frozen(kw_only=True, eq=False)
class Calibration:
    """`text`: the scenario. `observed`: by entity, from which it was learnt."""

    text: str
    figures: tuple[Figure, ...]
    not_learnt: tuple[NotLearnt, ...]
    warnings: tuple[Text, ...]
    observed: Mapping[str, Observed]
    claims: ClaimsLearnt | None
    request: Request

    @property
    def complete(self) -> bool:
        """Whether the scenario can be simulated as it is."""
        return not any(each.blocks for each in self.not_learnt)

    def figure(self, what: str, about: str) -> Figure:
        return next(f for f in self.figures if f.what == what and f.about == about)

    def to_dict(self, language: Language) -> dict[str, Any]:
        request = self.request
        return {
            "version": 1,
            "as_of": month_text(request.as_of),
            "scenario": request.name,
            "period": [month_text(request.first), month_text(request.last)],
            "complete": self.complete,
            "figures": [figure.to_dict(language) for figure in self.figures],
            "not_learnt": [each.to_dict(language) for each in self.not_learnt],
            "warnings": [warning[language] for warning in self.warnings],
            "text": self.text,
        }


def calibrate(
    program: model.Program,
    read: Collection[Fact],
    facts: Facts,
    dues: Sequence[Due] | None,
    request: Request,
    on_progress: Progress | None = None,
) -> Calibration:
    """`read`: the facts that the policy's clauses read. `dues`: what was due and whether it was paid; None: no ledger.

    Raises LearningError where the roster has no rows.
    """
    known = known_at(program, facts, request.as_of)
    entities = [e for e in program.entities if known.rows(e)]
    if not entities:
        month = month_text(request.as_of)
        raise LearningError(Text(f"the roster has no rows that are known by {month}", f"名册中没有截至 {month} 的记录"))
    work = _Work(program, frozenset(read), request, _draft(program, request))
    for number, entity in enumerate(entities):
        if on_progress is not None:
            on_progress(number, len(entities) + 1)
        work.observed[entity] = observe(program, known, entity, request.as_of)
    for entity in entities:
        if entity in work.needed():
            work.population(entity)
    work.absent(entities)
    claims = None if dues is None else learn_claims(dues, request.as_of)
    write_claims(work.draft, claims, dues is not None, work.figures, work.warnings)
    if claims is not None and request.roster is not None:
        work.open_claims(dues or (), claims.seen.longest)
    work.parameters()
    if on_progress is not None:
        on_progress(len(entities) + 1, len(entities) + 1)
    return Calibration(
        text=work.draft.text(),
        figures=tuple(work.figures),
        not_learnt=tuple(work.not_learnt),
        warnings=tuple(work.warnings),
        observed=work.observed,
        claims=claims,
        request=request,
    )


def _draft(program: model.Program, request: Request) -> Draft:
    draft = Draft(
        language=request.language,
        name=request.name,
        reference=request.reference,
        period=f"{month_text(request.first)} to {month_text(request.last)}",
        chinese=any("\u4e00" <= sign <= "\u9fff" for e in program.entities.values() for sign in e.label or ""),
        sets=list(request.sets),
    )
    to = month_text(request.as_of)
    draft.notes.append(
        Text(
            f"learnt from a roster known to {to} (huice calibrate); intervals are of 95%",
            f"由截至 {to} 的名册习得（huice calibrate）；区间均为95%",
        )
    )
    draft.notes.append(
        Text(
            "attributes are taken as independent of each other; newcomers as like those who came before",
            "各栏目视为相互独立；新增人员视为与以往相同",
        )
    )
    return draft


@define
class _Work:
    program: model.Program
    read: frozenset[Fact]
    request: Request
    draft: Draft
    observed: dict[str, Observed] = field(factory=dict)
    figures: list[Figure] = field(factory=list)
    not_learnt: list[NotLearnt] = field(factory=list)
    warnings: list[Text] = field(factory=list)

    def needed(self) -> set[str]:
        """Entities that clauses are for, that they read, and to which links that they read lead."""
        entities = {clause.entity for clause in self.program.clauses.values()}
        for entity, name in self.read:
            entities.add(entity)
            attribute = self.program.entities[entity].attributes[name]
            if attribute.type.base in ("link", "many") and attribute.type.name is not None:
                entities.add(attribute.type.name)
        return entities

    def population(self, entity: str) -> None:
        learner = PopulationLearner(
            program=self.program,
            seen=self.observed[entity],
            others=self.observed,
            names=[a for a in self.program.entities[entity].attributes if (entity, a) in self.read],
            as_of=self.request.as_of,
            since=self.request.since,
            first=self.request.first,
            last=self.request.last,
            roster=self.request.roster,
            gaps=self.request.gaps,
            draft=self.draft,
        )
        learner.learn()
        self.figures += learner.figures
        self.not_learnt += learner.not_learnt
        self.warnings += learner.warnings

    def absent(self, entities: Sequence[str]) -> None:
        """Entities of which the roster has no rows: their clauses pay nothing in this scenario."""
        for entity in self.program.entities:
            if entity in self.needed() and entity not in entities:
                why = Text(
                    f"the roster has no rows of {entity}; in the scenario there are none",
                    f"名册中没有{self.program.entities[entity].label or entity}的记录，情景中也没有",
                )
                self.not_learnt.append(NotLearnt(entity=entity, attribute=None, why=why, blocks=False))

    def open_claims(self, dues: Sequence[Due], longest: int) -> None:
        """What fell due before the period and may still be claimed is no part of a simulation of the period."""
        as_of = self.request.as_of
        open_ = [d for d in dues if d.paid is None and d.due <= as_of < min(d.due + longest, self.request.first)]
        if open_:
            yuan, month = f"{sum(d.amount for d in open_) // 100:,}", month_text(as_of)
            self.warnings.append(
                Text(
                    f"{len(open_)} entitlements ({yuan} yuan) fell due by {month} and may still be claimed: "
                    f"`huice simulate` leaves them out, `huice reforecast … --as-of {month}` counts them",
                    f"截至 {month} 有{len(open_)}项应付款（{yuan} 元）可能还会申领：huice simulate 不计入，"
                    f"huice reforecast … --as-of {month} 计入",
                )
            )

    def parameters(self) -> None:
        """Those that clauses read and that have no value."""
        read = {
            name for clause in self.program.clauses.values() for name in clause_reads(self.program, clause).parameters
        }
        for parameter in self.program.parameters.values():
            if parameter.values or parameter.name in self.request.given or parameter.name not in read:
                continue
            said = parameter.name.replace("_", " ")
            why = Text(
                f"{said} has no value in the policy; give it with --set {parameter.name}=…",
                f"政策中没有{parameter.label or said}的数值，请用 --set {parameter.name}=… 给出",
            )
            self.not_learnt.append(NotLearnt(entity=None, attribute=parameter.name, why=why))
