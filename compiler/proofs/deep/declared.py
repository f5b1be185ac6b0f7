"""What the policy claims of itself: its properties, each proved (HC425), refuted (HC424) or left open (HC490)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.properties import Proved, Refuted, prove
from compiler.proofs.properties import clauses_of as clauses_named
from lang.diagnostics import Text

STEPS = 3_000_000


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    for policy in policies:
        for name, claimed in policy.model.properties.items():
            label = claimed.label or name
            said = name.replace("_", " ")
            clauses = tuple(clauses_named(claimed))
            cause = ("property", policy.name, name)
            result = prove(policy, claimed, STEPS)
            if isinstance(result, Proved):
                message = Text(
                    f"property {said}: proved ({result.over.en})", f"性质“{label}”：已证明（{result.over.zh}）"
                )
                yield Finding(code="HC425", span=claimed.span, message=message, clauses=clauses, cause=cause)
            elif isinstance(result, Refuted):
                message = Text(f"property {said} does not hold", f"性质“{label}”不成立")
                yield Finding(
                    code="HC424", span=claimed.span, message=message, clauses=clauses, cause=cause,
                    witness=result.witness,
                )  # fmt: skip
            else:
                question = Text(f"property {said}", f"性质“{label}”")
                yield NotProved(
                    span=claimed.span, question=question, reason=result.reason, clauses=clauses, cause=cause
                )
