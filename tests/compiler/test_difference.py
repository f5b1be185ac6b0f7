"""What changed between two versions, proofs, and witnesses that the interpreter confirms."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from compiler.difference.answers import answer_of
from compiler.difference.asking import restricted
from compiler.difference.declarations import Changes, Version, changes
from compiler.difference.difference import Difference, difference
from compiler.facts import History
from compiler.interpret import interpret
from compiler.pipeline import compile_program
from huice.policies import POLICIES, folder_of
from huice.testing.generator.policies import policy as drawn_policy
from lang.codes import CODES
from lang.formatting.format import format_file
from lang.formatting.names import names_of
from lang.modules import FolderLoader, load_modules
from lang.parsing.parse import parse
from lang.program import load
from lang.source import Source

SHAOXING = (POLICIES / "shaoxing_2021_51" / "shaoxing_2021_51.policy").read_text(encoding="utf-8")
POLICY = """\
policy grant "补贴"
  in force 2025-01-01 to 2026-12-31
  paid from town
kind county "县": hill "山县", river "河县", other "其他"
set near "近县" of county = hill, river
fund town "镇资金"
parameter bonus "奖金": money = 200 yuan
table rate "标准" by county
  hill      → 300 yuan
  otherwise → 100 yuan
entity person "人员"
  has origin "来源地": county
  has age "年龄": count 0 to 120
  has hired on "录用日期": date
  has employed "就业": yes/no monthly
  has renting "租房": yes/no monthly
define covered "范围内" for person = origin in near and age ≥ 18
clause stay "稳岗" cites "一"
  for person where covered
  employed ≥ 3 months → 3000 yuan once
clause rent "租房补贴" cites "二"
  for person where covered
  employed and renting → rate[origin] per month at most 1200 yuan per year
clause award "奖励" cites "三"
  for person
  since hired on ≥ 6 months → bonus once
"""


def version(text: str) -> Version:
    loader = FolderLoader((POLICIES,), standard=folder_of)
    program, found = load(Source(text, "version.policy"), loader)
    errors = [d.message.en for d in found if CODES[d.code].severity == "error"]
    assert program is not None, errors
    compiled, refused = compile_program(program)
    assert compiled is not None, refused
    return program, compiled


def edited(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def compared(*edits: tuple[str, str], text: str = POLICY) -> Changes:
    return changes(version(text), version(edited(text, *edits)))


def in_chinese(text: str) -> str:
    source = Source(text, "version.policy")
    file, _ = parse(source)
    modules, _ = load_modules(file, source, FolderLoader((POLICIES,), standard=folder_of))
    return format_file(file, language="zh", names=names_of((*modules, file)))


def names(found: Changes) -> list[tuple[str, str, str]]:
    return [(change.place.sort, change.place.name, change.what) for change in found.changes]


class TestWhatChanged:
    def test_a_version_and_itself(self) -> None:
        found = compared()
        assert found.nothing
        assert found.same_answers
        assert difference(version(POLICY), version(POLICY)).verdict == "nothing changed"

    @pytest.mark.parametrize("text", [POLICY, SHAOXING], ids=["small", "shaoxing"])
    def test_the_chinese_form_is_no_change(self, text: str) -> None:
        for pair in ((text, in_chinese(text)), (in_chinese(text), text)):
            found = changes(*(version(each) for each in pair))
            assert found.changes == ()
            assert set(found.wording) == {"language"}
            assert found.same_answers

    def test_drawn_policies_in_chinese(self) -> None:
        for seed in range(25):
            text, _ = drawn_policy(Random(seed))
            found = changes(version(text), version(in_chinese(text)))
            assert found.changes == (), text
            assert found.same_answers, text

    @pytest.mark.parametrize(
        ("edits", "aspect"),
        [
            ([('"稳岗"', '"稳定就业"')], "labels"),
            ([('cites "二"', 'cites "二（一）"')], "labels"),
            ([('clause award "奖励"', '# extra\nclause award "奖励"')], "notes"),
            ([("→ bonus once", '→ bonus once\n    note "why"')], "notes"),
            ([("  paid from town\n", "  paid from town  # all of it\n")], "notes"),
            ([("fund town", "fund  town"), ("origin in near", "origin in (hill, river)")], "spelling"),
        ],
    )  # fmt: skip
    def test_other_words_are_no_change(self, edits: list[tuple[str, str]], aspect: str) -> None:
        found = compared(*edits)
        assert found.changes == ()
        assert list(found.wording) == [aspect]
        assert found.same_answers

    def test_declarations_in_another_order(self) -> None:
        blocks = POLICY.split("clause ")
        moved = "clause ".join([blocks[0], blocks[3], blocks[1], blocks[2]])
        found = changes(version(POLICY), version(moved))
        assert found.changes == ()
        assert list(found.wording) == ["order"]
        assert found.same_answers

    def test_a_rule(self) -> None:
        (change,) = compared(("employed ≥ 3 months", "employed ≥ 2 months")).changes
        assert (change.place.sort, change.place.name, change.reaches) == ("clause", "stay", ("stay",))
        assert [line.text.en for line in change.before] == ["employed ≥ 3 months → 3000 yuan once"]
        assert [line.text.en for line in change.after] == ["employed ≥ 2 months → 3000 yuan once"]
        assert [line.text.zh for line in change.after] == ["就业 满 2个月 → 一次性 3000元"]

    @pytest.mark.parametrize(
        ("edit", "changed", "reaches"),
        [
            (("age ≥ 18", "age ≥ 16"), ("define", "covered"), ("stay", "rent")),
            (("= hill, river", "= hill"), ("set", "near"), ("stay", "rent")),
            (("hill      → 300 yuan", "hill      → 350 yuan"), ("table", "rate"), ("rent",)),
            (("= 200 yuan", "= 250 yuan"), ("parameter", "bonus"), ("award",)),
            (("in force 2025-01-01", "in force 2025-03-01"), ("policy", "grant"), ("stay", "rent", "award")),
            (("age \"年龄\": count 0 to 120", "age \"年龄\": count 16 to 120"), ("entity", "person"), ("stay", "rent")),
        ],
    )  # fmt: skip
    def test_what_clauses_use_reaches_them(
        self, edit: tuple[str, str], changed: tuple[str, str], reaches: tuple[str, ...]
    ) -> None:
        (change,) = compared(edit).changes
        assert (change.place.sort, change.place.name) == changed
        assert change.reaches == reaches
        assert (len(change.before), len(change.after)) == (1, 1)

    def test_clauses_of_one_version(self) -> None:
        new = 'clause extra "另加"\n  for person\n  employed → 10 yuan per month\n'
        there, back = (changes(*pair) for pair in ((version(POLICY), version(POLICY + new)),
                                                   (version(POLICY + new), version(POLICY))))  # fmt: skip
        assert names(there) == [("clause", "extra", "added")]
        assert names(back) == [("clause", "extra", "removed")]
        assert there.clauses == back.clauses == ("extra",)

    def test_a_clause_of_another_name(self) -> None:
        found = compared(("clause stay", "clause stable job"))
        assert names(found) == [("clause", "stable_job", "renamed")]
        assert found.changes[0].old_name == "stay"
        assert found.clauses == ()

    def test_an_assumption(self) -> None:
        scenario = """\
scenario baseline "基准" for grant
  period 2025-01 to 2026-12
  population person
    arrive 10 in 2025-01
    employed starts on arrival, ends at 5% per month
  budget town 2025 = 1000 yuan
  budget town 2026 = 1000 yuan
"""
        found = compared(("ends at 5%", "ends at 8%"), text=POLICY + scenario)
        (change,) = found.changes
        assert (change.place.sort, change.about) == ("scenario", "assumptions")
        assert [line.inside.en for line in change.before] == ["population person"]
        assert found.same_answers


def holds(found: Difference) -> None:
    """Every witness differs in the interpreter, as it says."""
    (_, a), (_, b) = found.versions
    assert found.witnesses
    for each in found.witnesses:
        ledgers = [
            interpret(
                compiled,
                restricted(each.facts, compiled),
                until=each.until,
                parameters={name: v for name, v in each.sets.items() if name in compiled.parameters},
            )
            for compiled in (a, b)
        ]
        answers = [answer_of(ledger, each.clause, each.subject[1]) for ledger in ledgers]
        assert answers == [each.a, each.b]
        assert answers[0].compared != answers[1].compared


class TestWitnesses:
    @pytest.mark.parametrize(
        "edit",
        [
            ("employed ≥ 3 months", "employed ≥ 2 months"),
            ("age ≥ 18", "age ≥ 17"),
            ("at most 1200 yuan per year", "at most 1300 yuan per year"),
            ("since hired on ≥ 6 months", "since hired on > 6 months"),
            ("hill      → 300 yuan", "hill      → 299 yuan"),
            ("to 2026-12-31", "to 2026-11-30"),
            ("in force 2025-01-01", "in force 2025-02-01"),
            ("= 200 yuan", "= 200.01 yuan"),
        ],
    )
    def test_one_threshold(self, edit: tuple[str, str]) -> None:
        found = difference(version(POLICY), version(edited(POLICY, edit)))
        assert found.verdict == "answers differ"
        assert found.not_proved == ()
        holds(found)

    def test_the_smallest(self) -> None:
        found = difference(version(POLICY), version(edited(POLICY, ("employed ≥ 3 months", "employed ≥ 2 months"))))
        (each,) = found.witnesses
        (row,) = each.facts.rows("person").values()
        assert set(row.values) == {"origin", "age", "employed"}
        history = row.values["employed"]
        assert isinstance(history, History)
        assert [(s.last or 0) - s.first + 1 for s in history.spans] == [2]
        assert (each.a.total, each.b.total) == (0, 300_000)

    def test_many_staff(self) -> None:
        edit = (
            "count of staff where (covered and hired on in this year) ≥ 10",
            ("count of staff where (covered and hired on in this year) ≥ 9"),
        )
        found = difference(version(SHAOXING), version(edited(SHAOXING, edit)))
        (each,) = found.witnesses
        assert each.clause == "base_award"
        assert len(each.facts.rows("person")) == 9
        holds(found)

    def test_it_is_the_same_every_time(self) -> None:
        pair = version(POLICY), version(edited(POLICY, ("age ≥ 18", "age ≥ 17")))
        assert difference(*pair).to_dict("en") == difference(*pair).to_dict("en")

    def test_where_nobody_is_found_the_solver_proves_it(self) -> None:
        pytest.importorskip("z3")
        found = difference(version(POLICY), version(edited(POLICY, ("age ≥ 18", "age ≥ 18 and age ≥ 17"))))
        assert found.verdict == "same answers"
        assert (set(found.proved), found.not_proved) == ({"stay", "rent"}, ())
        assert found.to_dict("en")["same_answers"] is True

    def test_whoever_b_cannot_be_told_of_is_not_in_the_proof(self) -> None:
        pytest.importorskip("z3")
        fewer = edited(POLICY, (', river "河县"', ""), ("county = hill, river", "county = hill"))
        found = difference(version(POLICY), version(fewer))
        assert found.verdict == "not proved" and found.to_dict("en")["same_answers"] is False
        assert found.dropped == {"stay": ("county: river",), "rent": ("county: river",)}
        more = difference(version(fewer), version(POLICY))
        assert more.verdict == "same answers" and not more.dropped

    def test_without_the_solver_it_is_not_proved(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("compiler.difference.difference.find_spec", lambda name: None)
        found = difference(version(POLICY), version(edited(POLICY, ("age ≥ 18", "age ≥ 18 and age ≥ 17"))))
        assert found.verdict == "not proved"
        assert set(found.not_proved) == {"stay", "rent"}
        assert found.to_dict("en")["same_answers"] is False

    @pytest.mark.parametrize("seed", [5, 7, 10, 12, 15, 19, 23])
    def test_drawn_policies(self, seed: int) -> None:
        """A number in a clause is raised by one; somebody is found, and the interpreter confirms it."""
        text, _ = drawn_policy(Random(seed))
        clauses = text.index("clause ")
        numbers = re.finditer(r"(?<=[≥<>≤] )(\d+)(?= (months|yuan)|\n|$| )", text[clauses:])
        number = Random(seed).choice(list(numbers))
        at = clauses + number.start()
        raised = text[:at] + str(int(number.group()) + 1) + text[at + len(number.group()) :]
        found = difference(version(text), version(raised))
        assert len(found.changes.changes) == 1
        assert found.verdict == "answers differ"
        holds(found)


def test_a_case_passes_where_it_is_pasted(tmp_path: Path) -> None:
    from compiler.cases.run import run_cases

    edits = ("employed ≥ 3 months", "employed ≥ 2 months"), ("age ≥ 18", "age ≥ 20"), ("= 200 yuan", "= 250 yuan")
    a, b = version(POLICY), version(edited(POLICY, *edits))
    found = difference(a, b)
    assert len(found.witnesses) == 3
    for language in ("en", "zh"):
        for each in found.witnesses:
            program, compiled = version(edited(POLICY, *edits) + each.case((a, b), language))
            assert [result.status for result in run_cases(program, compiled, interpret)] == ["passed"]
            program, compiled = version(POLICY + each.case((a, b), language))
            assert [result.status for result in run_cases(program, compiled, interpret)] == ["failed"]
