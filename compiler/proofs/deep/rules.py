"""Rules that never pay, proved: dead (HC401), contradictory (HC406), shadowed (HC402); and rules that meet (HC403).

What looking alone finds (`fast/never_holds`, `fast/order_of_rules`) is found here too, under the same cause; here it is
decided for every condition that the solver understands. Ordered tiers are no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler import ir
from compiler.backends.smt.amounts import NotEncoded
from compiler.backends.smt.logic import Bit, both, every, no, some
from compiler.backends.smt.row import RowOf
from compiler.backends.smt.solver import Question
from compiler.facts import Facts
from compiler.proofs.deep.asking import Open, Shown, Shows, asked, chosen, condition, not_put, seek
from compiler.proofs.fast.wording import words
from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.reasoning.person import months_of_rule
from compiler.proofs.results import FEW_STEPS
from compiler.proofs.witness import Witness, witness
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
    cause = ("dead", policy.name, clause.name, rule)
    if len(core) < 2:
        said = Text(
            f"{what.en}: its condition never holds in the months of the policy",
            f"{what.zh}：政策期间内条件永不成立",
        )
        return Finding(code="HC401", span=span, message=said, clauses=(clause.name,), cause=cause)
    spans = [row.program.streams[stream].origin for stream in core]
    here, *others = spans
    en = " and ".join(f"`{words(one)}`" for one in spans)
    zh = "与".join(f"“{words(one)}”" for one in spans)
    return Finding(
        code="HC406", span=here if here.source.text else span,
        message=Text(f"{what.en}: {en} cannot hold together", f"{what.zh}：{zh}不能同时成立"),
        clauses=(clause.name,), cause=cause, witness=_all_but_one(policy, clause, at, core),
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


def _all_but_one(policy: Policy, clause: model.Clause, rule: int, core: tuple[ir.Id, ...]) -> Witness | None:
    """Somebody who meets every part but the last of the contradiction, and is paid nothing."""

    def shows(key: str) -> Shows:
        return lambda facts, sets: not months_of_rule(policy, clause.name, rule, facts, key)

    def looked(row: RowOf) -> Iterator[Bit]:
        for month in row.months:
            yield every(row.streams.bit(part, row.person, month) for part in core[:-1])

    found = seek(policy, clause.name, looked, shows)
    if not isinstance(found, Shown):
        return None
    title, remark = Text("never paid", "永不发放"), Text("all but the last condition holds", "除最后一个条件外均成立")
    return witness(
        [policy], found.facts, (clause.entity, found.key), [clause.name],
        lambda ledgers: all(p.clause != clause.name for p in ledgers[0].payments), title=title, remark=remark,
        sets=found.sets,
    )  # fmt: skip


# ---------------------------------------------------------------- order
def _shadowed(policy: Policy, clause: model.Clause, later: int) -> Finding:
    def shows(key: str) -> Shows:
        return lambda facts, sets: bool(months_of_rule(policy, clause.name, later, facts, key))

    found = seek(
        policy, clause.name, lambda row: (condition(row, clause.name, later, m) for m in row.months), shows
    )  # fmt: skip
    return Finding(
        code="HC402", span=_span(clause.rules[later]), clauses=(clause.name,),
        message=Text(
            "this rule is never reached: wherever it holds, a rule above it holds, and the first rule pays",
            "该规则永远轮不到：它成立时前面必有规则成立，而由先列的规则发放",
        ),
        help=Text("put the stricter rule first", "请把要求更严的规则放在前面"),
        witness=_two_rules(policy, clause, found, (later,)) if isinstance(found, Shown) else None,
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
            months = [months_of_rule(policy, name, rule, facts, key) for rule in (earlier, later)]
            return bool(months[0] & months[1])

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
        witness=_two_rules(policy, clause, found, (earlier, later)),
    )  # fmt: skip


def _two_rules(policy: Policy, clause: model.Clause, found: Shown, rules: tuple[int, ...]) -> Witness | None:
    months = [months_of_rule(policy, clause.name, rule, found.facts, found.key) for rule in rules]
    both_in = sorted(set.intersection(*(set(one) for one in months)))
    if not both_in:
        return None
    at = month_text(both_in[0])
    return witness(
        [policy], found.facts, (clause.entity, found.key), [clause.name], lambda ledgers: True,
        title=Text(
            f"{clause.name.replace('_', ' ')}: two rules hold", f"{clause.label or clause.name}：两条规则同时成立"
        ),
        remark=Text(f"both rules hold in {at}; the first pays", f"{at}两条规则均成立，由先列的发放"),
        month=both_in[0], sets=found.sets,
    )  # fmt: skip


def _pays_the_same(one: model.Rule, other: model.Rule) -> bool:
    return all(
        getattr(one, part) == getattr(other, part)
        for part in ("amount", "frequency", "rounding", "months", "per_year", "in_all", "payee")
    )
