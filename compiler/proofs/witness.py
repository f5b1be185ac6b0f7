"""A person who shows what was found: facts, replayed in the interpreter, as JSON for `huice eval` and as a `case`.

In: policies, facts that somebody found, and what must be seen in the ledgers. Out: a `Witness`, or None where the
interpreter does not confirm it: what does not replay is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from compiler.difference.answers import NOTHING, Answer, answer_of
from compiler.difference.as_facts import case_text, expectations, facts_json, value_json
from compiler.difference.asking import OPEN_END, restricted
from compiler.facts import Facts
from compiler.interpret import interpret
from compiler.ledger import Ledger
from lang.dates import Month, month_text
from lang.diagnostics import Language, Text
from lang.tree.syntax import NO_TRIVIA
from lang.types import Value

if TYPE_CHECKING:
    from compiler.proofs.finding import Policy

Shows = Callable[[Sequence[Ledger]], bool]  # whether the ledgers, one a policy, show what they are to show


@frozen(kw_only=True)
class Witness:
    """`clauses`: (which of the policies, its name) of those to look at; `key`: the row of `entity` whose answers are
    shown, and `others` of the same entity beside it; `month`: where to look, if it is one month. `title` names the
    case, `remark` stands above its first line."""

    policies: tuple[Policy, ...]
    facts: Facts
    sets: Mapping[str, Value]
    entity: str
    key: str
    clauses: tuple[tuple[int, str], ...]
    ledgers: tuple[Ledger, ...]
    month: Month | None
    title: Text
    remark: Text
    others: tuple[str, ...] = ()

    def answers(self) -> list[tuple[str, Answer]]:
        return [(clause, answer_of(self.ledgers[at], clause, self.key)) for at, clause in self.clauses]

    def _elsewhere(self, clause: str, key: str) -> Answer:
        """Payments that are less worth showing: those of other months than the one where to look."""
        answer = answer_of(self.ledgers[0], clause, key)
        if any(payment.month == self.month for payment in answer.payments):
            return evolve(answer, payments=tuple(p for p in answer.payments if p.month != self.month))
        return NOTHING

    def facts_json(self) -> dict[str, list[dict[str, Any]]]:
        """What `huice eval --facts` reads; of several policies together, what each of them knows."""
        merged: dict[str, dict[str, dict[str, Any]]] = {}
        for policy in self.policies:
            for entity, rows in facts_json(restricted(self.facts, policy.ir), policy.model).items():
                for row in rows:
                    merged.setdefault(entity, {}).setdefault(row["id"], {}).update(row)
        return {entity: list(rows.values()) for entity, rows in merged.items()}

    def to_dict(self) -> dict[str, Any]:
        """What to look at when the facts are evaluated: whose answers, in which month, with which parameters set."""
        sets = {
            name: value_json(value, policy.model.parameters[name].type)
            for policy in self.policies
            for name, value in self.sets.items()
            if name in policy.model.parameters
        }
        shown: dict[str, Any] = {
            "entity": f"{self.entity}/{self.key}",
            "clauses": [clause for _, clause in self.clauses],
            "month": None if self.month is None else month_text(self.month),
            "set": sets,
            "answers": {clause: answer.to_dict() for clause, answer in self.answers()},
            "case": self.case("en"),
        }
        return shown

    def case_text(self) -> Text:
        return Text(self.case("en"), self.case("zh"))

    def case(self, language: Language) -> str:
        """A case of the first policy that passes today; what other policies pay stands in a remark."""
        first = self.policies[0]
        expects = tuple(
            expect if expect.trivia.comments != ("",) else evolve(expect, trivia=NO_TRIVIA)
            for number, (at, clause) in enumerate(self.clauses)
            if at == 0
            for key in (self.key, *self.others)
            for expect in expectations(
                clause, key, answer_of(self.ledgers[0], clause, key), self._elsewhere(clause, key),
                self.remark[language] if number == 0 and key == self.key else "",
            )
        )  # fmt: skip
        sets = {name: value for name, value in self.sets.items() if name in first.model.parameters}
        facts = restricted(self.facts, first.ir)
        return case_text(self.title[language], facts, first.model, sets, expects, language)


def witness(
    policies: Sequence[Policy],
    facts: Facts,
    row: tuple[str, str],
    clauses: Sequence[str | tuple[int, str]],
    shows: Shows,
    *,
    title: Text,
    remark: Text,
    sets: Mapping[str, Value] | None = None,
    month: Month | None = None,
) -> Witness | None:
    """The facts, if the interpreter's ledgers show what they are to show. `clauses` without a number are of the first
    policy."""
    sets = {} if sets is None else sets
    ledgers = replay(policies, facts, sets)
    if not shows(ledgers):
        return None
    return Witness(
        policies=tuple(policies), facts=facts, sets=sets, entity=row[0], key=row[1],
        clauses=tuple((0, c) if isinstance(c, str) else c for c in clauses), ledgers=tuple(ledgers),
        month=month, title=title, remark=remark,
    )  # fmt: skip


def replay(policies: Sequence[Policy], facts: Facts, sets: Mapping[str, Value]) -> list[Ledger]:
    """What the interpreter says, one ledger a policy. A policy without an end is followed for three years."""
    return [
        interpret(
            policy.ir,
            restricted(facts, policy.ir),
            until=last(policy),
            parameters={name: value for name, value in sets.items() if name in policy.ir.parameters},
        )
        for policy in policies
    ]


def last(policy: Policy) -> Month:
    """The last month that is looked at."""
    return policy.ir.first + OPEN_END - 1 if policy.ir.last is None else policy.ir.last
