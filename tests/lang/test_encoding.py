"""Bytes to text, and diagnostics to text and records."""

from __future__ import annotations

from pathlib import Path

from lang.codes import CODES
from lang.diagnostics import Diagnostic, Label, Text
from lang.parsing.parse import parse, tables_text
from lang.render import render_text, summary, to_json
from lang.source import Source, Span
from lang.text.encoding import decode

CATEGORIES = [
    "syntax",
    "encoding",
    "name",
    "type",
    "unit",
    "import",
    "date",
    "cycle",
    "incomplete",
    "overlap",
    "gap",
    "dead",
    "shadowed",
    "conflict",
    "stacking",
    "cliff",
    "monotonicity",
    "limit",
    "style",
    "coverage",
]


def test_utf8_with_and_without_a_byte_order_mark() -> None:
    for data in ("政策 p\n".encode(), b"\xef\xbb\xbf" + "政策 p\n".encode()):
        source, found = decode(data, "x.policy")
        assert found == ()
        assert source is not None
        assert source.text == "政策 p\n"


def test_gbk_is_recognised() -> None:
    source, (found,) = decode("政策 绍兴 「进一步加强东西部劳务协作」\n".encode("gbk"), "x.policy")
    assert source is None
    assert found.code == "HC100"
    assert "this looks like GBK" in found.message.en
    assert "GBK" in found.message.zh


def test_other_bytes_are_refused_with_their_place() -> None:
    source, (found,) = decode(b"policy p\n  \xff\xfe", "x.policy")
    assert source is None
    assert "0xff" in found.message.en
    assert found.span.source.position(found.span.start) == (2, 3)


def test_a_large_file_is_refused_before_it_is_decoded() -> None:
    source, (found,) = decode(b"\xff" * 10_000_000, "x.policy")
    assert source is None
    assert found.code == "HC101"


def test_the_parser_tables_are_those_of_the_grammar() -> None:
    """`python -m lang.parsing.parse` renews them."""
    kept = Path(__file__).parents[2] / "lang" / "parsing" / "grammar.json"
    assert kept.read_text(encoding="utf-8")[:80] == tables_text()[:80], "run `python -m lang.parsing.parse`"


def test_every_code_is_complete() -> None:
    for code, row in CODES.items():
        assert code[:2] == "HC"
        assert code[2:].isdigit()
        assert row.category in CATEGORIES
        assert row.title.en and row.title.zh and row.explanation.en and row.explanation.zh


def test_a_finding_as_text() -> None:
    source = Source("条款 就业　x\n  对象 person\n", "x.policy")
    _, found = parse(source)
    text = render_text(found, "zh")
    assert text.splitlines()[1:4] == ["  x.policy:1:4", "  1 | 条款 就业　x", "    |      ^^^^^^^"]
    assert "\x1b[" in render_text(found, "en", colour=True)
    assert "\x1b[" not in render_text(found, "en")
    assert summary(found, "en") == "1 error"
    assert summary(found, "zh") == "1 个错误"


def test_a_finding_as_a_record() -> None:
    source = Source("fund f\nfund 1\n", "x.policy")
    there = Label(Span(0, 6, source), Text("there", "那里"))
    found = Diagnostic(
        "HC111", Span(12, 13, source), Text("a", "甲"), Text("b", "乙"), (there,), witness={"person": []}
    )
    (record,) = to_json([found, found], "zh")
    assert record == {
        "code": "HC111",
        "severity": "error",
        "category": "syntax",
        "message": "甲",
        "file": "x.policy",
        "range": {"start": {"line": 2, "column": 6}, "end": {"line": 2, "column": 7}},
        "related": [
            {
                "message": "那里",
                "file": "x.policy",
                "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 7}},
            }
        ],
        "help": "乙",
        "witness": {"person": []},
    }


def test_characters_that_turn_a_text_around_are_not_printed() -> None:
    _, found = parse(Source('policy p "a\u202eb"\n'))
    assert "\u202e" not in render_text(found, "en")


def test_identity_numbers_are_never_shown_in_full() -> None:
    number = "110101190001011009"
    _, found = parse(Source(f'case "x"\n  person p1\n    a = 1 "{number}"\n'))
    assert found
    for language in ("en", "zh"):
        assert number not in render_text(found, language)
        assert number not in str(to_json(found, language))
