"""Rules that never pay, proved: dead (HC401), contradictory (HC406), shadowed (HC402); and rules that meet (HC403).

What looking alone finds (`fast/never_holds`, `fast/order_of_rules`) is found here too, under the same cause; here it is
decided for every condition that the solver understands. Ordered tiers are no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from compiler import ir
from compiler.backends.smt.amounts import NotEncoded
from compiler.backends.smt.logic import Bit, both, every, no, some
from compiler.backends.smt.row import RowOf
from compiler.backends.smt.solver import Question
from compiler.difference.answers import answer_of
from compiler.facts import Facts
from compiler.proofs.deep.asking import Open, Shown, Shows, asked, chosen, condition, not_put, seek
from compiler.proofs.fast.wording import words
from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.reasoning.person import months_of_rule, months_when
from compiler.proofs.results import FEW_STEPS
from compiler.proofs.witness import Witness, replay, witness
from lang import model
from lang.dates import month_text
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.types import Value


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    for policy in policies:
        for clause in policy.model.clauses.values():
            yield from _clause(policy, clause)


def _clause(policy: Policy, clause: model.Clause) -> Iterator[Found]:
    name = clause.name
    try:
        row, question = asked(policy, [name])
        able = [question.ask(some(condition(row, name, r, m) for m in row.months)) for r in range(len(clause.rules))]
        reached = [
            question.ask(some(chosen(row, name, r, m) for m in row.months)) if able[r].verdict == "yes" else able[r]
            for r in range(len(clause.rules))
        ]
    except NotEncoded as unsaid:
        yield not_put(policy, clause, unsaid)
        return
    dead = [number for number, answer in enumerate(able) if answer.verdict == "never"]
    if len(dead) == len(clause.rules):
        yield _dead(policy, clause, None, row, question)
    else:
        for number in dead:
            yield _dead(policy, clause, number, row, question)
    for number, answer in enumerate(reached):
        if "unknown" in (answer.verdict, able[number].verdict):
            cause = ("rules", policy.name, name, number)
            yield NotProved(
                span=_span(clause.rules[number]), question=_QUESTION, reason=FEW_STEPS, clauses=(name,), cause=cause
            )
        elif number not in dead and answer.verdict == "never":
            yield _shadowed(policy, clause, number)
    living = [number for number, answer in enumerate(reached) if answer.verdict == "yes"]
    for later in living:
        for earlier in living:
            if earlier < later:
                yield from _meeting(policy, clause, earlier, later, row, question)


_QUESTION = Text("that the rule is reached by somebody", "该规则是否有人适用")


def _span(rule: model.Rule) -> Span:
    return rule.span if rule.condition is None else rule.condition.span


def _said(rule: model.Rule) -> Text:
    if rule.condition is None:
        return Text("`always`", "“一律”")
    return Text(f"`{words(rule.condition.span)}`", f"“{words(rule.condition.span)}”")


# ---------------------------------------------------------------- never
def _dead(policy: Policy, clause: model.Clause, rule: int | None, row: RowOf, question: Question) -> Finding:
    what = Text("this rule never pays", "该规则永远不会发放")
    if rule is None or len(clause.rules) == 1:
        what = Text("this clause never pays", "该条款永远不会发放")
    at = rule or 0
    span = clause.rules[at].span if rule is not None else (clause.span if clause.where is None else clause.where.span)
    core = _core(row, clause.name, at, question)
    every_part = _parts(row.program, clause.name, at)
    shown = _closest(policy, clause, rule, tuple(every_part.index(part) for part in core))
    cause = ("dead", policy.name, clause.name, rule)
    if len(core) < 2:
        said = Text(
            f"{what.en}: its condition never holds in the months of the policy",
            f"{what.zh}：政策期间内条件永不成立",
        )
        return Finding(code="HC401", span=span, message=said, clauses=(clause.name,), cause=cause, witness=shown)
    spans = [row.program.streams[stream].origin for stream in core]
    here, *others = spans
    parts = [words(one) for one in spans]
    en = f"{', '.join(f'`{one}`' for one in parts[:-1])} and `{parts[-1]}`"
    zh = "与".join(f"“{one}”" for one in parts)
    return Finding(
        code="HC406", span=here if here.source.text else span,
        message=Text(f"{what.en}: {en} cannot hold together", f"{what.zh}：{zh}不能同时成立"),
        clauses=(clause.name,), cause=cause, witness=shown,
        labels=tuple(Label(one, Text("the other condition", "与之矛盾的条件")) for one in others if one.source.text),
    )  # fmt: skip


def _parts(program: ir.Program, clause: str, rule: int) -> tuple[ir.Id, ...]:
    when = program.clauses[clause].alternatives[rule].when
    if when is None:
        return ()
    op = program.streams[when].op
    return op.operands if isinstance(op, ir.And) else (when,)


def _core(row: RowOf, clause: str, rule: int, question: Question) -> tuple[ir.Id, ...]:
    """The fewest parts of the condition that already exclude each other, found by leaving one out after the other."""
    kept = _parts(row.program, clause, rule)
    for one in kept:
        fewer = tuple(part for part in kept if part != one)
        together = some(every(row.streams.bit(p, row.person, m) for p in fewer) for m in row.months)
        if fewer and question.ask(together).verdict == "never":
            kept = fewer
    return kept


def _closest(policy: Policy, clause: model.Clause, rule: int | None, core: tuple[int, ...]) -> Witness | None:
    """Somebody who meets every part of the condition but the last of the contradiction (if that is possible; else of
    the contradiction itself), and is not paid by the rule (None: by the clause). `core`: places of the parts."""
    name, own = clause.name, _parts(policy.ir, clause.name, rule or 0)
    others = tuple(place for place in range(len(own)) if place not in core[-1:])
    span = policy.ir.streams[own[core[-1]]].origin if core else None
    remark = Text("the condition does not hold in any month", "各月条件均不成立")
    if span is not None and span.source.text and others:
        remark = Text(f"all but `{words(span)}` holds", f"除“{words(span)}”外，其余条件均成立")
    for met in dict.fromkeys((others, core[:-1])):

        def shows(key: str, met: tuple[int, ...] = met) -> Shows:
            def unpaid(facts: Facts, sets: Mapping[str, Value]) -> bool:
                answer = answer_of(replay([policy], facts, sets)[0], name, key)
                paid = any(rule is None or payment.rule == rule for payment in answer.payments)
                held = months_when(policy, name, [own[place] for place in met], facts, key, sets)
                return answer.decided and not paid and bool(held)

            return unpaid

        def looked(row: RowOf, met: tuple[int, ...] = met) -> list[Bit]:
            parts = _parts(row.program, name, rule or 0)
            for month in () if met else row.months:  # nothing is asked, but all facts are to be given
                for part in parts:
                    with suppress(NotEncoded):
                        row.streams.bit(part, row.person, month)
            return [every(row.streams.bit(parts[place], row.person, month) for place in met) for month in row.months]

        found = seek(policy, name, looked, shows)
        if isinstance(found, Shown):
            return witness(
                [policy], found.facts, (clause.entity, found.key), [name], lambda ledgers: True, sets=found.sets,
                title=Text(f"{name.replace('_', ' ')}: never paid", f"{clause.label or name}：永不发放"), remark=remark,
            )  # fmt: skip
    return None


# ---------------------------------------------------------------- order
def _shadowed(policy: Policy, clause: model.Clause, later: int) -> Finding:
    def shows(key: str) -> Shows:
        def holds(facts: Facts, sets: Mapping[str, Value]) -> bool:
            held = months_of_rule(policy, clause.name, later, facts, key, sets)
            return bool(held) and answer_of(replay([policy], facts, sets)[0], clause.name, key).decided

        return holds

    found = seek(
        policy, clause.name, lambda row: (condition(row, clause.name, later, m) for m in row.months), shows
    )  # fmt: skip
    told = (
        Text("a rule never reached", "轮不到的规则"),
        Text("the rule holds in {}, but one before it pays", "{}该规则成立，但由先列的规则发放"),
    )
    return Finding(
        code="HC402", span=_span(clause.rules[later]), clauses=(clause.name,),
        message=Text(
            "this rule is never reached: wherever it holds, a rule above it holds, and the first rule pays",
            "该规则永远轮不到：它成立时前面必有规则成立，而由先列的规则发放",
        ),
        help=Text("put the stricter rule first", "请把要求更严的规则放在前面"),
        witness=_in_a_month(policy, clause, found, (later,), told) if isinstance(found, Shown) else None,
        cause=("shadowed", policy.name, clause.name, later),
    )  # fmt: skip


def _meeting(
    policy: Policy, clause: model.Clause, earlier: int, later: int, row: RowOf, question: Question
) -> Iterator[Found]:
    first, second = clause.rules[earlier], clause.rules[later]
    if second.condition is None or _pays_the_same(first, second):
        return
    name = clause.name
    tiers = question.ask(
        some(both(condition(row, name, earlier, m), no(condition(row, name, later, m))) for m in row.months)
    )
    if tiers.verdict == "never":
        return

    def shows(key: str) -> Shows:
        def together(facts: Facts, sets: Mapping[str, Value]) -> bool:
            months = [months_of_rule(policy, name, rule, facts, key, sets) for rule in (earlier, later)]
            return bool(months[0] & months[1]) and answer_of(replay([policy], facts, sets)[0], name, key).decided

        return together

    found = seek(
        policy, name,
        lambda row: (both(condition(row, name, earlier, m), condition(row, name, later, m)) for m in row.months), shows,
    )  # fmt: skip
    if found == "never":
        return
    cause = ("overlap", policy.name, name, earlier, later)
    if isinstance(found, Open):
        asked_ = Text("that two rules never hold together", "两条规则不会同时成立")
        yield NotProved(span=_span(second), question=asked_, reason=found.reason, clauses=(name,), cause=cause)
        return
    told = (
        Text("two rules hold", "两条规则同时成立"),
        Text("both rules hold in {}; the first pays", "{}两条规则均成立，由先列的发放"),
    )
    yield Finding(
        code="HC403", span=_span(second), clauses=(name,), cause=cause,
        message=Text(
            f"{_said(first).en} and {_said(second).en} can hold together; the first pays, and their order decides",
            f"{_said(first).zh}与{_said(second).zh}可同时成立；由先列的发放，次序决定结果",
        ),
        help=Text(
            "say in one of them that the other does not hold, or leave the order and say why in a note",
            "请在其一写明另一条件不成立；若次序是有意的，请以说明注明",
        ),
        labels=(Label(_span(first), Text("the rule that pays", "发放的规则")),),
        witness=_in_a_month(policy, clause, found, (earlier, later), told),
    )  # fmt: skip


def _in_a_month(
    policy: Policy, clause: model.Clause, found: Shown, rules: tuple[int, ...], told: tuple[Text, Text]
) -> Witness | None:
    """In the first month in which all the rules hold. `told`: the title, and the remark with a place for the month."""
    name = clause.name
    months = [months_of_rule(policy, name, rule, found.facts, found.key, found.sets) for rule in rules]
    both_in = sorted(set.intersection(*(set(one) for one in months)))
    if not both_in:
        return None
    at, (title, remark) = month_text(both_in[0]), told
    return witness(
        [policy], found.facts, (clause.entity, found.key), [name],
        lambda ledgers: answer_of(ledgers[0], name, found.key).decided,
        title=Text(f"{name.replace('_', ' ')}: {title.en}", f"{clause.label or name}：{title.zh}"),
        remark=Text(remark.en.format(at), remark.zh.format(at)), month=both_in[0], sets=found.sets,
    )  # fmt: skip


def _pays_the_same(one: model.Rule, other: model.Rule) -> bool:
    return all(
        getattr(one, part) == getattr(other, part)
        for part in ("amount", "frequency", "rounding", "months", "per_year", "in_all", "payee")
    )
