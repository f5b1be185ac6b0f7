"""The properties of a policy, tested with people drawn by Hypothesis.

In: a checked and compiled policy. Out: a result a property: refuted, with the smallest person who shows it (replayed in
the interpreter, with a `case` to paste), or held by so many examples. What a property means is said in
`compiler.proofs.claims`. The same policy draws the same people, whatever else is loaded, so the answer is always the
same; a proof that nobody refutes it is another matter (`huice test --deep`).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from compiler import ir
from compiler.difference.answers import answer_of
from compiler.difference.asking import restricted
from compiler.evaluate import evaluate
from compiler.facts import Facts, History, Row, Span
from compiler.ledger import Ledger, yuan
from compiler.passes.dead import dead
from compiler.proofs import claims
from compiler.proofs.finding import Policy
from compiler.proofs.properties import clauses_of, prove, refuted_by
from compiler.proofs.results import Proved, Refuted
from compiler.proofs.rising import refuted_by_pair
from compiler.proofs.witness import last
from huice.testing.aims import Key
from huice.testing.facts import tables_for
from huice.testing.parameters import open_parameters
from huice.testing.pools import ClausePools, Pool, Value, pool_of, pools_of
from lang import model
from lang.checking.reads import reads_of
from lang.dates import Duration
from lang.diagnostics import Language, Text
from lang.source import Span as Place
from lang.types import Given
from lang.types import Value as Known

EXAMPLES = 100
Status = Literal["held", "refuted", "proved", "not tested"]


@frozen(kw_only=True)
class PropertyResult:
    """`examples`: people on whom the claim could be judged. `reason`: why it was not tested, or what was proved."""

    name: str
    label: str | None
    status: Status
    span: Place
    examples: int = 0
    found: Refuted | None = None
    reason: Text | None = None

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """A row of `properties` in the JSON of `huice test`."""
        record: dict[str, Any] = {"name": self.name, "status": self.status}
        if self.examples:
            record["examples"] = self.examples
        if self.found is not None:
            shown = self.found.witness
            record |= {
                "witness": shown.facts_json(),
                "got": self.got(language),
                "why": [line[language] for line in self.why()],
                "case": shown.case(language),
            }
        if self.reason is not None:
            record["reason"] = self.reason[language]
        return record

    def got(self, language: Language) -> str:
        """What the one who refutes it is paid."""
        assert self.found is not None
        shown = self.found.witness
        paid = []
        for clause, answer in shown.answers():
            fen = sum(p.amount for p in answer.payments if shown.month is None or p.month <= shown.month)
            paid.append(f"{clause} {yuan(fen)}")
        sums = Text(", ".join(paid) + " yuan", "，".join(paid) + "元")[language]
        return f"{shown.entity}/{shown.key}: {shown.remark[language]}" + ("" if shown.month is None else f" ({sums})")

    def why(self) -> tuple[Text, ...]:
        """The conditions that decided, in the month that is looked at."""
        from compiler.cases.texts import why_text
        from compiler.explanation.explain import explain

        assert self.found is not None
        shown = self.found.witness
        policy = shown.policies[0]
        explained = [
            one
            for _, clause in shown.clauses
            for one in explain(
                policy.model, policy.ir, shown.facts, shown.entity, shown.key, clause=clause, month=shown.month,
                until=last(policy), parameters=shown.sets,
            )
        ]  # fmt: skip
        return tuple(line for one in explained for line in why_text(one))

    def text(self, language: Language) -> str:
        """What a reader is shown of one that is refuted."""
        line, _ = self.span.source.position(self.span.start)
        assert self.found is not None
        name = self.label if language == "zh" and self.label else self.name.replace("_", " ")
        said = Text(f"refuted: {name}", f"不成立：{name}")[language]
        lines = [f"{self.span.source.name}:{line}: {said}"]
        lines += [f"  {Text('claimed: ', '主张：')[language]}{' '.join(self.span.text.split())}"]
        lines += [f"  {Text('got: ', '实际：')[language]}{self.got(language)}"]
        lines += [f"  {Text('why: ', '原因：')[language]}{reason[language]}" for reason in self.why()]
        lines += [f"  {row}".rstrip() for row in self.found.witness.case(language).rstrip().splitlines()]
        return "\n".join(lines)


def check_properties(
    program: model.Program, compiled: ir.Program, *, examples: int = EXAMPLES
) -> tuple[PropertyResult, ...]:
    """Every property, in the order of the file."""
    policy = Policy(program, compiled)
    pools = pools_of(program, compiled) if program.properties else ()
    return tuple(check_property(policy, claimed, pools, examples) for claimed in program.properties.values())


def check_property(
    policy: Policy, claimed: model.Property, pools: tuple[ClausePools, ...], examples: int = EXAMPLES
) -> PropertyResult:
    """One property, on `examples` sets of drawn facts."""
    sets = open_parameters(policy.ir)
    small = _only(policy, claimed)
    judged = _Judged(small, claimed, sets)
    aimed = tuple(_with_facts(one, judged, pools) for one in _aims(claimed, pools))
    if aimed:
        _run(judged, aimed, examples)
    if judged.found is not None:
        facts, more, key = judged.found
        if more is None:
            found = refuted_by(policy, claimed, facts, key, sets)
        else:
            found = refuted_by_pair(policy, claimed, facts, more, key, sets)
        if found is not None:
            return _result(claimed, "refuted", found=found)
    if judged.examples == 0:
        reason = Text("no drawn person on whom it could be judged", "未能抽出可供判断的对象")
        return _result(claimed, "not tested", reason=reason)
    return _result(claimed, "held", examples=judged.examples)


def _result(claimed: model.Property, status: Status, **more: Any) -> PropertyResult:
    return PropertyResult(name=claimed.name, label=claimed.label, status=status, span=claimed.span, **more)


def proved(policy: Policy, tested: PropertyResult) -> PropertyResult:
    """One that was not refuted, put to the solver (`SolverMissing` without it)."""
    if tested.status == "refuted":
        return tested
    answer = prove(policy, policy.model.properties[tested.name])
    if isinstance(answer, Refuted):
        return evolve(tested, status="refuted", examples=0, found=answer)
    if isinstance(answer, Proved):
        return evolve(tested, status="proved", reason=answer.over)
    return evolve(tested, reason=answer.reason)


# ---------------------------------------------------------------- drawing
class _Wrong(Exception):
    """Ends a run of Hypothesis with the smallest facts that it found."""


class _Judged:
    """Judges drawn facts; keeps the last that refute the claim: (facts, facts with more of the fact, key)."""

    def __init__(self, policy: Policy, claimed: model.Property, sets: Mapping[str, Known]) -> None:
        self.policy, self.claimed, self.sets = policy, claimed, sets
        self.examples = 0
        claim = claimed.claim
        self.low = claims.lowered(
            policy, claimed.entity, claim.attribute if isinstance(claim, model.Monotone) else claim
        )
        self.clause = claim.clause if isinstance(claim, model.Monotone) else ""
        self.found: tuple[Facts, Facts | None, str] | None = None

    def bound(self, facts: Facts) -> None:
        self.examples += 1
        ledger = self._ledger(facts)
        for key in facts.rows(self.claimed.entity):
            entity = self.claimed.entity
            month = claims.first_broken(self.policy, self.low, entity, facts, key, self.sets, ledger)
            if month is not None:
                self.found = facts, None, key
                raise _Wrong

    def pair(self, less: Facts, more: Facts, key: str) -> None:
        arguments = self.policy, self.claimed, less, more, key, self.sets
        assume(claims.comparable(*arguments))
        self.examples += 1
        answers = [answer_of(self._ledger(facts), self.clause, key) for facts in (less, more)]
        apart = answers[0].decided and answers[1].decided and answers[0].total != answers[1].total
        if apart and not claims.never_less(*arguments):
            self.found = less, more, key
            raise _Wrong

    def _ledger(self, facts: Facts) -> Ledger:
        """By the evaluators, which are quick; what they find is replayed in the interpreter."""
        known = {name: value for name, value in self.sets.items() if name in self.policy.ir.parameters}
        return evaluate(self.policy.ir, restricted(facts, self.policy.ir), until=last(self.policy), parameters=known)


def _run(judged: _Judged, aimed: tuple[ClausePools, ...], examples: int) -> None:
    claimed = judged.claimed

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(st.data())
    def on(data: st.DataObject) -> None:
        if isinstance(claimed.claim, model.Monotone):
            judged.pair(*data.draw(_pairs(judged, claimed.claim, aimed)))
        else:
            judged.bound(data.draw(tables_for(aimed, aimed, 1, True, plain=True)))

    with suppress(_Wrong):
        on()


@st.composite
def _pairs(
    draw: st.DrawFn, judged: _Judged, claim: model.Monotone, aimed: tuple[ClausePools, ...]
) -> tuple[Facts, Facts, str]:
    """Facts, and the same with more of what the claim names, of the first row."""
    less = draw(tables_for(aimed, aimed, 1, True, plain=True))
    other = draw(tables_for(aimed, aimed, 1, True, plain=True))
    entity = judged.claimed.entity
    key = f"{entity[0]}1"
    read = reads_of(judged.policy.model, [claim.attribute]).facts
    tables: dict[str, list[Row]] = {}
    for of, rows in less.tables.items():
        tables[of] = []
        for row in rows.values():
            values = dict(row.values)
            for name in [name for owner, name in read if owner == of and (row.key == key or of != entity)]:
                drawn = other.rows(of).get(row.key)
                if name in values and drawn is not None and name in drawn.values:
                    values[name] = _higher(values[name], drawn.values[name])
            tables[of].append(Row(row.key, values))
    return less, Facts(tables), key


def _higher(one: Value, other: Value) -> Value:
    """At least as much as `one` in every month, made with `other`."""
    if isinstance(one, History) and isinstance(other, History):
        if one.outside is False:
            return _joined(one, other)
        highest: Given | None = None
        for span in other.spans:
            highest = span.value if highest is None else _larger(highest, span.value)
        if highest is None:
            return one
        return History(tuple(Span(s.first, s.last, _larger(s.value, highest)) for s in one.spans), one.outside)
    if isinstance(one, History) or isinstance(other, History):
        return one
    return _larger(one, other)


def _larger(one: Given, other: Given) -> Given:
    """Of two values of one type, `one` where they have no order."""
    if isinstance(one, Duration) and isinstance(other, Duration):
        return other if one.unit == other.unit and other.count > one.count else one
    if isinstance(one, int | Fraction) and isinstance(other, int | Fraction):
        return other if other > one else one
    if isinstance(one, date) and isinstance(other, date):
        return max(one, other)
    return one


def _joined(one: History, other: History) -> History:
    """Yes where either is."""
    spans = sorted((s for s in (*one.spans, *other.spans) if s.value is True), key=lambda s: s.first)
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before is not None and (before.last is None or span.first <= before.last + 1):
            last = None if before.last is None or span.last is None else max(before.last, span.last)
            joined[-1] = Span(before.first, last, True)
        else:
            joined.append(span)
    return History(tuple(joined), False)


# ---------------------------------------------------------------- what to look at
def _aims(claimed: model.Property, pools: tuple[ClausePools, ...]) -> list[ClausePools]:
    """The clauses that the claim names; none: those of its entity."""
    named = clauses_of(claimed)
    return [one for one in pools if (one.clause in named if named else one.entity == claimed.entity)]


def _with_facts(one: ClausePools, judged: _Judged, pools: tuple[ClausePools, ...]) -> ClausePools:
    """With the facts that the claim itself reads."""
    claim = judged.claimed.claim.attribute if isinstance(judged.claimed.claim, model.Monotone) else judged.claimed.claim
    known: dict[Key, Pool] = {key: pool for other in pools for key, pool in other.pools.items()}
    program = judged.policy.model
    read = {
        key: known.get(key) or pool_of(program, judged.low.program, key)
        for key in reads_of(program, [claim]).facts
        if key in judged.low.program.attributes
    }
    return evolve(one, pools={**read, **one.pools})


def _only(policy: Policy, claimed: model.Property) -> Policy:
    """The policy with no more than the claim needs, so that judging is quick. Definitions stay: the claim may read
    them."""
    named = set(clauses_of(claimed))
    groups = {policy.ir.clauses[name].group for name in named} - {None}
    kept = {n for n, c in policy.ir.clauses.items() if n in named or c.group in groups}
    small = dead(
        evolve(
            policy.ir,
            clauses={name: of for name, of in policy.ir.clauses.items() if name in kept},
            order=tuple(name for name in policy.ir.order if name in kept),
            groups={name: of for name, of in policy.ir.groups.items() if name in groups},
            quotas={name: of for name, of in policy.ir.quotas.items() if name in kept},
            targets={},
        )
    )
    return Policy(policy.model, small)


__all__ = ["EXAMPLES", "PropertyResult", "check_properties", "check_property", "proved"]
