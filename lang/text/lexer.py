"""One physical line to tokens.

The text is folded (`lang.text.signs`), so offsets are those of the text as written; what stands in quotes is cut from
the text as written. Runs of words are split by the keyword table of the statement: the longest phrase wins, the words
between keywords are one name. The first fault of a statement is kept in it, and the statement is not parsed.
"""

from __future__ import annotations

import re

from lang.diagnostics import Diagnostic, Edit, Text
from lang.source import Source, Span
from lang.text.encoding import digit_fault, foreign_digit
from lang.text.keywords import UNITS, Phrases, table
from lang.text.literals import read_day, read_quantity
from lang.text.signs import FOREIGN_SIGNS, SIGNS
from lang.text.tokens import Statement, Token, kinds, shown
from lang.text.words import DeclaredNames, glued, unit_and_word

WORD = r"[^\W\d]\w*"
RUN = rf"{WORD}(?:[ \t]+{WORD})*"
_LATIN_UNITS = "|".join(sorted((u for u in UNITS if u.isascii()), key=len, reverse=True))
_HAN_UNITS = "|".join(sorted((u for u in UNITS if not u.isascii()), key=len, reverse=True))
_FOREIGN = "|".join(re.escape(s) for s in sorted(FOREIGN_SIGNS, key=len, reverse=True))
_MASTER = re.compile(
    rf"""
    (?P<SPACE>[ \t]+)
  | (?P<RUN>{RUN})
  | (?P<DATE>[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9-])
        |[0-9]{{4}}[ \t]*年[ \t]*[0-9]{{1,2}}[ \t]*月[ \t]*[0-9]{{1,2}}[ \t]*日)
  | (?P<MONTH>[0-9]{{4}}-[0-9]{{1,2}}(?![0-9-])|[0-9]{{4}}[ \t]*年[ \t]*[0-9]{{1,2}}[ \t]*月)
  | (?P<MONTH_DAY>[0-9]{{2}}-[0-9]{{2}}(?![0-9-])|[0-9]{{1,2}}[ \t]*月[ \t]*[0-9]{{1,2}}[ \t]*日)
  | (?P<MONTH_NUMBER>[0-9]{{1,2}}[ \t]*月)
  | (?P<YEAR>[0-9]{{4}}[ \t]*年)
  | (?P<NUMBER>[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?)(?:[ \t]*(?P<PERCENT>%)|[ \t]*(?P<LATIN>{_LATIN_UNITS})(?!\w)
        |[ \t]*(?P<HAN>{_HAN_UNITS}))?
  | (?P<STRING>"[^"\n]*"|“[^”\n]*”|「[^」\n]*」)
  | (?P<COMMENT>\#.*)
  | (?P<PER_SLASH>/[ \t]*(?:个?月|年|month|year)(?!\w))
  | (?P<POSSESSIVE>'s(?!\w))
  | (?P<FOREIGN>=>|=<|==+|!==|<>|(?:{_FOREIGN})(?!=))
  | (?P<SIGN>->|>=|<=|!=|[→≥≤≠=<>~+\-×*/÷,:()\[\]])
  | (?P<OPEN_QUOTE>["“「].*)
  | (?P<OTHER>.)
    """,
    re.X,
)
_QUANTITIES = frozenset(("NUMBER", "PERCENT", "LATIN", "HAN"))
_DAYS = frozenset(("DATE", "MONTH", "MONTH_DAY", "MONTH_NUMBER", "YEAR"))
_HAN_BEFORE_DIGIT = re.compile(r"([\u3400-\u9fff]+)(?=[0-9])")
_WORD = re.compile(WORD)
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+(?!\w)")
_PREFIXES = frozenset(("NOT", "TOTAL", "EVER", "PREVIOUS", "SINCE", "MINUS", "IF"))
DEEPEST = 64
LONGEST_NAME = 200

# Statements that declare: the name they declare is never taken apart.
_DECLARING = kinds(
    "POLICY ENTITY HAS FUND PARAMETER DEFINE TABLE CLAUSE EXCLUSIVE TARGET DUTY PROPERTY SCENARIO UNKNOWN SET"
)


def keyword_at(words: list[str], i: int, keywords: Phrases) -> tuple[int, str] | None:
    """(number of words, token) of the longest keyword phrase at word `i`."""
    for phrase, token in keywords.get(words[i], ()):
        n = len(phrase)
        if n == 1 or tuple(words[i : i + n]) == phrase:
            return n, token
    return None


def glued_keyword(word: str, keywords: Phrases) -> tuple[str, str] | None:
    """A Chinese keyword at the start of a word that goes on with a digit (`满3个月`): (keyword, token)."""
    match = _HAN_BEFORE_DIGIT.match(word)
    if match is None:
        return None
    for phrase, token in keywords.get(match.group(1), ()):
        if len(phrase) == 1:
            return match.group(1), token
    return None


class Lexer:
    """Turns lines into tokens of the statement at hand. `open` are its brackets that are not closed yet."""

    def __init__(self, source: Source, folded: str, declared: DeclaredNames) -> None:
        self.source = source
        self.text = folded
        self.declared = declared
        self.open: list[Token] = []
        self.after_colon = False
        self.words: list[tuple[str, int]] = []  # all words outside ASCII or keywords, for the look-alike check
        self.keywords = {"en": 0, "zh": 0}
        self._prefixes = 0
        self._ifs = 0

    def begin(self) -> None:
        """A new statement."""
        self.open = []
        self.after_colon = False
        self._prefixes = self._ifs = 0

    def keyword_table(self, statement: Statement) -> Phrases:
        return table(statement.kind + ":" if self.after_colon else statement.kind)

    def scan(self, statement: Statement, position: int, end: int) -> str | None:
        """Appends the tokens of one line; gives the comment at its end."""
        text, tokens, match, source = self.text, statement.tokens, _MASTER.match, self.source
        keywords = self.keyword_table(statement)
        while position < end:
            found = match(text, position, end)
            assert found is not None
            group = found.lastgroup
            after = found.end()
            if group == "SPACE":
                pass
            elif group == "RUN":
                after = self._run(statement, found.group(), position, keywords)
            elif group == "SIGN":
                kind = SIGNS[found.group()]
                token = Token(kind, found.group(), position, after, source)
                tokens.append(token)
                if kind == "MINUS":
                    self._prefix(statement, token)
                else:
                    self._prefixes = 0
                if kind in ("LPAR", "LSQB", "RPAR", "RSQB", "ARROW"):
                    self._bracket(statement, token)
                    if len(self.open) > DEEPEST:
                        self.open = []
                        return None  # told; the rest of the line is not looked at
                elif kind == "COLON" and statement.kind in ("HAS", "PARAMETER"):
                    self.after_colon = True
                    keywords = self.keyword_table(statement)
            elif group in _QUANTITIES:
                after = self._quantity(statement, found, end)
                self._prefixes = 0
            elif group in _DAYS:
                token = Token(group, found.group(), position, after, source)
                token.value, fault = read_day(group, token.text, token.span)
                self._note(statement, fault)
                tokens.append(token)
                self._runs_on(statement, token, end)
            elif group == "STRING":
                value = source.text[position + 1 : after - 1]
                tokens.append(Token("STRING", found.group(), position, after, source, value))
            elif group == "COMMENT":
                return source.text[position + 1 : after].removeprefix(" ").rstrip()
            elif group == "PER_SLASH":
                kind = "PER_YEAR" if found.group()[-1] in "年r" else "PER_MONTH"
                tokens.append(Token(kind, found.group(), position, after, source))
            elif group == "POSSESSIVE":
                tokens.append(Token("POSSESSIVE", "'s", position, after, source))
            elif group == "OPEN_QUOTE":
                span = Span(position, position + 1, source)
                self._fault(
                    statement, "HC116", span,
                    (
                        f"the quote {text[position]} is not closed on this line",
                        f"引号“{text[position]}”在本行内没有闭合",
                    ),
                    ("close it before the end of the line", "请在行末之前补上右引号"),
                )  # fmt: skip
                break
            elif group == "FOREIGN":
                self._foreign_sign(statement, found.group(), position, after)
            else:
                self._odd_character(statement, position)
            position = after
        return None

    # ------------------------------------------------------------ brackets and depth
    def _bracket(self, statement: Statement, token: Token) -> None:
        if token.type in ("LPAR", "LSQB"):
            self.open.append(token)
            if len(self.open) > DEEPEST:
                self._too_deep(statement, token)
        elif token.type == "ARROW":
            if self.open:
                unclosed(statement, self.open[0])
                self.open = []
        elif self.open:
            opening = self.open.pop()
            if (opening.type == "LPAR") != (token.type == "RPAR"):
                unclosed(statement, opening)
        else:
            self._fault(
                statement, "HC115", token.span,
                (f"`{token.text}` closes nothing", f"“{token.text}”没有对应的左括号"),
                ("delete it, or add the opening bracket", "请删除，或补上左括号"),
            )  # fmt: skip

    def _prefix(self, statement: Statement, token: Token) -> None:
        self._prefixes += 1
        self._ifs += token.type == "IF"
        if self._prefixes > DEEPEST or self._ifs > DEEPEST:
            self._too_deep(statement, token)

    def _too_deep(self, statement: Statement, token: Token) -> None:
        self._fault(
            statement, "HC123", token.span,
            (f"nested too deeply ({DEEPEST} levels at most)", f"嵌套过深（最多 {DEEPEST} 层）"),
            ("name parts of it with `define`", "请用“界定”给各部分命名"),
        )  # fmt: skip

    # ------------------------------------------------------------ numbers
    def _quantity(self, statement: Statement, found: re.Match[str], end: int) -> int:
        start = found.start()
        unit = found.group("PERCENT") or found.group("LATIN") or found.group("HAN")
        after = found.end()
        if found.group("HAN"):
            unit, after = self._han_unit(statement, found.start("HAN"), end)
        if unit is None:
            after = found.end("NUMBER")
        token = Token("NUMBER", self.text[start:after], start, after, self.source)
        token.type, token.value, fault = read_quantity(found.group("NUMBER"), unit, token.span)
        self._note(statement, fault)
        statement.tokens.append(token)
        if self.text[after : after + 1] == "-" and self.text[after + 1 : after + 2].isdigit():
            other = _MASTER.match(self.text, after + 1, end)
            stop = other.end() if other else after + 1
            self._fault(
                statement, "HC129", Span(start, stop, self.source),
                ("a minus between numbers needs spaces around it", "数字之间的减号前后须有空格"),
                ("put a space on each side", "请在减号两侧加空格"), Edit(Span(after, after + 1, self.source), " - "),
            )  # fmt: skip
        self._runs_on(statement, token, end)
        return after

    def _han_unit(self, statement: Statement, start: int, end: int) -> tuple[str | None, int]:
        """The longest unit behind a number that leaves nothing, or a keyword (`3年内`)."""
        word = _WORD.match(self.text, start, end)
        letters = word.group() if word else ""
        keywords = self.keyword_table(statement)
        units = sorted((u for u in UNITS if letters.startswith(u)), key=len, reverse=True)
        for unit in units:
            rest = letters[len(unit) :]
            if not rest or rest in keywords or glued_keyword(rest, keywords):
                return unit, start + len(unit)
        if letters in keywords or glued_keyword(letters, keywords):
            return None, start
        return units[0], start + len(units[0])

    def _runs_on(self, statement: Statement, token: Token, end: int) -> None:
        """Letters directly behind a number, a unit or a date: only a whole Chinese keyword may stand there."""
        word = _WORD.match(self.text, token.end, end)
        if word is None:
            if self.text[token.end : token.end + 1] == "_":
                word = re.compile(r"\w+").match(self.text, token.end, end)
            if word is None:
                return
        letters = word.group()
        keywords = self.keyword_table(statement)
        if not letters.isascii() and (letters in keywords or glued_keyword(letters, keywords)):
            return
        digit = next((i for i, c in enumerate(letters) if foreign_digit(c)), None)
        if digit is not None:
            at = token.end + digit
            self._note(statement, digit_fault(letters[digit], Span(at, at + 1, self.source)))
            return
        whole = Span(token.start, word.end(), self.source)
        if token.type == "NUMBER" and _EXPONENT.match(self.text, token.end, end):
            self._fault(
                statement, "HC124", whole,
                (f"`{whole.text}`: numbers have no exponent", f"“{whole.text}”：数字不用科学计数法"),
                ("write the number out", "请写出完整数字"),
            )  # fmt: skip
            return
        digits = letters.replace("_", "")
        if token.type == "NUMBER" and (digits.isdigit() or not digits):
            mend = "_".join(filter(None, (token.text, digits)))  # `1_`, `1__000`
        else:
            mend = (
                f"{token.text} {glued(letters, self.declared, keywords) or unit_and_word(letters, keywords) or letters}"
            )
        self._fault(
            statement, "HC120", whole,
            (f"`{token.text}` runs into `{shown(letters)}`", f"“{token.text}”与“{shown(letters)}”粘连"),
            (f"write `{mend}`", f"请写作“{mend}”"), Edit(whole, mend),
        )  # fmt: skip

    # ------------------------------------------------------------ words
    def _run(self, statement: Statement, run: str, position: int, keywords: Phrases) -> int:
        """Keywords and names of a run of words. Gives where to go on."""
        text, source, tokens = self.text, self.source, statement.tokens
        places: list[tuple[str, int, int]] = []
        at = position
        for word in run.split():
            at = text.index(word, at)
            places.append((word, at, at + len(word)))
            at += len(word)
        words = [place[0] for place in places]
        first_of_name: int | None = None

        def end_name(upto: int) -> None:
            nonlocal first_of_name
            if first_of_name is not None:
                start, end = places[first_of_name][1], places[upto - 1][2]
                raw = text[start:end]
                tokens.append(Token("NAME", raw, start, end, source, "_".join(raw.split())))
                self._prefixes = 0
            first_of_name = None

        i = 0
        while i < len(words):
            word, start, end = places[i]
            if end - (start if first_of_name is None else places[first_of_name][1]) > LONGEST_NAME:
                begin = start if first_of_name is None else places[first_of_name][1]
                self._fault(
                    statement, "HC130", Span(begin, begin + LONGEST_NAME, source),
                    (f"the name is too long (at most {LONGEST_NAME} characters)", f"名称超过 {LONGEST_NAME} 字"),
                    ("is there a quote or an operator missing?", "是否漏写了引号或运算词？"),
                )  # fmt: skip
                return position + len(run)
            hit = keyword_at(words, i, keywords) if word in keywords else None
            if hit is not None:
                end_name(i)
                count, kind = hit
                token = Token(kind, text[start : places[i + count - 1][2]], start, places[i + count - 1][2], source)
                self._keyword(statement, token)
                i += count
                continue
            glued_on = None if word.isascii() else glued_keyword(word, keywords)
            if glued_on is not None and not self.declared.has(word):
                end_name(i)
                self._keyword(statement, Token(glued_on[1], glued_on[0], start, start + len(glued_on[0]), source))
                return start + len(glued_on[0])
            if not word.isascii():
                self._check_word(statement, word, start)
            if "的" in word and not self._declares(statement) and not self.declared.has(word):
                parts = word.split("的")
                if parts[0]:
                    first_of_name = i if first_of_name is None else first_of_name
                    places[i] = (parts[0], start, start + len(parts[0]))
                    end_name(i + 1)
                else:
                    end_name(i)
                at = start + len(parts[0])
                for part in parts[1:]:
                    tokens.append(Token("POSSESSIVE", "的", at, at + 1, source))
                    at += 1
                    if part and at + len(part) == end:
                        places[i] = (part, at, end)
                        first_of_name = i  # may go on with the next word
                    elif part:
                        tokens.append(Token("NAME", part, at, at + len(part), source, part))
                    at += len(part)
                i += 1
                continue
            mend = glued(word, self.declared, keywords) if not self._declares(statement) else None
            if mend is not None:
                self._fault(
                    statement, "HC120", Span(start, end, source),
                    (f"`{shown(word)}` runs words together", f"“{shown(word)}”把几个词粘连在一起"),
                    (f"write `{mend}`", f"请写作“{mend}”"), Edit(Span(start, end, source), mend),
                )  # fmt: skip
            if first_of_name is None:
                first_of_name = i
            i += 1
        end_name(len(words))
        return position + len(run)

    def _declares(self, statement: Statement) -> bool:
        """Is the next name the one that this statement declares?"""
        return statement.kind == "KIND" or (statement.kind in _DECLARING and len(statement.tokens) == 1)

    def _keyword(self, statement: Statement, token: Token) -> None:
        statement.tokens.append(token)
        self.keywords["en" if token.text.isascii() else "zh"] += 1
        if token.type in _PREFIXES:
            self._prefix(statement, token)
        else:
            self._prefixes = 0
        if token.type == "ARROW":
            self._bracket(statement, token)

    def _check_word(self, statement: Statement, word: str, start: int) -> None:
        self.words.append((word, start))
        for i, character in enumerate(word):
            if foreign_digit(character) and character != "〇":
                self._note(statement, digit_fault(character, Span(start + i, start + i + 1, self.source)))

    # ------------------------------------------------------------ faults
    def _odd_character(self, statement: Statement, position: int) -> None:
        if statement.fault is not None:
            return
        character = self.source.text[position]
        span = Span(position, position + 1, self.source)
        if foreign_digit(character):
            self._note(statement, digit_fault(character, span))
            return
        point = f"U+{ord(character):04X}"
        shown = character if character.isprintable() else "□"
        self._fault(
            statement, "HC119", span,
            (f"`{shown}` ({point}) means nothing here", f"“{shown}”（{point}）在此没有意义"), ("delete it", "请删除"),
        )  # fmt: skip

    def _foreign_sign(self, statement: Statement, sign: str, start: int, end: int) -> None:
        write = FOREIGN_SIGNS.get(sign, "=")  # a run of four or more equals signs is in no table
        line = self.source.position(start)[0]
        if sign == "=>" and "→" in self.source.line_text(line):
            write = "≥"  # the arrow of the rule is there already
        zh = {"and": "且", "or": "或", "not": "非"}.get(write, write)
        span = Span(start, end, self.source)
        self._fault(
            statement, "HC119", span,
            (f"`{sign}` is no sign of the language", f"“{sign}”不是本语言的符号"),
            (f"write `{write}`", f"请写“{zh}”"), Edit(span, write),
        )  # fmt: skip

    def _fault(
        self, statement: Statement, code: str, span: Span, message: tuple[str, str], mend: tuple[str, str],
        edit: Edit | None = None,
    ) -> None:  # fmt: skip
        if statement.fault is None:
            statement.fault = Diagnostic(code, span, Text(*message), Text(*mend), edit=edit)

    @staticmethod
    def _note(statement: Statement, fault: Diagnostic | None) -> None:
        if fault is not None and statement.fault is None:
            statement.fault = fault


def unclosed(statement: Statement, bracket: Token) -> None:
    """Notes that a bracket of the statement is never closed."""
    if statement.fault is None:
        closing = ")" if bracket.type == "LPAR" else "]"
        statement.fault = Diagnostic(
            "HC115",
            bracket.span,
            Text(f"this `{bracket.text}` is not closed", f"这个“{bracket.text}”没有闭合"),
            Text(f"add the `{closing}`", f"请补上“{closing}”"),
        )
