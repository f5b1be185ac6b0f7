"""Every program of the corpus gives exactly the findings that are written in it."""

from __future__ import annotations

import re

import pytest

from compiler.cases.run import run_cases
from compiler.evaluate import evaluate
from compiler.pipeline import compile_program
from lang.codes import CODES
from lang.diagnostics import Diagnostic
from lang.program import load
from lang.source import Source
from lang.text.keywords import ARGUMENTS, FUNCTIONS
from tests.corpus.chunks import FOLDER, Chunk, chunks

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


def test_a_file_with_eight_or_nine_mistakes_gets_that_many_findings() -> None:
    planted = [chunk for chunk in CHUNKS if chunk.path.parts[-3] == "planted"]
    assert len(planted) >= 5
    for chunk in planted:
        assert 8 <= len(chunk.findings()) <= 9, chunk.name


# Latin words that a Chinese sentence may hold: units, option names and what the language itself writes so.
PLAIN = frozenset({"policy", "std", "xlsx"})


def test_chinese_sentences_hold_no_english_but_names() -> None:
    """Latin words stand in the program (names, what was written) or in the mend; code points apart."""
    for chunk in CHUNKS:
        for found in chunk.findings():
            sentences = [_POINT.sub("", s) for s in _sentences(found)]
            mend = found.edit.text if found.edit else ""
            modules = " ".join(path.read_text(encoding="utf-8") for path in (FOLDER / "modules").glob("*.policy"))
            known = set(_LATIN.findall(f"{chunk.plain} {mend} {modules} {KEYWORDS}".replace("_", " "))) | PLAIN
            words = {w for s in sentences for w in _LATIN.findall(s.replace("_", " "))}
            assert not words - known, (chunk.name, sentences, words - known)
            assert "`" not in "".join(sentences), (chunk.name, sentences)
            assert all(s == "" or re.search("[\u4e00-\u9fff]", s) for s in sentences), (chunk.name, sentences)


def _sentences(found: Diagnostic) -> list[str]:
    return [found.message.zh, found.help.zh if found.help else "", *(label.text.zh for label in found.labels)]


_LATIN = re.compile("[A-Za-z]+")
_POINT = re.compile(r"U\+[0-9A-F]{4,}")
KEYWORDS = " ".join(FUNCTIONS.values()) + " " + " ".join(ARGUMENTS.values())  # `gamma` lacks `mean`


def test_the_law_of_another_country_pays_what_its_tables_say() -> None:
    source = Source((FOLDER / "elsewhere" / "good" / "earned_income_credit.policy").read_text(encoding="utf-8"))
    program, _ = load(source)
    assert program is not None
    compiled, _ = compile_program(program)
    assert compiled is not None
    results = run_cases(program, compiled, evaluate)
    assert [result.status for result in results] == ["passed"] * 5
