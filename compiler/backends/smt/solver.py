"""The solver, asked with a limit that counts its steps and never the clock, so that the answer is the same anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from lang.diagnostics import Text

if TYPE_CHECKING:
    from compiler.backends.smt.logic import Bit
    from compiler.backends.smt.world import World


class SolverMissing(Exception):
    """The solver is not installed. `text` says how to mend that."""

    text = Text(
        "proofs need the solver z3, which is not installed: pip install 'huice[proofs]'",
        "证明需要求解器 z3，尚未安装：pip install 'huice[proofs]'",
    )


def require() -> None:
    """Raises SolverMissing where the solver cannot be imported."""
    if find_spec("z3") is None:
        raise SolverMissing


LEAST = 1000
SHARE = 3  # of the steps that are left, one question may take a third

Verdict = Literal["yes", "never", "unknown"]


@frozen(eq=False)
class Answer:
    """`verdict`: it can be so (with the solver's `model`), it can never be so, or the steps did not suffice to tell."""

    verdict: Verdict
    model: Any = None


class Question:
    """Constraints that hold, and what is asked of them. All answers together are limited to `steps` of the solver, and
    one of them to a share of what is left."""

    def __init__(self, worlds: Sequence[World], steps: int) -> None:
        import z3

        self._worlds, self.left = worlds, steps
        self._taken = [0] * len(worlds)
        self._solver = z3.Solver(ctx=worlds[0].ctx)
        self._solver.set("random_seed", 0)
        self._solver.set("phase_selection", 0)  # no before yes, so that what is found has few facts

    @property
    def used_up(self) -> bool:
        return self.left <= LEAST

    def holds(self, bit: Bit) -> None:
        """From now on."""
        if bit is not True:
            self._solver.add(bit)

    def ask(self, *wanted: Bit) -> Answer:
        """Whether all of `wanted` can be so together."""
        for number, world in enumerate(self._worlds):
            self._solver.add(*world.rules[self._taken[number] :])
            self._taken[number] = len(world.rules)
        if any(bit is False for bit in wanted):
            return Answer("never")
        if self.used_up:
            return Answer("unknown")
        self._solver.set("rlimit", max(self.left // SHARE, 1))
        before = self._count()
        self._solver.push()
        self._solver.add(*[bit for bit in wanted if bit is not True])
        found = str(self._solver.check())
        answer = Answer("unknown")
        if found == "sat":
            answer = Answer("yes", self._solver.model())
        elif found == "unsat":
            answer = Answer("never")
        self.left -= self._count() - before
        self._solver.pop()
        return answer

    def example(self, *wanted: Bit) -> Answer:
        """As `ask`, but where the steps do not suffice, looked for among simple rows."""
        answer = self.ask(*wanted)
        if answer.verdict == "unknown":
            yes, least = self._worlds[-1].simple()
            for simpler in ((*least, *yes), least, yes):
                found = self.ask(*wanted, *simpler)
                if found.verdict == "yes":
                    return found
        return answer

    def _count(self) -> int:
        statistics = self._solver.statistics()
        return int(statistics.get_key_value("rlimit count")) if "rlimit count" in statistics.keys() else 0  # noqa: SIM118
