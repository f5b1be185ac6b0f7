"""Whatever is fed to the commands: a status of 0 to 3, never an exception (`run` lets them through and so fails)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.huice.helpers import GRANT, PEOPLE, TOWN, run, write

ROOT = Path(__file__).resolve().parents[2]
POLICIES = [
    GRANT,
    TOWN,
    (ROOT / "docs" / "examples" / "my_first.policy").read_text("utf-8"),
    (ROOT / "docs" / "examples" / "我的第一个.policy").read_text("utf-8"),
]
ODD = """’s [ ( ) per_month count_of total previous ever via 2024-02-30 99999999999999999999 1e3 0 -1 ① 按月 满 →
 then else or not up_to \u202e \ufeff \x00""".replace("_", " ").split(" ")
PIECES = [*sorted({piece for text in POLICIES for piece in re.findall(r"\w+|[^\w\s]|\n *", text)}), *ODD, "\t"]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
        st.sampled_from(["hill", "2025-02-03", "2025-01", "9999-12", "0001-01", "9999-12-31", "无", "-", "3,000"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)  # fmt: skip
NAMES = st.sampled_from(
    ["id", "origin", "来源地", "hired_on", "courses", "employed", "social insurance", "wage", "identity"]
)
CALM = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = settings(CALM, max_examples=60)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A policy with one to four of its pieces dropped, doubled, exchanged or replaced."""
    pieces = re.findall(r"\w+|[^\w\s]|\s+", draw(st.sampled_from(POLICIES)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(pieces) - 1))
        match draw(st.sampled_from(["drop", "double", "exchange", "replace", "cut"])):
            case "drop":
                pieces[at] = ""
            case "double":
                pieces[at] *= 2
            case "exchange":
                other = draw(st.integers(0, len(pieces) - 1))
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case "replace":
                pieces[at] = draw(st.sampled_from(PIECES))
            case _:
                del pieces[at : at + draw(st.integers(1, 12))]
                pieces.append("")
    return "".join(pieces)


def through_every_command(policy: str | bytes, folder: Path) -> None:
    facts = write(folder / "people.json", json.dumps({"person": PEOPLE}))
    place = folder / "fuzzed.policy"
    place.write_bytes(policy if isinstance(policy, bytes) else policy.encode("utf-8", "surrogatepass"))
    checked = run("check", place, "--json")
    assert checked.status in (0, 1) and checked.data["version"] == 1
    for arguments in (
        ("eval", place, "--facts", facts, "--until", "2026-06"),
        ("explain", place, "--facts", facts, "--entity", "person/an", "--until", "2026-06"),
        ("test", place),
        ("simulate", place, "--draws", "16"),
    ):
        done = run(*arguments, "--json")
        assert done.status in (0, 1, 2, 3) and done.data
        if checked.status:
            assert done.status == 1


@FEW
@given(st.binary(max_size=200))
def test_random_bytes_as_a_policy(tmp_path: Path, policy: bytes) -> None:
    through_every_command(policy, tmp_path)


@CALM
@given(mutated())
def test_mutated_policies(tmp_path: Path, policy: str) -> None:
    through_every_command(policy, tmp_path)


@FEW
@given(mutated(), st.sampled_from(["en", "zh"]))
def test_mutated_policies_are_told_in_both_languages(tmp_path: Path, policy: str, lang: str) -> None:
    place = tmp_path / "fuzzed.policy"
    place.write_bytes(policy.encode())
    assert run("check", place, "--lang", lang).status in (0, 1)


@CALM
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=3))
def test_facts_of_any_value(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    place = write(tmp_path / "grant.policy", GRANT)
    facts = json.dumps({"person": [{"id": f"p{n}"} | row for n, row in enumerate(rows)]})
    for command in (("eval",), ("explain", "--entity", "person/p0")):
        done = run(command[0], place, "--facts", "-", *command[1:], "--json", stdin=facts)
        assert done.status in (0, 3) and done.data
        assert run(command[0], place, "--facts", "-", *command[1:], stdin=facts).status == done.status


@FEW
@given(st.one_of(st.binary(max_size=60), VALUES.map(lambda value: json.dumps(value).encode())))
def test_any_bytes_as_facts(tmp_path: Path, facts: bytes) -> None:
    place = write(tmp_path / "grant.policy", GRANT)
    assert run("eval", place, "--facts", "-", "--json", stdin=facts).status in (0, 3)
    for name in ("person.csv", "facts.json", "facts.xlsx"):
        (tmp_path / name).write_bytes(facts)
        if name != "facts.xlsx":
            assert run("eval", place, "--facts", tmp_path / name, "--json").status in (0, 3)


CELLS = st.one_of(
    st.sampled_from(["hill", "an", "2025-02-03", "2025-01", "至今", "无", "", "12", "#N/A", '"', ",", "\n", "\x00"]),
    st.text(max_size=6),
)


@CALM
@given(st.lists(st.one_of(NAMES, CELLS), max_size=8), st.lists(st.lists(CELLS, max_size=9), max_size=4), st.booleans())
def test_any_table(tmp_path: Path, header: list[str], rows: list[list[str]], chinese: bool) -> None:
    place = write(tmp_path / "grant.policy", GRANT)
    lines = [",".join(["id", *header]), *(",".join(row) for row in rows)]
    (tmp_path / "person.csv").write_bytes("\n".join(lines).encode("gb18030" if chinese else "utf-8", "replace"))
    done = run("eval", place, "--facts", tmp_path / "person.csv", "--lang", "zh" if chinese else "en")
    assert done.status in (0, 3)


@pytest.mark.parametrize("until", ["0001-01", "9999-12", "2024-12", "-1", "2025-00", "２０２５-１２", "2025-12 "])
def test_any_month(tmp_path: Path, until: str) -> None:
    place = write(tmp_path / "grant.policy", GRANT)
    facts = json.dumps({"person": PEOPLE})
    assert run("eval", place, "--facts", "-", "--until", until, "--json", stdin=facts).status in (0, 2)
    assert run("explain", place, "--facts", "-", "--entity", "person/an", "--month", until, stdin=facts).status in (
        0,
        2,
    )


@pytest.mark.parametrize("written", ["employed ==== 3", "employed !== 3", "employed => 3", "employed ≥≥ 3", "(" * 100])
def test_signs_that_once_were_a_defect(tmp_path: Path, written: str) -> None:
    through_every_command(GRANT.replace("employed ≥ 3", written), tmp_path)
