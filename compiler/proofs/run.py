"""Every finder over some policies, on one page.

In: policies, checked and compiled. Out: findings in the order of the files, one a cause.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator, Sequence
from importlib import import_module

from attrs import evolve

from compiler.proofs.finding import Disproved, Finding, Found, NotProved, Policy
from compiler.proofs.registry import DEEP, FAST

Progress = Callable[[int, int], None]  # finders done, of how many


def findings(policies: Sequence[Policy], deep: bool = False, on_progress: Progress | None = None) -> list[Finding]:
    """What the fast finders say, and with `deep` the others too: they need the solver (`SolverMissing` without it)."""
    modules = [f"compiler.proofs.fast.{name}" for name in FAST]
    if deep:
        from compiler.backends.smt.solver import require

        require()
        modules += [f"compiler.proofs.deep.{name}" for name in DEEP]
    found: list[Found] = []
    for number, module in enumerate(modules):
        if on_progress is not None:
            on_progress(number, len(modules))
        found += _find(module, tuple(policies))
        if deep:
            gc.collect()  # the solver's terms go round in circles, and are many
    return sorted(_one_a_cause(found), key=_place)


def _find(module: str, policies: tuple[Policy, ...]) -> Iterator[Found]:
    finder: Callable[[tuple[Policy, ...]], Iterator[Found]] = import_module(module).find
    return finder(policies)


def _one_a_cause(found: Sequence[Found]) -> list[Finding]:
    """What was decided goes before what was not. What looking found keeps its words and place, and takes the person who
    shows it from the proof. What only follows from something else that is said is not said."""
    gone = {one.cause for one in found if isinstance(one, Disproved)}
    decided = [one for one in found if isinstance(one, Finding) and (one.witness is not None or one.cause not in gone)]
    said = {one.cause for one in decided if one.cause}
    decided = [one for one in decided if not said.intersection(one.follows)]
    undecided = [one.finding() for one in found if isinstance(one, NotProved)]
    kept: dict[tuple[Hashable, ...], Finding] = {}
    others = []
    for one in (*decided, *undecided):
        if one.cause:
            before = kept.get(one.cause)
            if before is None:
                kept[one.cause] = one
            elif before.witness is None and one.witness is not None:
                kept[one.cause] = evolve(before, witness=one.witness)
        else:
            others.append(one)
    return [*kept.values(), *others]


def _place(finding: Finding) -> tuple[str, int, str, str]:
    return finding.span.source.name, finding.span.start, finding.code, finding.message.en
