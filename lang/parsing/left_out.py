"""A line whose opening word was left out: which word it was, and the statement read with it.

Comes in: a statement without an opening word that cannot stand where it is. Goes out: the statement as it was meant,
with its node, when it reads well behind an opening word and, for a word that opens a block, the next line is one of
that block. So the block goes on, and nothing else is said than that the word is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lang.diagnostics import Diagnostic, Edit, Text
from lang.parsing.opening_messages import home_of
from lang.parsing.syntax_messages import word_for
from lang.source import Span
from lang.text.keywords import BARE_LINE, OPENERS, PARENT, WORDS, Opener
from lang.text.statements import Splitter
from lang.text.tokens import Statement, Token, shown

Parse = Callable[[list[Token]], Any]  # the node, or None where the tokens are no statement


def as_meant(splitter: Splitter, parse: Parse, statement: Statement) -> tuple[Opener, Statement, Any] | None:
    """(the word that is missing, the statement with it, its node)."""
    following = splitter.next_line(statement.last_line)
    only_text = [token.type for token in statement.tokens[1:]] == ["STRING"]
    at_home = (None, splitter.block, PARENT.get(splitter.block or ""))
    first = statement.tokens[1].text.split() if len(statement.tokens) > 1 else []
    for opener in OPENERS:
        if {*opener.en, *opener.zh} & set(first):
            continue  # `p policy`: the word is there
        if opener.token == "NOTE":
            fits = only_text and _is_remark(splitter, parse, following)
        elif opener.opens is None:
            fits = opener.token == "HAS" and splitter.block == "entity"
        else:
            fits = following is not None and _begins(splitter, parse, opener.opens, following)
            fits = fits and opener.inside in at_home
            fits = fits and not (only_text and _is_remark(splitter, parse, following))
        if not fits:
            continue
        meant = splitter.again_as(statement, opener.token, statement.tokens[0].start)
        node = None if meant.fault is not None else parse(meant.tokens)
        if node is not None:
            return opener, meant, node
    return None


def _begins(splitter: Splitter, parse: Parse, block: str, number: int) -> bool:
    """Whether a line may be the first of `block`: of a clause only `for`, as its rules may be rows or facts too."""
    if block != "clause":
        return _goes_on(splitter, parse, block, number)
    opening = splitter.opener(*splitter.line(number))
    return opening is not None and opening[0] == "FOR"


def _is_remark(splitter: Splitter, parse: Parse, following: int | None) -> bool:
    """Whether a text in quotes interrupts nothing: what follows goes on with the block, or opens the next one."""
    block = splitter.block
    if block == "case":
        return False
    if following is None:
        return True
    opening = splitter.opener(*splitter.line(following))
    if opening is not None and home_of(opening[0]) is None and opening[0] != "SET":
        return True
    return any(
        _goes_on(splitter, parse, each, following) for each in (block, PARENT.get(block or "")) if each is not None
    )


def _goes_on(splitter: Splitter, parse: Parse, block: str, number: int) -> bool:
    """Whether a line is one of `block`."""
    before, splitter.block = splitter.block, block
    try:
        start, end = splitter.line(number)
        opening = splitter.opener(start, end)
        if opening is not None:
            return home_of(opening[0]) == block or (opening[0] == "SET" and block in ("case", "scenario"))
        if block not in BARE_LINE:
            return False
        line = splitter.lines_again(number, number)
        return line is not None and line.fault is None and parse(line.tokens) is not None
    finally:
        splitter.block = before


def left_out(statement: Statement, opener: Opener, zh: bool) -> Diagnostic:
    """What is said of it; the mend puts the word in."""
    first = next((token for token in statement.tokens if token.text), statement.tokens[0])
    word, here = word_for(opener.token), shown(first.text)
    spelling = WORDS[opener.token].spelling("zh" if zh else "en")
    return Diagnostic(
        "HC110",
        first.span,
        Text(f"{word.en} is missing in front of `{here}`", f"“{here}”前缺少{word.zh}"),
        Text(f"write {word.en} at the start of the line", f"请在行首写上{word.zh}"),
        edit=Edit(Span(first.start, first.start, first.source), f"{spelling} "),
    )
