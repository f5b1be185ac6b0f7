"""One draw: a program, facts for it, and what the interpreter says of them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

from attrs import frozen

from compiler import ir
from compiler.facts import Facts
from compiler.interpret import interpret
from compiler.ledger import Ledger
from compiler.verify import verify
from huice.testing.generator.policies import policy
from tests.properties.generator.constructs import constructs
from tests.properties.generator.facts import facts
from tests.properties.generator.features import pairs
from tests.properties.generator.programs import program


@frozen(eq=False)
class Draw:
    """`text`: of the policy; empty where the IR itself was drawn."""

    seed: int
    text: str
    program: ir.Program
    facts: Facts
    expected: Ledger

    def tried(self) -> Counter[str]:
        """What the program and its facts contain, and what came of them."""
        found = constructs(self.program, self.facts)
        ledger = self.expected
        found["programs"] += 1
        found["programs from text"] += bool(self.text)
        found["payment"] += bool(ledger.payments)
        found["undetermined"] += bool(ledger.undetermined)
        found["waits for a parameter"] += any(entry.key is None for entry in ledger.undetermined)
        found["unknown payee"] += any(payment.payee is None for payment in ledger.payments)
        found.update(f"refused {refused.reason}" for refused in ledger.refused)
        found.update(f"pair: {a} + {b}" for (a, b), n in pairs(self.program, ledger).items() for _ in range(n))
        return found


def draw(seed: int) -> Draw:
    """Even seeds draw the IR, odd ones the text of a policy."""
    random = Random(seed)
    text, drawn = policy(random) if seed % 2 else ("", program(random))
    verify(drawn)
    given = facts(random, drawn)
    return Draw(seed, text, drawn, given, interpret(drawn, given))


kept = cache(draw)
