"""Physical lines to statements.

A statement begins at a line and takes the lines that continue it. An opening word at the start of a line begins a new
statement even inside brackets, so that a fault costs one statement. The block at hand decides what a line without an
opening word is; the splitter keeps it, and the parser may correct it when it finds a misspelt opening word (so
statements are handed on one by one).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lang.diagnostics import Diagnostic, Edit, Text
from lang.source import Source, Span
from lang.text.keywords import ALSO_INSIDE, BARE_LINE, CONTINUES, NEEDS_MORE, OPENER, OPENING, PARENT, table
from lang.text.lexer import RUN, Lexer, glued_keyword, keyword_at, unclosed
from lang.text.signs import OPERATORS
from lang.text.tokens import Statement, Token
from lang.text.words import DeclaredNames

_HEAD = re.compile(rf"[ \t]*({RUN})?")
_ARROW = re.compile(r'"[^"\n]*"|“[^”\n]*”|「[^」\n]*」|#.*|(→|->|(?<!\w)给予)')
_STRUCTURE = re.compile(r'"[^"\n]*"|“[^”\n]*”|「[^」\n]*」|#.*|(→|->|~|[()\[\]])')

# Statements that need a `for …` before anything else.
_WITH_FOR = frozenset(("SCENARIO", "DEFINE", "PROPERTY"))
# These open a line whatever follows: what follows is an arrow, a tilde, or nothing.
_ALWAYS_OPEN = frozenset(("ALWAYS", "OTHERWISE", "LAG", "FROM", "FOR"))
# A word of this kind behind an opening word shows that the opening word is a name (`period in last 12 months …`).
_INFIX = (CONTINUES | {"FOLLOWS", "STARTS_ON_ARRIVAL", "WITHIN", "AT_TIME", "RISES_WITH", "FALLS_WITH"}) - {
    "OF", "TO", "BY", "PER", "CITES", "VIA", "AT_MOST", "LIMIT_TO", "MONTHLY", "DEFAULT", "EXTERNAL", "WITH_CHANCE",
    "PER_MONTH", "PER_YEAR", "UNDER", "WHERE", "ONCE", "ONCE_PER_YEAR", "THEN", "ELSE",
}  # fmt: skip


class Splitter:
    """Walks over the lines of a text and hands each finished statement to `take`."""

    def __init__(self, source: Source, folded: str, declared: DeclaredNames, take: Callable[[Statement], None]) -> None:
        self.source = source
        self.text = folded
        self.lexer = Lexer(source, folded, declared)
        self.take = take
        self.block: str | None = None
        self.stopped = False  # set by the reader of the statements when it has seen enough
        self.comments: list[str] = []
        self.quotations: list[str] = []
        self.gaps: list[int] = []  # where blank lines stood among them, as in `Trivia.gaps`
        self._blank = False
        self._statement: Statement | None = None
        self._block_before: str | None = None

    def line(self, number: int) -> tuple[int, int]:
        """(start, end) of a line without its indentation and its end."""
        starts = self.source.line_starts
        start = starts[number - 1]
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        while end > start and self.text[end - 1] in " \t\r":
            end -= 1
        while start < end and self.text[start] in " \t\ufeff":
            start += 1
        return start, end

    def run(self) -> None:
        for number in range(1, len(self.source.line_starts) + 1):
            if self.stopped:
                return
            start, end = self.line(number)
            if start == end:
                self._blank = True
                continue
            if self._blank:
                self._blank = False
                self.gaps.append(len(self.comments) + len(self.quotations))
            first = self.text[start]
            if first == "#":
                self.comments.append(self._plain(start + 1, end))
            elif first == ">" and self.text[start + 1 : start + 2] != "=":
                self._finish()
                self.quotations.append(self._plain(start + 1, end))
            else:
                self._take_line(number, start, end)
        self._finish()

    def expression(self) -> Statement:
        """The whole text as one statement, an expression without an opening word."""
        first = Token("EXPRESSION", "", 0, 0, self.source)
        statement = Statement("EXPRESSION", [first], 1, len(self.source.line_starts))
        self._rescan(statement, 0)
        if self.lexer.open:
            unclosed(statement, self.lexer.open[-1])
        return statement

    def _plain(self, start: int, end: int) -> str:
        return self.source.text[start:end].removeprefix(" ").rstrip()

    def _take_line(self, number: int, start: int, end: int) -> None:
        statement = self._statement
        if statement is not None and not self._joins(statement, start, end):
            self._finish()
            statement = None
        if statement is None:
            statement, start = self._begin(start, end, number)
            statement.gaps, self.gaps = self.gaps, []
        else:
            self.gaps = []
            if self.comments:
                statement.comments += self.comments
                self.comments = []
        statement.last_line = number
        comment = self.lexer.scan(statement, start, end)
        if comment is not None:
            if statement.trailing is not None:
                statement.comments.append(statement.trailing)
            statement.trailing = comment

    # ------------------------------------------------------------ continuation
    def _joins(self, statement: Statement, start: int, end: int) -> bool:
        if self.lexer.open or statement.tokens[-1].type in NEEDS_MORE:
            joins = self.opener(start, end) is None
        else:
            joins = self._continues(statement, start, end) and self.opener(start, end) is None
            joins = joins or self._lacks_for(statement, start, end)
        return joins and not (self.lexer.open and self._shows_unclosed(start, end))

    def _lacks_for(self, statement: Statement, start: int, end: int) -> bool:
        """`scenario baseline` and `for NAME` on the next line: taken together, and told."""
        if statement.kind not in _WITH_FOR or any(t.type in ("FOR", "EQ", "COLON") for t in statement.tokens):
            return False
        opening = self.opener(start, end)
        if (opening is None or opening[0] != "FOR") and not self.text.startswith("适用", start):
            return False
        span = Span(start, end, self.source)
        gap = Span(statement.tokens[-1].end, start, self.source)
        fault = Diagnostic(
            "HC112",
            gap.after,
            Text(
                f"`{span.text}` belongs on the line of `{statement.tokens[0].text}`",
                f"“{span.text}”应与“{statement.tokens[0].text}”写在同一行",
            ),
            Text("write both on one line", "请写在一行之内"),
            edit=Edit(gap, " "),
        )
        statement.fault = statement.fault or fault
        return True

    def _continues(self, statement: Statement, start: int, end: int) -> bool:
        sign = self.text[start]
        if sign in "→+×*÷/,=≠<≤≥~-:)]'!" or self.text.startswith(">=", start):
            return True
        head = _HEAD.match(self.text, start, end)
        if head is None or not head.group(1):
            return False
        words = head.group(1).split(None, 4)
        keywords = self.lexer.keyword_table(statement)
        hit = keyword_at(words, 0, keywords)
        kind = hit[1] if hit else (glued_keyword(words[0], keywords) or ("", ""))[1]
        if kind == "FROM":
            return self.block != "parameter"
        return kind in CONTINUES

    def _shows_unclosed(self, start: int, end: int) -> bool:
        """Inside brackets, a line with an arrow or a tilde outside them shows that they were never closed."""
        depth = len(self.lexer.open)
        for match in _STRUCTURE.finditer(self.text, start, end):
            sign = match.group(1)
            if sign in ("(", "["):
                depth += 1
            elif sign in (")", "]"):
                depth -= 1
            elif sign is not None and depth > 0:
                return True
        return False

    # ------------------------------------------------------------ opening words
    def opener(self, start: int, end: int) -> tuple[str, int] | None:
        """(token, end) of the opening word at `start`; None where it is a name."""
        head = _HEAD.match(self.text, start, end)
        if head is None or not head.group(1):
            return None
        words = head.group(1).split(None, 5)
        candidates = OPENING.get(words[0])
        if candidates is None:
            glued = glued_keyword(words[0], OPENING)
            return None if glued is None else (glued[1], head.start(1) + len(glued[0]))
        for phrase, token in candidates:
            if tuple(words[: len(phrase)]) != phrase:
                continue
            after = head.start(1)
            for word in phrase:
                after = self.text.index(word, after) + len(word)
            return (token, after) if self._opens(token, words[len(phrase) :], after, end) else None
        return None

    def _opens(self, token: str, rest: list[str], after: int, end: int) -> bool:
        if token == "FOR" and rest[:2] == ["at", "most"]:
            return False
        if token == "FROM" and self.block != "parameter":
            return False
        if token in _ALWAYS_OPEN:
            return token != "LAG" or self.block in ("claims", "scenario", None)
        following = self.text[after:end].lstrip()
        if token == "USE" and following[:1] == "/" and following[1:2].strip():
            return True  # an absolute path: to be refused as one
        if (following and following[0] in OPERATORS) or self.text[after : after + 1] == "的":
            return False
        if following[:1] in (")", "]") and self.lexer.open:
            return False
        if rest and self.block in BARE_LINE and token not in ("CASH", "TAKEN_UP"):
            hit = keyword_at(rest, 0, table(BARE_LINE[self.block]))
            if hit is not None and hit[1] in _INFIX:
                return False
        if self.block in BARE_LINE and not self._in_reach(token) and token not in ("OTHERWISE",):
            return False  # a word of another block: a name here
        return not (self.block in ("clause", "table") and self._has_arrow(after, end))

    def _in_reach(self, token: str) -> bool:
        inside = OPENER[token].inside
        return inside in (None, "*", self.block, PARENT.get(self.block or "")) or ALSO_INSIDE.get(token) == self.block

    def _has_arrow(self, start: int, end: int) -> bool:
        return any(match.group(1) for match in _ARROW.finditer(self.text, start, end))

    # ------------------------------------------------------------ statements
    def _begin(self, start: int, end: int, number: int) -> tuple[Statement, int]:
        self.lexer.begin()
        self._block_before = self.block
        opening = self.opener(start, end)
        if opening is None:
            kind = BARE_LINE.get(self.block or "", "BARE")
            token = Token(kind, "", start, start, self.source)
            after = start
        else:
            kind, after = opening
            if kind == "OTHERWISE" and self.block == "table":
                kind = "ROW_OTHERWISE"
            token = Token(kind, self.text[start:after], start, after, self.source)
            self.lexer.keywords["en" if token.text.isascii() else "zh"] += 1
            self.enter(kind, self.text[after:end])
        statement = Statement(kind, [token], number, number, self.block, self.comments, self.quotations)
        self.comments, self.quotations = [], []
        if kind == "USE":
            after = self._path(statement, after, end)
        self._statement = statement
        return statement, after

    def enter(self, token: str, rest: str = "") -> None:
        """Keeps the block when a line opens with `token`; a line of another block goes on as if that were open."""
        if token == "ROW_OTHERWISE":
            return
        opener = OPENER[token]
        sets_value = token == "SET" and not {"of", "属于"} & set(rest.split("=")[0].split())
        if sets_value and self.block in ("case", "scenario", "population", "claims"):
            self.block = PARENT.get(self.block, self.block)
            return
        if opener.inside is None or opener.opens:
            self.block = opener.opens
        elif opener.inside != "*" and self.block not in (opener.inside, ALSO_INSIDE.get(token)):
            self.block = opener.inside

    def _path(self, statement: Statement, start: int, end: int) -> int:
        """The module that a `use` line names: all of the line up to a comment."""
        comment = self.text.find("#", start, end)
        stop = end if comment < 0 else comment
        path = self.text[start:stop].strip()
        if path:
            at = self.text.index(path, start)
            plain = path.strip('"“”「」')
            value = "_".join(plain.split())
            statement.tokens.append(Token("PATH", path, at, at + len(path), self.source, value))
        return stop

    def _finish(self) -> None:
        statement, self._statement = self._statement, None
        if statement is None:
            return
        if self.lexer.open:
            unclosed(statement, self.lexer.open[-1])
            self.lexer.open = []
        opener = OPENER.get(statement.kind)
        if (
            opener is not None
            and opener.inside is None
            and self._block_before in ("clause", "table")
            and any(token.type == "ARROW" for token in statement.tokens)
        ):
            # The arrow stood on a later line: a rule or a row that begins with a name like an opening word.
            self.block = self._block_before
            statement = self.again_as(statement, BARE_LINE[self.block or ""], statement.tokens[0].start)
        finish_case_line(statement)
        merge_path(statement)
        self.take(statement)

    def again_as(self, statement: Statement, kind: str, start: int) -> Statement:
        """The statement read again, what stands from `start` on, as one of this kind."""
        fresh = Statement(
            kind,
            [Token(kind, "", start, start, self.source)],
            statement.first_line,
            statement.last_line,
            self.block,
            statement.comments,
            statement.quotations,
            statement.trailing,
            statement.gaps,
        )
        words = len(self.lexer.words)
        self._rescan(fresh, start)
        del self.lexer.words[words:]  # they were noted when the line was read first
        if self.lexer.open:
            unclosed(fresh, self.lexer.open[-1])
            self.lexer.open = []
        finish_case_line(fresh)
        merge_path(fresh)
        return fresh

    def next_line(self, after: int) -> int | None:
        """The number of the next line that is no comment, quotation or note."""
        for number in range(after + 1, len(self.source.line_starts) + 1):
            start, end = self.line(number)
            if start == end or self.text[start] in "#>":
                continue
            opening = self.opener(start, end)
            if opening is None or opening[0] != "NOTE":
                return number
        return None

    def lines_again(self, first: int, last: int) -> Statement | None:
        """The lines `first` to `last` as one statement of their own (when the line before broke off)."""
        kept = self._statement, self.comments, self.quotations
        self.comments, self.quotations = [], []
        start, end = self.line(first)
        statement, after = self._begin(start, end, first)
        statement.last_line = last
        self._rescan(statement, after)
        if self.lexer.open:
            unclosed(statement, self.lexer.open[-1])
        self.lexer.open = []
        self._statement, self.comments, self.quotations = kept
        finish_case_line(statement)
        merge_path(statement)
        return statement

    def _rescan(self, statement: Statement, after: int) -> None:
        self.lexer.begin()
        for number in range(statement.first_line, statement.last_line + 1):
            start, end = self.line(number)
            if start < end and self.text[start] != "#":
                self.lexer.scan(statement, max(start, after), end)


def finish_case_line(statement: Statement) -> None:
    """A line of a case that is only words is `ENTITY KEY`: the last word is the key."""
    if statement.kind != "CASE_LINE":
        return
    tokens = statement.tokens
    if len(tokens) == 2 and tokens[1].type == "NAME" and len(tokens[1].text.split()) > 1:
        words = tokens[1]
        head, key = words.text.rsplit(None, 1)
        middle = words.end - len(key)
        entity = Token("NAME", head, words.start, words.start + len(head), words.source, "_".join(head.split()))
        tokens[1:] = [entity, Token("NAME", key, middle, words.end, words.source, key)]
    elif not (len(tokens) == 3 and tokens[1].type == "NAME" and tokens[2].type in ("STRING", "NUMBER")):
        return
    statement.kind = tokens[0].type = "INSTANCE"


def merge_path(statement: Statement) -> None:
    """`std:shaoxing_2021_51` behind the `for` of a scenario is one name of a policy."""
    if statement.kind != "SCENARIO":
        return
    at = next((i for i, token in enumerate(statement.tokens) if token.type == "FOR"), None)
    if at is None:
        return
    rest = statement.tokens[at + 1 :]
    if [t.type for t in rest] in (["NAME"], ["NAME", "COLON", "NAME"]):
        value = "".join(t.value or t.text for t in rest)
        first, last = rest[0], rest[-1]
        text = first.source.text[first.start : last.end]
        statement.tokens[at + 1 :] = [Token("PATH", text, first.start, last.end, first.source, value)]
