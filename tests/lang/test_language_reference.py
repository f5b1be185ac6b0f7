"""The language reference: its examples check, those that are wrong give the code that the page says.

A block ```policy is put behind the prelude of the corpus unless it begins with `policy`; ```policy-bad HC201 gives that
code once and no other.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lang.codes import CODES
from lang.program import load
from lang.source import Source
from tests.corpus.chunks import FOLDER
from tests.lang.keyword_table import PAGE, table_text

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "language.md", *sorted((DOCS / "language").glob("*.md"))]
BLOCKS = [
    (f"{page.stem}-{number}", kind, text)
    for page in PAGES
    for number, (kind, text) in enumerate(
        re.findall(r"```policy(-bad HC\d+)?\n(.*?)```", page.read_text(encoding="utf-8"), re.S), start=1
    )
]
PRELUDE = (FOLDER / "prelude.policy").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "kind", "text"), BLOCKS, ids=[block[0] for block in BLOCKS])
def test_an_example_of_the_reference_checks(name: str, kind: str, text: str) -> None:
    whole = text if text.startswith(("policy", "政策")) else PRELUDE + text
    found = load(Source(whole, name))[1]
    expected = [kind.removeprefix("-bad ")] if kind else []
    assert [d.code for d in found if CODES[d.code].severity == "error"] == expected, [d.message.en for d in found]


def test_there_are_examples_of_both_kinds() -> None:
    assert len(BLOCKS) > 20 and any(kind for _, kind, _ in BLOCKS)


def test_the_keyword_table_is_that_of_the_source() -> None:
    assert PAGE.read_text(encoding="utf-8") == table_text()
