"""Every program of the corpus gives exactly the findings that are written in it."""

from __future__ import annotations

import re

import pytest

from lang.codes import CODES
from tests.corpus.chunks import Chunk, chunks

CHUNKS = chunks()
BY_NAME = [chunk.name for chunk in CHUNKS]

# Codes of the language that no text of a corpus file gives, with the reason.
ELSEWHERE = {
    "HC100": "about bytes that are no text",
    "HC101": "a file of more than 2 MB",
    "HC592": "HC591 refuses a clause in two groups first",
}


@pytest.mark.parametrize("chunk", CHUNKS, ids=BY_NAME)
def test_a_program_gives_what_it_says(chunk: Chunk) -> None:
    assert chunk.renewed() == chunk.text


def test_good_programs_expect_nothing_and_bad_ones_something() -> None:
    for chunk in CHUNKS:
        assert ("### HC" in chunk.text) is not chunk.good, chunk.name


def test_the_corpus_is_large_and_holds_every_code_of_the_front_end() -> None:
    assert len(CHUNKS) >= 150
    said = set(re.findall(r"### .*", "\n".join(chunk.text for chunk in CHUNKS)))
    codes = {code for line in said for code in re.findall(r"HC\d{3}", line)}
    wanted = {code for code in CODES if code < "HC59" and not code.startswith("HC4")}
    assert wanted - codes - set(ELSEWHERE) == set()
