"""Properties of the corpus: what is named `holds …` is true, what is named `fails …` is false.

At least 25 of 30 true ones are proved; every false one is refuted by a small example, which is a case that passes and
facts that show it; none is ever claimed the wrong way round.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.facts import Facts
from compiler.proofs import claims
from compiler.proofs.finding import Policy
from compiler.proofs.properties import NotProved, Proved, Refuted, prove
from huice.programs import open_program
from lang import model

pytest.importorskip("z3")

FOLDER = Path(__file__).parent / "properties"
FILES = sorted(FOLDER.glob("*.policy"))
NOT_PROVED = {"holds_group", "holds_topped_falls"}  # true, and left to the tests with drawn facts
SOME = {
    "holds_once", "holds_longer", "holds_tiers_rise", "holds_startup", "holds_total_cap", "holds_first_sum",
    "holds_topped_up", "fails_once", "fails_upside_down", "fails_part", "fails_rate", "fails_low", "fails_days",
    "fails_split_low",
}  # fmt: skip


def policy_of(path: Path) -> Policy:
    loaded = open_program(str(path))
    assert loaded.model is not None and loaded.ir is not None, loaded.diagnostics
    return Policy(loaded.model, loaded.ir)


def every_property() -> list[tuple[Path, str]]:
    return [(path, name) for path in FILES for name in policy_of(path).model.properties]


def rows(facts: Facts) -> int:
    return sum(len(table) for table in facts.tables.values())


def shown(value: Path | str) -> str:
    return value.stem if isinstance(value, Path) else value


def settle(path: Path, name: str) -> None:
    policy = policy_of(path)
    claimed = policy.model.properties[name]
    result = prove(policy, claimed)
    if name.startswith("holds"):
        assert isinstance(result, NotProved if name in NOT_PROVED else Proved)
        return
    assert isinstance(result, Refuted), result
    witness = result.witness
    assert rows(witness.facts) <= 25
    if not isinstance(claimed.claim, model.Monotone):
        assert claims.broken_in(policy, claimed, witness.facts, witness.key, witness.sets) is not None
    for row in witness.facts.tables[witness.entity].values():
        assert len(row.values) <= 5


@pytest.mark.parametrize("path, name", [at for at in every_property() if at[1] in SOME], ids=shown)
def test_some(path: Path, name: str) -> None:
    settle(path, name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path, name", [at for at in every_property() if at[1] not in SOME], ids=lambda at: str(at)[-24:]
)
def test_the_others(path: Path, name: str) -> None:
    settle(path, name)


def test_there_are_enough_of_them() -> None:
    names = [name for _, name in every_property()]
    assert sum(name.startswith("holds") for name in names) >= 30
    assert sum(name.startswith("fails") for name in names) >= 30
