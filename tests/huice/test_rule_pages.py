"""Every code has a page, whose wrong example gives exactly that code and whose mended one gives nothing."""

from __future__ import annotations

import re

import pytest

from huice.rule_pages import findings, page, record
from lang.codes import CODES

# Codes that no example of a program can show, with the reason.
WITHOUT_EXAMPLE = {
    "HC100": "about bytes that are no text; tests/lang/test_encoding.py",
    "HC101": "a file of more than 2 MB; tests/lang/test_encoding.py",
    "HC199": "behind a hundred other errors; tests/lang/test_messages.py",
    "HC592": "HC591 refuses a clause in two groups first; tests/compiler/test_lower.py",
    "HC612": "about how a run is called, not about a text; tests/simulator",
    "HC425": "nothing that is wrong; tests/compiler/proofs",
    "HC490": "about what the solver left open; tests/compiler/proofs",
    "HC614": "about two policies that are compared; tests/simulator/test_compare.py",
    "HC605": "about the engine that was asked for, not about a text; tests/simulator/cohort",
    "HC412": "about two policies that are given together; tests/compiler/proofs",
}
SHOWN = sorted(set(CODES) - set(WITHOUT_EXAMPLE))


@pytest.mark.parametrize("code", SHOWN)
def test_the_wrong_example_gives_its_code_and_nothing_else(code: str) -> None:
    wrong = CODES[code].wrong
    assert wrong is not None
    found = findings(code, wrong)
    said = [d.code for d in found if d.code == code or CODES[d.code].severity == "error"]
    assert said == [code], [(d.code, d.message.en) for d in found]


@pytest.mark.parametrize("code", SHOWN)
def test_the_mended_example_gives_nothing(code: str) -> None:
    mended = CODES[code].mended
    assert mended is not None
    assert [(d.code, d.message.en) for d in findings(code, mended)] == []


def test_only_the_codes_that_cannot_be_shown_have_no_example() -> None:
    assert {code for code, rule in CODES.items() if rule.wrong is None} == set(WITHOUT_EXAMPLE)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_says_what_it_is_about_in_both_languages(code: str) -> None:
    for language in ("en", "zh"):
        text = page(code, language)
        assert text.startswith(f"{code}  {CODES[code].title[language]}\n\n{CODES[code].explanation[language]}")
    assert re.search("[\u4e00-\u9fff]", CODES[code].explanation.zh)
    assert not re.search("[\u4e00-\u9fff]", CODES[code].title.en)


def test_a_page_shows_message_and_mend() -> None:
    text = page("HC201", "en")
    assert "orgin is mabian" in text
    assert "did you mean `origin`?" in text
    assert "    origin is mabian".strip() in text
    assert record("HC201", "zh")["diagnostics"][0]["code"] == "HC201"
