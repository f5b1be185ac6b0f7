"""The lexical rules of the language page: lines, folding, names, units, comments, quotations, places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from lang.dates import Duration, month
from lang.parsing.parse import parse, parse_expression
from lang.source import Source, Span
from lang.tree import declarations as d
from lang.tree import syntax as s


def good(text: str) -> d.File:
    file, diagnostics = parse(Source(text))
    assert [(x.code, x.message.en) for x in diagnostics] == []
    return file


def expression(text: str) -> Any:
    value, diagnostics = parse_expression(Source(text))
    assert [(x.code, x.message.en) for x in diagnostics] == []
    return value


def ref(name: str) -> s.Ref:
    return s.Ref(s.Name(name))


@pytest.mark.parametrize(
    "text",
    [
        "define d for person =\n  a and b",
        "define d for person = a\n  and b",
        "define d for person = a and\n\n  # a remark\n  b",
        "define d for person = (a\n  and b)",
        "define d for person\n  = a and b",
    ],
)
def test_lines_that_continue(text: str) -> None:
    (define,) = good(text).declarations
    assert isinstance(define, d.Define)
    assert define.body == s.All((ref("a"), ref("b")))


def test_not_and_prefix_words_begin_a_rule() -> None:
    clause = good("clause c\n  for person where a\n  not b → 1 once\n  since d ≥ 3 months → 2 once\n").declarations[0]
    assert isinstance(clause, d.Clause)
    assert len(clause.rules) == 2
    assert clause.scope is not None
    assert clause.scope.where == ref("a")


def test_opening_words_are_names_elsewhere() -> None:
    text = (
        "clause c\n  for person\n  period ≥ 3 months → 1 once\n  target group → 2 once\n  claims and unknown → 3 once\n"
    )
    clause = good(text).declarations[0]
    assert isinstance(clause, d.Clause)
    assert [type(r.condition).__name__ for r in clause.rules] == ["Compare", "Ref", "All"]
    assert clause.rules[1].condition == ref("target_group")


def test_full_width_signs_count_as_their_twins_and_places_stay() -> None:
    text = "clause c\n  for person\n  （wage　≥　３０００　yuan）→　１００％　×　wage once\n"
    clause = good(text).declarations[0]
    assert isinstance(clause, d.Clause)
    rule = clause.rules[0]
    assert isinstance(rule.condition, s.Compare)
    assert rule.condition.right == s.Money(Decimal(3000))
    assert rule.condition.right.span.text == "３０００　yuan"
    assert rule.condition.span.text == "（wage　≥　３０００　yuan）"
    (policy,) = good('policy p "（Ａ，１）"').declarations
    assert isinstance(policy, d.Policy)
    assert policy.label == "（Ａ，１）"


def test_names_of_several_words() -> None:
    assert expression("social insurance") == expression("social_insurance") == ref("social_insurance")
    assert expression("phase_2 and filled_by") == s.All((ref("phase_2"), ref("filled_by")))
    assert expression("days ≥ 3 days") == s.Compare("≥", ref("days"), s.Length(Duration(3, "days"), "days"))


def test_a_chinese_word_is_split_at_its_link_word_unless_it_is_a_declared_name() -> None:
    owner = s.Attribute(ref("持有人"), s.Name("来源地"))
    assert expression("持有人的来源地") == owner
    assert expression("证书的持有人的来源地") == s.Attribute(
        s.Attribute(ref("证书"), s.Name("持有人")), s.Name("来源地")
    )
    text = "define 符合的 for person = a\ndefine e for person = 符合的 and 持有人的来源地 is x\n"
    body = good(text).declarations[1]
    assert isinstance(body, d.Define)
    assert body.body == s.All((ref("符合的"), s.Compare("is", owner, ref("x"))))


def test_a_keyword_may_stand_directly_behind_a_number_and_before_one() -> None:
    want = s.Compare("≥", ref("a"), s.Length(Duration(3)), ref("b"))
    assert expression("a 满3个月同时 b") == expression("a ≥ 3 months with b") == want
    assert expression("非全日制用工") == ref("非全日制用工")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3000", s.Number(Decimal(3000))),
        ("1_000_000 yuan", s.Money(Decimal(1_000_000))),
        ("5万元", s.Money(Decimal(50_000))),
        ("1.5万元", s.Money(Decimal(15_000))),
        ("60%", s.Percent(Decimal(60))),
        ("3个月", s.Length(Duration(3))),
        ("1 year", s.Length(Duration(12), "years")),
        ("30天", s.Length(Duration(30, "days"), "days")),
        ("2021年11月7日", s.Day(date(2021, 11, 7))),
        ("2021-11", s.CalendarMonth(month(2021, 11))),
        ("2021年11月", s.CalendarMonth(month(2021, 11))),
        ("2021年", s.CalendarYear(2021)),
        ("(500元/月)", s.Rate(s.Money(Decimal(500)), "month")),
        ("(500 yuan per month)", s.Rate(s.Money(Decimal(500)), "month")),
    ],
)
def test_quantities(text: str, value: Any) -> None:
    assert expression(text) == value


def test_binding() -> None:
    assert expression("a or b and not c") == s.Either((ref("a"), s.All((ref("b"), s.Not(ref("c"))))))
    assert expression("a + b × c up to e") == s.Binary(
        "up to", s.Binary("+", ref("a"), s.Binary("×", ref("b"), ref("c"))), ref("e")
    )
    both = s.All((ref("a"), ref("b")))
    assert expression("a with b ≥ 3 months") == s.Compare("≥", both, s.Length(Duration(3)))
    assert expression("count of staff where (a and b) ≥ 2") == s.Compare(
        "≥", s.Aggregate("count", ref("staff"), both), s.Number(Decimal(2))
    )
    assert expression("total a in this year ≥ total a in last year") == s.Compare(
        "≥",
        s.InTime(s.Prefix("total", ref("a")), "this year"),
        s.InTime(s.Prefix("total", ref("a")), "last year"),
    )


def test_comments_quotations_and_notes_are_kept() -> None:
    text = (
        '# above\n> the official text\n>second\npolicy p  # behind\n  issued 2021-01-01\n  note "n"\n'
        "# before\ndefine e for person =  # first\n  # inside\n  a  # last\n# the end\n"
    )
    file = good(text)
    policy, define = file.declarations
    assert policy.trivia == s.Trivia(("above",), ("the official text", "second"), "behind")
    assert isinstance(policy, d.Policy)
    assert policy.lines[0].trivia.notes == (s.Note("n"),)
    assert define.trivia == s.Trivia(("before", "inside", "first"), (), "last")
    assert file.trailing == ("the end",)


def test_line_ends_and_byte_order_mark() -> None:
    assert (
        good("\ufeffpolicy p\r\n  issued 2021-01-01\r\n").declarations
        == good("policy p\n issued 2021-01-01").declarations
    )


def test_every_place_is_exact() -> None:
    rule = "not x ≥ 3 months with y → (w + 1 yuan) × 2 once to holder's employer"
    text = f"clause c\n  for person where (a and b)\n  {rule}\n"
    seen: list[tuple[str, str]] = []

    def walk(node: Any) -> None:
        if isinstance(node, tuple):
            for child in node:
                walk(child)
        elif attrs.has(type(node)) and not isinstance(node, Span):
            seen.append((type(node).__name__, node.span.text) if hasattr(node, "span") else ("", ""))
            for f in attrs.fields(type(node)):
                if not f.name.endswith("span"):
                    walk(getattr(node, f.name))

    walk(good(text).declarations)
    places = dict(seen)
    assert places["Clause"] == text.strip()
    assert places["For"] == "for person where (a and b)"
    assert places["All"] == "(a and b)"
    assert places["Rule"] == text.splitlines()[2].strip()
    assert places["Not"] == "not x ≥ 3 months with y"
    assert places["Compare"] == "x ≥ 3 months with y"
    assert places["Payment"] == "(w + 1 yuan) × 2 once to holder's employer"
    assert ("Binary", "(w + 1 yuan) × 2") in seen
    assert ("Binary", "(w + 1 yuan)") in seen
    assert places["Attribute"] == "holder's employer"


def test_dates_with_spaces_between_their_parts() -> None:
    assert expression("a ≥ 2021 年 1 月 1 日") == expression("a ≥ 2021-01-01")
    assert expression("a 在 2021 年 3 月") == expression("a 在 2021年3月")
    assert expression("a 在 2021 年") == expression("a 在 2021年")


def test_an_attribute_may_be_called_like_a_word_that_opens_a_note() -> None:
    file = good('clause c\n  for person\n  note → 1 yuan once\n  note "a → b"\n')
    clause = file.declarations[0]
    assert isinstance(clause, d.Clause)
    assert [rule.condition for rule in clause.rules] == [ref("note")]
    assert [note.text for note in clause.rules[0].trivia.notes] == ["a → b"]
