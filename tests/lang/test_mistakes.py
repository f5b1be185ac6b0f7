"""One mistake, one message: every token of the page's programs is left out or mangled in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lang.parsing.parse import parse
from lang.source import Source
from lang.text.signs import fold
from lang.text.statements import Splitter
from lang.text.tokens import Token
from lang.text.words import declared_names

PAGES = Path(__file__).parent / "pages"


def tokens_of(source: Source) -> list[Token]:
    folded = fold(source.text)
    found: list[Token] = []
    splitter = Splitter(source, folded, declared_names(folded), lambda s: found.extend(t for t in s.tokens if t.text))
    splitter.run()
    return found


def mistakes(source: Source) -> Iterator[tuple[str, str, int]]:
    """(what was done, the text with the mistake, where)."""
    text = source.text
    for number, token in enumerate(tokens_of(source)):
        before, here, after = text[: token.start], token.text, text[token.end :]
        yield f"left out {here}", before + after, token.start
        if number % 3 == 0:  # the others would only take time
            yield f"doubled {here}", f"{before}{here} {here}{after}", token.start
        if len(here) > 3 and here.isascii() and here.isalpha():
            yield f"misspelt {here}", before + here[:1] + here[2] + here[1] + here[3:] + after, token.start
        if token.type in ("LPAR", "RPAR", "EQ", "COLON", "ARROW", "TILDE"):
            yield f"another sign for {here}", f"{before}?{after}", token.start


def test_a_mistake_never_raises_and_mostly_gives_one_message() -> None:
    counts: Counter[int] = Counter()
    worst: list[str] = []
    for page in sorted(PAGES.glob("*.policy")):
        source = Source(page.read_text(encoding="utf-8"), page.name)
        for what, text, place in mistakes(source):
            _, diagnostics = parse(Source(text, page.name))
            counts[len(diagnostics)] += 1
            if len(diagnostics) > 1:
                worst.append(f"{page.name}:{source.position(place)[0]} {what}: {[d.message.en for d in diagnostics]}")
    found = sum(n for count, n in counts.items() if count)
    assert found > 400
    assert counts[1] / found >= 0.95, "\n".join(worst)
