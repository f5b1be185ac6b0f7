"""The wording about opening words: lines that begin with none, with a misspelt one, or with one of another block.

In: the first words of a line and the block it stands in. Out: a diagnostic, and what the words most likely meant.
"""

from __future__ import annotations

import difflib

from lang.diagnostics import Diagnostic, Edit, Text
from lang.parsing.syntax_messages import listed, word_for
from lang.source import Span
from lang.text.keywords import ALSO_INSIDE, BARE_LINE, OPENER, OPENERS, PARENT, Opener
from lang.text.tokens import shown

BLOCKS = {
    "policy": Text("a policy", "政策"), "entity": Text("an entity", "台账"), "parameter": Text("a parameter", "标准"),
    "table": Text("a table", "标准表"), "clause": Text("a clause", "条款"), "case": Text("a case", "案例"),
    "scenario": Text("a scenario", "情景"), "population": Text("a population", "群体"),
    "claims": Text("claims", "申领"),
}  # fmt: skip


def reachable(opener: Opener, block: str | None) -> bool:
    inside = opener.inside
    return (
        inside in (None, "*", block, PARENT.get(block or "")) or ALSO_INSIDE.get(opener.token) == block or block is None
    )


def near_opener(words: list[str], block: str | None, after_fault: bool) -> tuple[str, Opener] | None:
    """(spelling, opening word) that the first words of a line are a slip for, or that stands there out of its block.

    After a fault a line may well be the rest of the statement before, so the likeness must be greater.
    """
    stricter = 0.1 if after_fault else 0
    if words and len(words[0]) > 30:
        return None
    best: tuple[float, str, Opener] | None = None
    for opener in OPENER.values():
        for spelling in opener.en + opener.zh:
            n = len(spelling.split())
            got = " ".join(words[:n])
            if got == spelling:
                return spelling, opener
            if (len(spelling) < 3 and spelling.isascii()) or got.isascii() != spelling.isascii() or len(words) < n:
                continue
            if not reachable(opener, block):
                continue
            ratio = difflib.SequenceMatcher(None, got, spelling).ratio()
            if len(spelling) == 2 and (got == spelling[::-1] or (len(got) == 2 and got[0] == spelling[0])):
                ratio = 0.8
            if len(spelling) == 3 and len(got) == 3 and sorted(got) == sorted(spelling):
                ratio = 0.9
            if ratio >= (0.75 if spelling.isascii() else 0.65) + stricter and (best is None or ratio > best[0]):
                best = (ratio, spelling, opener)
    return None if best is None else (best[1], best[2])


def misspelt_opener(span: Span, spelling: str) -> Diagnostic:
    return Diagnostic(
        "HC110",
        span,
        Text(f"no line begins with `{shown(span.text)}` here", f"此处没有以“{shown(span.text)}”起首的语句"),
        Text(f"did you mean `{spelling}`?", f"是否应为“{spelling}”？"),
        edit=Edit(span, spelling),
    )


def missing_opener(span: Span) -> Diagnostic:
    """A line that is only a text in quotes."""
    return Diagnostic(
        "HC110",
        span,
        Text("no statement begins with a text in quotes", "语句不能以引号内的文字起首"),
        Text("a case begins with `case`, a remark with `note`", "案例以“案例”起首，说明以“说明”起首"),
    )


def unknown_opener(span: Span, block: str | None) -> Diagnostic:
    trimmed = span.text.rstrip(",:;，：；、")
    span = Span(span.start, span.start + max(1, len(trimmed)), span.source)
    if span.text and block in BLOCKS:
        message = Text(
            f"no line of {BLOCKS[block].en} begins with `{shown(span.text)}`",
            f"{BLOCKS[block].zh}中没有以“{shown(span.text)}”起首的语句",
        )
    else:
        message = Text(f"no statement begins with `{shown(span.text)}`", f"没有以“{shown(span.text)}”起首的语句")
    mend = Text(
        "begin with an opening word such as `policy`, `clause`, `fund` or `case`",
        "请以起首词开头，如“政策”“条款”“资金来源”“案例”",
    )
    lines = [opener for opener in OPENERS if block is not None and opener.inside == block]
    if lines:
        mend = Text(
            f"its lines begin with {listed([word_for(o.token).en for o in lines], ', ', ' or ', ' …')}",
            f"该段落中的语句以{listed([word_for(o.token).zh for o in lines], '、', '或', '等')}起首",
        )
    return Diagnostic("HC110", span, message, mend)


def wrong_block(span: Span, token: str, block: str) -> Diagnostic:
    """A line that belongs in another block."""
    what = word_for(token) if token in OPENER else Text("such a line", "这样的语句")
    home = BLOCKS.get(block, Text(block, block))
    return Diagnostic(
        "HC122",
        span,
        Text(f"{what.en} belongs in {home.en}", f"{what.zh}应写在{home.zh}中"),
        Text(f"move the line below the line that opens {home.en}", f"请把该行移到{home.zh}的起首行之下"),
    )


def home_of(kind: str) -> str | None:
    """The block that a kind of statement stands in; None at the top of the file, `*` anywhere."""
    if kind == "INSTANCE":
        return "case"
    if kind == "ROW_OTHERWISE":
        return "table"
    for block, bare in BARE_LINE.items():
        if bare == kind:
            return block
    return OPENER[kind].inside if kind in OPENER else None
