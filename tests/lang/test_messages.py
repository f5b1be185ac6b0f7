"""What a reader is told: one message, at the right place, with the mend, in both languages."""

from __future__ import annotations

import re

import pytest

from lang.codes import CODES
from lang.diagnostics import Diagnostic
from lang.parsing.parse import parse, parse_expression
from lang.source import Source

CLAUSE = "clause c\n  for person\n  "
NAMES = (
    'entity person "人员"\n  has social insurance "社会保险": yes/no monthly\n  has age "年龄": count\n'
    'define covered "属于范围" for person = age ≥ 16\n'
)
ZH = NAMES + "条款 c\n  对象 person\n  "

# text, code, what is pointed at, what the mend puts there (None: no edit)
MISTAKES = [
    (CLAUSE + "a ≥ 3 months 3000 yuan once", "HC113", "3000 yuan", None),
    (CLAUSE + "a → 3000 yuan", "HC114", "", None),
    (CLAUSE + "(a and b → 3000 once", "HC115", "(", None),
    (CLAUSE + "a and b) → 3000 once", "HC115", ")", None),
    ('fund f "abc\nfund g "x"', "HC116", '"', None),
    (CLAUSE + "a → 3000 yuan onec", "HC117", "onec", "once"),
    (CLAUSE + "a ≥ 3 mnths → 3000 yuan once", "HC118", "mnths", "months"),
    (CLAUSE + "a => 3000 once", "HC119", "=>", "→"),
    (CLAUSE + "n => 3 → 3000 once", "HC119", "=>", "≥"),
    (CLAUSE + "a == b → 3000 once", "HC119", "==", "="),
    (CLAUSE + "a → 3,000 yuan once", "HC121", "3,000 yuan", "_"),
    (CLAUSE + "a → 1e3 yuan once", "HC124", "1e3", None),
    (CLAUSE + "a → 0.001 yuan once", "HC124", "0.001 yuan", None),
    (CLAUSE + f"a → {'9' * 20} yuan once", "HC124", "9" * 20 + " yuan", None),
    (CLAUSE + "n ≥ 120-30 → 3000 yuan once", "HC129", "120-30", " - "),
    (CLAUSE + "a → 1 once once", "HC127", "once", ""),
    ("parameter p: money = 1\n  from 2021-01-01: 2", "HC127", "from 2021-01-01: 2", None),
    ("define d for person = 16 ≤ age ≤ 60", "HC111", "≤", None),
    (CLAUSE + "in month 12 and a → 1 once", "HC111", "in month", None),
    ("polcy p\n  issued 2021-01-01", "HC110", "polcy", "policy"),
    ("policy p\n  issued 2021-02-30", "HC125", "2021-02-30", None),
    ("policy p\n  has a: date", "HC122", "has", None),
    ("entity e\n  has filled by: person", "HC126", "by", "filled_by"),
    ("entity e\n  has where: yes/no", "HC126", "where", None),
    ("clause once", "HC126", "once", None),
    ("台账 e\n  栏目 其中：是否", "HC126", "其中", None),
    (CLAUSE + "a → 1_ yuan once", "HC120", "1_", "1"),
    (CLAUSE + "a → 1__000 yuan once", "HC120", "1__000", "1_000"),
    ("clause c\n  a → 1 once", "HC128", "c", None),
    ("clause c\n  for person", "HC128", "c", None),
    ('case "x"\n  a = 1', "HC122", "a = 1", None),
    ('case "x"\n  expcet c pays p1 nothing', "HC110", "expcet", "expect"),
    (NAMES + CLAUSE + "whenage>=16 → 3000 once", "HC120", "whenage", "age"),
    (ZH + "当年龄>=16 → 一次性3000元", "HC120", "当年龄", "年龄"),
    (ZH + "社会保险满3个月 → 一次性3000元", "HC120", "社会保险满3个月", "社会保险 满 3个月"),
    (ZH + "社会保险 满3个月同时属于范围 → 一次性3000元", "HC120", "3个月同时属于范围", "3个月 同时 属于范围"),
    (ZH + "社会保险 → 一次姓3000元", "HC120", "一次姓3000元", "一次性 3000元"),
    ("政測 p", "HC110", "政測", "政策"),
    (CLAUSE + "a > ٣ → 1 once", "HC103", "٣", None),
    (CLAUSE + "a² → 1 once", "HC103", "²", None),
    (CLAUSE + "a\u200bb → 1 once", "HC102", "\u200b", None),
    (CLAUSE + "a \u202e b → 1 once", "HC102", "\u202e", None),
    (CLAUSE + "a \x00 b → 1 once", "HC102", "\x00", None),
    ('policy p "a\u202eb"', "HC102", "\u202e", None),
    (CLAUSE + "pеrson → 1 once", "HC104", "pеrson", None),
    (CLAUSE + "(" * 10_000 + "a" + ")" * 10_000 + " → 1 once", "HC123", "(", None),
    (CLAUSE + "not " * 10_000 + "a → 1 once", "HC123", "not", None),
    (CLAUSE + "a → " + "if a then 1 else " * 1_000 + "1 once", "HC123", "if", None),
    ("define d for person = " + " + ".join(["a"] * 2_000), "HC123", None, None),
    ("define d for person = a" + "'s b" * 2_000, "HC123", None, None),
]


def only(text: str) -> Diagnostic:
    _, diagnostics = parse(Source(text))
    assert [d.code for d in diagnostics] == [diagnostics[0].code]
    return diagnostics[0]


@pytest.mark.parametrize(("text", "code", "place", "mend"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake(text: str, code: str, place: str | None, mend: str | None) -> None:
    found = only(text)
    assert found.code == code
    assert code in CODES
    if place is not None:
        assert found.span.text == place
    assert (found.edit.text if found.edit else None) == mend


@pytest.mark.parametrize("text", [m[0] for m in MISTAKES], ids=range(len(MISTAKES)))
def test_chinese_messages_hold_no_english_but_what_was_written(text: str) -> None:
    found = only(text)
    for sentence in (found.message.zh, found.help.zh if found.help else ""):
        words = set(re.findall(r"[A-Za-z]{2,}", sentence))
        written = set(re.findall(r"[A-Za-z]{2,}", text)) | {found.edit.text if found.edit else ""}
        assert words <= written, sentence


@pytest.mark.parametrize(
    "text", [m[0] for m in MISTAKES if m[3] is not None], ids=[str(m[3]) for m in MISTAKES if m[3] is not None]
)
def test_the_mend_mends(text: str) -> None:
    edit = only(text).edit
    assert edit is not None
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    left = [d.code for d in parse(Source(mended))[1]]
    assert left in ([], ["HC114"])  # a sign mended before a condition may leave a rule without frequency


def test_a_frequency_that_is_missing_is_told_where_the_amount_ends() -> None:
    text = CLAUSE + "a → 500 yuan rounded down to 1 yuan for at most 6 months"
    assert text[: only(text).span.start].endswith("down to 1 yuan")


def test_every_faulty_statement_is_told_and_the_others_are_read() -> None:
    text = CLAUSE + 'a b 1 once\n  d → 1 yuan once\nfund f "x\nfund g "y"\nkind k: , a\nduty x by 2021-12-31\n'
    file, diagnostics = parse(Source(text))
    assert [d.code for d in diagnostics] == ["HC113", "HC116", "HC111"]
    assert [type(x).__name__ for x in file.declarations] == ["Clause", "Fund", "Duty"]


def test_a_long_and_is_flat() -> None:
    expression, diagnostics = parse_expression(Source(" and ".join(["a"] * 10_000)))
    assert diagnostics == ()
    assert len(expression.operands) == 10_000


def test_many_errors_are_capped() -> None:
    _, diagnostics = parse(Source("fund 1\n" * 1_000))
    assert len(diagnostics) == 101
    assert diagnostics[-1].code == "HC199"


def test_nothing_raises_on_odd_texts() -> None:
    for text in ["", "\n", "\ufeff", *'→)"的#>', "'s", "> x", "note", "clause", "满3", "\r\n", "use", "\t|"]:
        file, _ = parse(Source(text))
        assert file.declarations == () or text == "use"
