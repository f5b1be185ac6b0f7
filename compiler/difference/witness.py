"""One person for whom two versions answer differently, with both answers replayed in the interpreter.

In: two versions and the name of a clause (or facts that somebody else found). Out: a witness that holds, or None: what
the interpreter does not confirm is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from compiler import ir
from compiler.difference.answers import Answer, answer_of
from compiler.difference.as_facts import case_text, expectations, facts_json, months_said, value_json
from compiler.difference.asking import OPEN_END, RowId, restricted
from compiler.difference.declarations import Version
from compiler.difference.search import Found, search
from compiler.facts import Facts
from compiler.interpret import interpret
from compiler.ledger import yuan
from lang.dates import Month, month_text
from lang.diagnostics import Language, Text
from lang.types import Value


@frozen(kw_only=True)
class Witness:
    """`a`, `b`: the answers. `old_clause`: what A calls the clause."""

    clause: str
    subject: RowId
    facts: Facts
    sets: Mapping[str, Value]
    a: Answer
    b: Answer
    until: Month | None
    old_clause: str

    def to_dict(self, versions: tuple[Version, Version], language: Language) -> dict[str, Any]:
        """`facts` are for `huice eval`, `set` for its `--set`, `case` to paste into B (into A, what only A has)."""
        program = self._program(versions)
        parameters = {p: value_json(v, program.parameters[p].type) for p, v in self.sets.items()}
        return {
            "clause": self.clause,
            "entity": "/".join(self.subject),
            "facts": facts_json(self.facts, program),
            "set": parameters,
            "until": None if self.until is None else month_text(self.until),
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "case": self.case(versions, language),
        }

    def case(self, versions: tuple[Version, Version], language: Language) -> str:
        """A case that B passes, with the answer of A as a remark; of a clause that only A has, the other way round."""
        program = self._program(versions)
        in_b = self.clause in versions[1][0].clauses
        mine, other = (self.b, self.a) if in_b else (self.a, self.b)
        says = Text("the other version: ", "另一版本：")[language] + answer_text(other, language)
        label = program.clauses[self.clause if in_b else self.old_clause].label
        title = label if language == "zh" and label else self.clause.replace("_", " ")
        name = Text(f"{title}: the versions differ", f"{title}：两个版本结果不同")[language]
        expects = expectations(self.clause if in_b else self.old_clause, self.subject[1], mine, other, says)
        sets = {name: value for name, value in self.sets.items() if name in program.parameters}
        return case_text(name, restricted(self.facts, self._compiled(versions)), program, sets, expects, language)

    def _program(self, versions: tuple[Version, Version]) -> Any:
        return versions[1 if self.clause in versions[1][0].clauses else 0][0]

    def _compiled(self, versions: tuple[Version, Version]) -> ir.Program:
        return versions[1 if self.clause in versions[1][0].clauses else 0][1]


def answer_text(answer: Answer, language: Language) -> str:
    """`3000.00 yuan in 2021-02 (due 2021-11)`, `nothing`, `undetermined`."""
    if not answer.payments:
        if answer.missing:
            missing = ", ".join(answer.missing)
            return Text(f"undetermined, for want of {missing}", f"待定，缺少 {missing}")[language]
        return Text("nothing", "不发放")[language]
    months = months_said(tuple(p.month for p in answer.payments))
    due = {p.due for p in answer.payments}
    when = ""
    if len(due) == 1 and due != {p.month for p in answer.payments}:
        when = Text(f", due {month_text(min(due))}", f"，{month_text(min(due))} 应付")[language]
    amounts = sorted({p.amount for p in answer.payments})
    if len(answer.payments) == 1:
        said = Text(f"{yuan(amounts[0])} yuan in {months}", f"{months} 发放 {yuan(amounts[0])} 元")
    else:
        sums = " / ".join(yuan(amount) for amount in amounts[:3])
        number = len(answer.payments)
        said = Text(
            f"{number} × {sums} yuan ({months}), {yuan(answer.total)} yuan in all",
            f"{number} 笔 × {sums} 元（{months}），共 {yuan(answer.total)} 元",
        )
    return said[language] + when


def witness(a: Version, b: Version, clause: str, old_clause: str | None = None) -> Witness | None:
    """The smallest that a bounded search finds. `old_clause`: what A calls it."""
    found = search(a[1], b[1], clause, _common_kinds(a, b))
    return None if found is None else confirmed(a, b, clause, found, old_clause or clause)


def confirmed(a: Version, b: Version, clause: str, found: Found, old_clause: str) -> Witness | None:
    """Both answers from the interpreter; None where they do not differ there."""
    until = _until(a[1], b[1])
    answers = []
    for (_, compiled), name in ((a, old_clause), (b, clause)):
        known = {p: value for p, value in found.sets.items() if p in compiled.parameters}
        ledger = interpret(compiled, restricted(found.facts, compiled), until=until, parameters=known)
        answers.append(answer_of(ledger, name, found.subject[1]))
    if answers[0].compared == answers[1].compared:
        return None
    return Witness(
        clause=clause, subject=found.subject, facts=found.facts, sets=found.sets, a=answers[0], b=answers[1],
        until=until if a[1].last is None or b[1].last is None else None, old_clause=old_clause,
    )  # fmt: skip


def _until(a: ir.Program, b: ir.Program) -> Month | None:
    if a.last is not None and b.last is not None:
        return None
    return max(p.first + OPEN_END if p.last is None else p.last for p in (a, b))


def _common_kinds(a: Version, b: Version) -> dict[str, tuple[str, ...]]:
    """The members that both know; of a kind that only one of them has, all."""
    kinds = {**a[0].kinds, **b[0].kinds}
    found = {}
    for name in kinds:
        versions = [program.kinds[name] for program in (a[0], b[0]) if name in program.kinds]
        known = [{member.name for member in kind.members} for kind in versions]
        found[name] = tuple(m.name for m in versions[0].members if all(m.name in members for members in known))
    return found
