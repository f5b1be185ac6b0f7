"""Reading a file: statements are parsed one by one, each with at most one message, and put together into blocks.

What to do after a fault is here: a misspelt opening word is taken as meant, a statement that broke off gives back the
line that it swallowed, and a stray line right after a fault is most likely its rest and not told again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from lang.diagnostics import Diagnostic, Text
from lang.parsing.blocks import Assembler
from lang.parsing.build_expressions import Refused
from lang.parsing.doubled import take_once
from lang.parsing.left_out import as_meant, left_out
from lang.parsing.opening_messages import missing_opener, misspelt_opener, near_opener, unknown_opener, wrong_block
from lang.parsing.syntax_messages import explain
from lang.source import Source, Span
from lang.text.encoding import look_alikes, refused_characters
from lang.text.keywords import BARE_LINE, CONTINUES, OPENER, WORDS, Opener
from lang.text.signs import fold
from lang.text.statements import Splitter
from lang.text.tokens import Statement, Token, kinds
from lang.text.words import declared_names
from lang.tree.declarations import File
from lang.tree.depth import too_deep

_BARE = frozenset(BARE_LINE.values())
# What stands behind the first name of a rule, a row, a fact or an assumption, and never behind an opening word.
_AFTER_A_NAME = kinds(
    """EQ TILDE IS IS_NOT IS_KNOWN IS_NOT_KNOWN IN IN_THIS_MONTH IN_THIS_YEAR IN_LAST_YEAR IN_LAST GE LE GT LT NE AND OR
    WITH PLUS MINUS TIMES DIV POSSESSIVE WITHIN STARTS_ON_ARRIVAL FOLLOWS"""
)
_DECLARING = kinds("SET KIND ENTITY HAS FUND PARAMETER DEFINE TABLE CLAUSE UNKNOWN")  # what others read by its name
_NAMING = _DECLARING | kinds("EXCLUSIVE TARGET DUTY PROPERTY SCENARIO INSTANCE CASE_LINE")
_EXPECTING = frozenset(
    word for token in ("PAYS", "UNDETERMINED", "REFUSES") for word in WORDS[token].en + WORDS[token].zh
)
MOST_DIAGNOSTICS = 100
MOST_LOOKUPS = 300
MOST_FAULTS = 1000  # behind these the text is no policy, and is not read on


class Unexpected(Exception):
    """The parser stopped at token number `at`; `accepted` asks which tokens could have stood there."""

    def __init__(self, at: int, accepted: Callable[[], frozenset[str]]) -> None:
        super().__init__(at)
        self.at = at
        self.accepted = accepted


Parse = Callable[[list[Token]], Any]


def names_of(statement: Statement) -> set[str]:
    """The names that a statement with a fault may have declared: any that stands in it, whole or in part, for it is not
    known where the fault has put them. What is declared elsewhere is found all the same."""
    names: set[str] = set()
    for token in statement.tokens[1:]:
        if token.type == "STRING" and token.value:
            names.add("_".join(str(token.value).split()))
        words = token.text.split()[:6] if token.type == "NAME" else []
        names |= {"_".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    return names


def declares_unnamed(statement: Statement) -> bool:
    """Whether a statement with a fault would have declared something that others read, and its name is not in it
    (`has "工资": money`)."""
    if statement.kind == "USE":
        return True
    return statement.kind in _DECLARING and all(token.type != "NAME" for token in statement.tokens[1:2])


class Reader:
    """Reads one source. `parse` makes a node of the tokens of a statement or raises `Unexpected` or `Refused`."""

    def __init__(self, source: Source, parse: Parse) -> None:
        self.source = source
        self.parse = parse
        self.diagnostics = refused_characters(source)
        self._bad_places = sorted(d.span.start for d in self.diagnostics)
        folded = fold(source.text)
        self.splitter = Splitter(source, folded, declared_names(folded), self._take)
        self.assembler = Assembler()
        self._lost: set[str] = set()
        self._unnamed = False
        self._failed = False
        self._lookups = self._faults = 0

    def read(self) -> tuple[File, tuple[Diagnostic, ...]]:
        self.splitter.run()
        declarations = self.assembler.finish()
        counts = self.splitter.lexer.keywords
        file = File(
            declarations,
            "zh" if counts["zh"] > counts["en"] else "en",
            (*self.splitter.comments, *self.splitter.quotations),
            len(self.splitter.quotations),
            tuple(self.splitter.gaps),
            frozenset(self._lost),
            self._unnamed,
            span=Span(0, len(self.source.text), self.source),
        )
        found = [*self.diagnostics, *self.assembler.diagnostics, *self._look_alikes()]
        found.sort(key=lambda d: (d.span.start, d.span.end, d.code))
        return file, tuple(self._capped(found))

    def expression(self) -> tuple[Any, tuple[Diagnostic, ...]]:
        """The whole text as one expression."""
        statement = self.splitter.expression()
        self.diagnostics += [statement.fault] if statement.fault else []
        node: Any = None
        if not self.diagnostics:
            try:
                node = self.parse(statement.tokens)
                fault = too_deep(statement, node)
            except Refused as refused:
                fault = refused.diagnostic
            except Unexpected as stopped:
                fault = self._explain(statement, stopped)
            if fault is not None:
                node = None
                self.diagnostics.append(fault)
        return node, tuple(self.diagnostics)

    def _look_alikes(self) -> list[Diagnostic]:
        odd = self.splitter.lexer.words
        if not odd:
            return []
        return look_alikes(self.source, odd, set(self.splitter.text.split()))

    def _capped(self, found: list[Diagnostic]) -> list[Diagnostic]:
        if len(found) <= MOST_DIAGNOSTICS:
            return [*found, self._not_read_on()] if self.splitter.stopped else found
        if self.splitter.stopped:
            return [*found[:MOST_DIAGNOSTICS], self._not_read_on()]
        rest = len(found) - MOST_DIAGNOSTICS
        last = Diagnostic(
            "HC199",
            found[MOST_DIAGNOSTICS].span,
            Text(f"{rest} more errors are not listed", f"另有 {rest} 个错误未列出"),
            Text("mend the ones above first", "请先改正以上错误"),
        )
        return [*found[:MOST_DIAGNOSTICS], last]

    def _not_read_on(self) -> Diagnostic:
        end = len(self.source.text)
        return Diagnostic(
            "HC199",
            Span(end, end, self.source),
            Text("too many lines are not understood; the rest was not read", "无法理解的行过多，其余未再读取"),
            Text("is this a policy file?", "请确认这是政策文件"),
        )

    # ------------------------------------------------------------ one statement
    def _take(self, statement: Statement) -> None:
        masked = self._holds_bad_character(statement)
        if statement.kind == "BARE":
            self._take_unknown(statement, masked)
            return
        node: Any = None
        twice = None if statement.fault else take_once(statement, self.splitter.text)
        fault = statement.fault or _expecting(statement)
        rest: Statement | None = None
        if fault is None:
            try:
                node = self.parse(statement.tokens)
                fault = too_deep(statement, node)
                node = None if fault else node
            except Refused as refused:
                fault = refused.diagnostic
            except Unexpected as stopped:
                if self._is_full():
                    fault = _brief(statement)
                elif self._take_misspelt_line(statement, stopped.at, masked):
                    return
                else:
                    rest = self._swallowed(statement, stopped.at)
                    fault = self._explain(statement, stopped) if rest is None else self._explain_again(statement)
        if fault is not None and rest is None and statement.kind in _BARE and len(statement.tokens) > 1:
            if self._failed and statement.tokens[1].type in CONTINUES:
                masked = True  # the rest of a statement with a fault
            elif self._take_left_out(statement, masked) or self._take_as_opener(statement, masked):
                return
        if fault is not None and self._failed and fault.code == "HC115" and statement.fault is fault:
            masked = masked or (bool(self.diagnostics) and self.diagnostics[-1].code == "HC115")
        self._record(statement, node, fault, masked)
        if twice is not None and fault is None and not masked:
            self.diagnostics.append(twice)
        if rest is not None:
            self._take(rest)

    def _fail(self, failed: bool) -> None:
        self._failed = failed
        self._faults += failed
        self.splitter.stopped = self._faults > MOST_FAULTS

    def _record(self, statement: Statement, node: Any, fault: Diagnostic | None, masked: bool) -> None:
        if fault is not None and not masked:
            self.diagnostics.append(fault)
        if node is None:
            self._lost |= names_of(statement) if statement.kind in _NAMING else set()
            self._unnamed |= declares_unnamed(statement)
        self._fail(fault is not None or masked)
        self.assembler.add(statement, node)

    def _explain(self, statement: Statement, stopped: Unexpected) -> Diagnostic:
        return explain(statement, stopped.at, stopped.accepted())

    def _explain_again(self, statement: Statement) -> Diagnostic:
        try:
            self.parse(statement.tokens)
        except Unexpected as stopped:
            return self._explain(statement, stopped)
        except Refused as refused:
            return refused.diagnostic
        return _brief(statement)

    def _is_full(self) -> bool:
        return len(self.diagnostics) > MOST_DIAGNOSTICS

    def _holds_bad_character(self, statement: Statement) -> bool:
        """The characters refused are told already; what else is wrong with the statement follows from them."""
        at = bisect_left(self._bad_places, statement.tokens[0].start)
        end = self.splitter.line(statement.last_line)[1]
        return at < len(self._bad_places) and self._bad_places[at] <= end

    # ------------------------------------------------------------ recovery
    def _swallowed(self, statement: Statement, at: int) -> Statement | None:
        """A statement of several lines stopped on a later line. If that line is a statement by itself, the one before
        broke off: it is cut there, and the later line is given back."""
        if statement.first_line == statement.last_line:
            return None
        place = statement.tokens[min(at, len(statement.tokens) - 1)].start
        line = self.source.position(place)[0]
        if line <= statement.first_line:
            return None
        start = self.source.line_starts[line - 1]
        head = [token for token in statement.tokens if token.start < start]
        block = self.splitter.block
        rest = self.splitter.lines_again(line, statement.last_line)
        whole = rest is not None and rest.fault is None and rest.kind != "BARE" and len(rest.tokens) > 1
        if not whole or rest is None or rest.tokens[1].type in CONTINUES or not self._parses(rest.tokens):
            self.splitter.block = block
            return None
        if self._parses(head):
            self.splitter.block = block
            return None
        statement.tokens, statement.last_line = head, line - 1
        return rest

    def _take_misspelt_line(self, statement: Statement, at: int, masked: bool) -> bool:
        """`policy p` and `in froce …`: the second line continues the first only because its word is misspelt."""
        line = self.source.position(statement.tokens[min(at, len(statement.tokens) - 1)].start)[0]
        if line <= statement.first_line:
            return False
        start, end = self.splitter.line(line)
        near = self._near_opener(self.splitter.text[start:end].split(None, 5))
        head = [token for token in statement.tokens if token.start < start]
        if near is None or not self._parses(head):
            return False
        spelling, opener = near
        span = Span(start, start + len(self._phrase(start, len(spelling.split()))), self.source)
        if span.text == spelling or opener.opens:
            return False
        statement.tokens, statement.last_line = head, line - 1
        self._record(statement, self.parse(head), None, masked)
        if not masked:
            self.diagnostics.append(misspelt_opener(span, spelling))
        self._as_if(opener.token)
        self.assembler.stray(opener.opens, opener.inside)
        self._fail(True)
        return True

    def _node(self, tokens: list[Token]) -> Any:
        try:
            return self.parse(tokens)
        except (Unexpected, Refused):
            return None

    def _parses(self, tokens: list[Token]) -> bool:
        return self._node(tokens) is not None

    def _take_left_out(self, statement: Statement, masked: bool) -> bool:
        """A line that lost its opening word is taken as if it stood there."""
        if statement.fault is not None or self._is_full() or self._lookups > MOST_LOOKUPS:
            return False
        words, start = self._first_words(statement)
        near = self._near_opener(words) if words else None
        if near is not None:  # `hsa wage: money`: misspelt, where what is behind reads well
            phrase = self._phrase(start, len(near[0].split()))
            meant = self.splitter.again_as(statement, near[1].token, start + len(phrase))
            if phrase[-1:].isalnum() and self._parses(meant.tokens):
                return False
        found = as_meant(self.splitter, self._node, statement)
        if found is None:
            return False
        opener, meant, node = found
        keywords = self.splitter.lexer.keywords
        self._record(meant, node, left_out(statement, opener, keywords["zh"] > keywords["en"]), masked)
        self._failed = False
        self.splitter.block = opener.opens or self.splitter.block
        return True

    def _first_words(self, statement: Statement) -> tuple[list[str], int]:
        first = next((t for t in statement.tokens if t.text), statement.tokens[0])
        line = self.splitter.text[first.start : self.splitter.line(statement.first_line)[1]]
        return line.split(None, 5), first.start

    def _take_as_opener(self, statement: Statement, masked: bool) -> bool:
        """A bare line that does not parse: perhaps an opening word of another block, or a misspelt one."""
        tokens = statement.tokens
        if tokens[1].type != "NAME" and tokens[1].type not in OPENER:
            return False
        if any(t.type == "ARROW" for t in tokens):
            return False
        if len(tokens) > 2 and tokens[2].type in _AFTER_A_NAME:
            return False
        words, start = self._first_words(statement)
        near = self._near_opener(words)
        if near is None:
            return False
        self._lost |= names_of(statement)
        spelling, opener = near
        n = len(spelling.split())
        end = start + len(self._phrase(start, n))
        span = Span(start, end, self.source)
        if span.text == spelling:
            block = opener.inside or "policy"
            fault = wrong_block(span, opener.token, block)
            self.assembler.stray(opener.opens, opener.inside)
        else:
            fault = misspelt_opener(span, spelling)
            self._as_if(opener.token)
            self.assembler.stray(opener.opens, opener.inside)
        if not masked and not (self._failed and span.text == spelling):
            self.diagnostics.append(fault)
        self._fail(True)
        return True

    def _near_opener(self, words: list[str]) -> tuple[str, Opener] | None:
        """Looking for likenesses takes time: not for file after file of lines that are no policy at all."""
        self._lookups += 1
        if self._is_full() or self._lookups > MOST_LOOKUPS:
            return None
        return near_opener(words, self.splitter.block, self._failed)

    def _phrase(self, start: int, words: int) -> str:
        text = self.splitter.text
        end = start
        for _ in range(words):
            while end < len(text) and text[end] in " \t":
                end += 1
            while end < len(text) and not text[end].isspace():
                end += 1
        return text[start:end]

    def _as_if(self, token: str) -> None:
        """Go on in the block that this opening word leads to."""
        opener = OPENER[token]
        if opener.inside is None or opener.opens:
            self.splitter.block = opener.opens
        elif opener.inside != "*":
            self.splitter.enter(token)

    def _take_unknown(self, statement: Statement, masked: bool) -> None:
        """A line without an opening word where no bare line may stand."""
        if self._take_left_out(statement, masked):
            return
        self._lost |= names_of(statement)
        words, start = self._first_words(statement)
        near = self._near_opener(words) if words else None
        if statement.fault is None and [t.type for t in statement.tokens[1:]] == ["STRING"]:
            fault = missing_opener(statement.span)
            if self.splitter.block is None:  # most likely a case; inside a block, a note
                self._as_if("CASE")
                self.assembler.stray("case", None)
        elif near is not None:
            spelling, opener = near
            span = Span(start, start + len(self._phrase(start, len(spelling.split()))), self.source)
            fault = misspelt_opener(span, spelling)
            self._as_if(opener.token)
            self.assembler.stray(opener.opens, opener.inside)
        else:
            first = len(words[0]) if words else 1
            fault = statement.fault or unknown_opener(Span(start, start + first, self.source), self.splitter.block)
            masked = masked or self._failed
            self.assembler.stray("?", None)
        if not masked:
            self.diagnostics.append(fault)
        self._fail(True)


def _expecting(statement: Statement) -> Diagnostic | None:
    """`ENTITY KEY` with a word like `pays` in it was meant as an expectation."""
    if statement.kind != "INSTANCE" or not _EXPECTING & set(statement.tokens[1].text.split()):
        return None
    word = statement.tokens[1].text.split()[0]
    start = statement.tokens[1].start
    return misspelt_opener(Span(start, start + len(word), statement.tokens[1].source), "expect")


def _brief(statement: Statement) -> Diagnostic:
    """For the statements behind the last one that is explained."""
    return Diagnostic("HC111", statement.span, Text("the statement is not understood", "无法理解该语句"))
