"""What a reader is told when a statement does not parse.

In come the statement and the place where the parser stopped, with the tokens that could have stood there; out comes one
diagnostic in the reader's words. All wording of syntax errors that is not about single words or signs is here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from lang.diagnostics import Diagnostic, Edit, Label, Text
from lang.source import Span
from lang.text.keywords import (
    LOCAL,
    RESERVED,
    UNITS,
    WORDS,
    Word,
)
from lang.text.signs import SIGNS
from lang.text.tokens import Statement, Token, kinds, shown

_THINGS = {
    "NAME": ("a name", "名称"), "STRING": ("a text in quotes", "引号内的文字"), "NUMBER": ("a number", "数字"),
    "MONEY": ("an amount", "金额"), "LENGTH": ("a length of time", "时长"), "PERCENT": ("a percentage", "百分数"),
    "DATE": ("a date", "日期"), "MONTH": ("a month such as 2021-05", "月份"),
    "MONTH_DAY": ("a day such as 12-15", "月日"),
    "MONTH_NUMBER": ("a month", "月份"), "YEAR": ("a year", "年份"), "PATH": ("the name of a file", "文件名"),
    "CLAIM_COUNT": ("a number of claims", "笔数"), "POSSESSIVE": ("'s", "的"), "$END": ("the end of the line", "行末"),
}  # fmt: skip
_SIGN_OF = {token: sign for sign, token in reversed(SIGNS.items())}
_VALUES = kinds("NAME NUMBER MONEY LENGTH PERCENT DATE MONTH YEAR YES NO LPAR")
_OPERANDS = _VALUES | kinds(
    """MINUS NOT IF TOTAL EVER PREVIOUS SINCE WITHIN TOTAL_PAID_BY COUNT_OF SUM_OF SHARE_OF ANY STRING IN_MONTH AT_TIME
    IN MONTH_NUMBER UNDER"""
)
_INFIX = kinds(
    """PLUS MINUS TIMES DIV UP_TO AT_LEAST POSSESSIVE LSQB LPAR EQ NE LT LE GT GE IS IS_NOT IS_KNOWN IS_NOT_KNOWN AND
    OR WITHIN IN NOT_IN IN_LAST IN_LAST_YEAR IN_THIS_MONTH IN_THIS_YEAR IN_MONTH AT_TIME WITH COUNTED_FROM INSIDE"""
)
_SHAPES = {
    "RULE_LINE": Text("a rule is CONDITION → AMOUNT FREQUENCY", "规则写作“条件 → 频次 金额”"),
    "ROW_LINE": Text("a row is VALUE, … → VALUE", "表行写作“取值，… → 结果”"),
    "CASE_LINE": Text(
        "a line of a case is ENTITY KEY, or NAME = VALUE, …", "案例中的一行写作“台账 编号”或“栏目 = 取值，…”"
    ),
    "POPULATION_LINE": Text(
        "an assumption is NAME ~ …, NAME = …, NAME starts on arrival …, or NAME follows …",
        "假设写作“栏目 ~ …”“栏目 = …”“栏目 进入即始 …”或“栏目 随 …”",
    ),
}
_RELATIONS = kinds("EQ NE LT LE GT GE IS IS_NOT")
_NEGATIVE = kinds("NOT IS_NOT NOT_IN")
_TIMES = kinds("IN_THIS_MONTH IN_THIS_YEAR IN_LAST_YEAR")
_DAYS = kinds("NUMBER YEAR MONTH")
_FREQUENCIES = kinds("ONCE ONCE_PER_YEAR PER_MONTH PER_YEAR")
_WITH_COLON = kinds("HAS PARAMETER TARGET PROPERTY")
_ROUNDINGS = kinds("ROUNDED_TO ROUNDED_DOWN_TO ROUNDED_UP_TO")
_CALCULATIONS = kinds("PLUS MINUS TIMES DIV UP_TO AT_LEAST")
_NAMING = kinds("HAS PARAMETER ENTITY CLAUSE KIND FUND DEFINE TABLE UNKNOWN POLICY EXCLUSIVE TARGET DUTY PROPERTY")
_BEHIND_A_NAME = kinds("COLON EQ STRING FOR BY CITES TILDE $END")


def word_for(token: str, kind: str | None = None) -> Text:
    """What a token is called in a message; `kind`: inside a statement of that kind, not as its opening word."""
    if token in _THINGS:
        return Text(*_THINGS[token])
    if token in _SIGN_OF:
        return Text(f"`{_SIGN_OF[token]}`", f"“{_SIGN_OF[token]}”")
    if token not in WORDS:
        return Text(f"`{token}`", f"“{token}”")
    if token == "TO" and kind in ("RULE_LINE", "ALWAYS", "OTHERWISE"):
        return Text("`to`", "“付给”")
    words = [WORDS[token]] if kind is None else [*_inside(token, kind), WORDS[token]]
    en = next((word.en[0] for word in words if word.en), WORDS[token].spelling("en"))
    zh = next((word.zh[0] for word in words if word.zh), en)
    return Text(f"`{en}`", f"“{zh}”")


def _inside(token: str, kind: str) -> list[Word]:
    """The rows of a keyword that count inside statements of a kind."""
    return [word for word in (*LOCAL.get(kind, ()), *LOCAL.get(f"{kind}:", ()), *RESERVED) if word.token == token]


def explain(statement: Statement, at: int, accepted: frozenset[str]) -> Diagnostic:
    """The parser stopped at token number `at` (one behind the last: the statement ended)."""
    tokens = statement.tokens
    ended = at >= len(tokens)
    before = tokens[at - 1] if at else tokens[0]
    here = None if ended else tokens[at]
    for try_ in (_twice, _unit, _grouped_digits, _misspelt, _reserved_word):
        found = try_(statement, here, before, accepted)
        if found is not None:
            return found
    span = before.span.after if here is None else here.span
    shape = _SHAPES.get(statement.kind)
    if "ARROW" in accepted and all(token.type != "ARROW" for token in tokens):
        if here is None:
            message = Text("the arrow is missing: `→` and what follows from it", "缺少箭头“→”及其后的内容")
        else:
            message = Text(
                f"the arrow is missing: `→` must stand before `{shown(here.text)}`",
                f"缺少箭头：“{shown(here.text)}”之前应有“→”",
            )
        return Diagnostic("HC113", span, message, shape)
    wanted = _wanted(accepted, statement.kind)
    if here is None:
        message = Text(f"the statement breaks off: {wanted.en} must follow", f"语句未写完：后面应有{wanted.zh}")
        return Diagnostic("HC112", span, message, shape)
    message = Text(
        f"`{shown(here.text)}` cannot stand here: {wanted.en} is expected",
        f"此处不能写“{shown(here.text)}”，应为{wanted.zh}",
    )
    return Diagnostic("HC111", span, message, _hint(statement, here, before, accepted) or shape)


def _hint(statement: Statement, here: Token, before: Token, accepted: frozenset[str]) -> Text | None:
    """Mends for mistakes that the tokens alone do not tell."""
    if statement.kind == "CLAUSE" and here.type == "FOR":
        return Text("`for …` stands on a line of its own, below `clause`", "“对象 …”另起一行，写在“条款”之下")
    if here.type in _RELATIONS and any(t.type in _RELATIONS for t in statement.tokens if t.start < here.start):
        return Text(
            "comparisons are not chained: write A ≥ X and A ≤ Y", "比较不能连写，请写作“甲 不少于 1 且 甲 不超过 5”"
        )
    lines = here.source.position(before.start)[0], here.source.position(here.start)[0]
    if lines[0] < lines[1] and here.type == "ARROW":
        return Text("a rule begins with its condition, or with `always`", "规则以条件起首；无条件时写“一律”")
    if lines[0] < lines[1] and here.type != "FROM":
        return Text(
            f"a line that begins with `{here.text}` continues the line before; to begin a rule with it, put it in "
            "brackets",
            f"以“{here.text}”起首的行接续上一行；若要以它开始一条规则，请加括号",
        )
    if here.type in _ROUNDINGS and any(t.type in _FREQUENCIES for t in statement.tokens):
        return Text(
            "rounding stands between the amount and the frequency", "舍入写在金额之后、限额之前，频次写在金额之前"
        )
    if before.type in _FREQUENCIES and here.type in _CALCULATIONS:
        return Text("write the whole amount before the frequency", "请先写频次，再写完整的金额")
    if (here.type in _TIMES and before.type in _NEGATIVE | {"IS"}) or (before.type == "IN" and here.type in _DAYS):
        return _of_a_time(statement, here)
    if here.type == "PER" or (here.type == "NAME" and accepted & _FREQUENCIES):
        return Text("the frequency is `once`, `once per year` or `per month`", "频次为“一次性”“每年一次”或“每月”")
    if before.type == "NUMBER" and here.type == "NAME":
        return Text(
            "behind a number stands a unit (yuan, months, years, days, %) or a word that joins, such as `and`",
            "数字之后应为单位（元、万元、个月、年、天、%）或“且”“或”等连接词",
        )
    return None


def _of_a_time(statement: Statement, here: Token) -> Text | None:
    """`hired on not in this year`, `hired on is in 2021`."""
    behind = [t for t in statement.tokens if t.end <= here.start]
    words: list[Token] = []
    while behind and behind[-1].type in _NEGATIVE | {"IS", "IN"}:
        words.insert(0, behind.pop())
    if not behind or behind[-1].type != "NAME" or not words:
        return None
    time = f"in {here.text}" if here.type in _DAYS else here.text
    time_zh = (
        f"在{here.text}{'年' * (here.type == 'NUMBER')}" if here.type in _DAYS else word_for(here.type).zh.strip("“”")
    )
    subject = behind[-1].text
    if any(t.type in _NEGATIVE for t in words):
        return Text(f"write `not {subject} {time}`", f"请写作“非 {subject} {time_zh}”")
    return Text(f"leave `is` out: `{subject} {time}`", f"请去掉“为”：“{subject} {time_zh}”")


def _wanted(accepted: frozenset[str], kind: str) -> Text:
    if accepted >= _VALUES - {"YES", "NO"}:
        return Text("a value", "一个值")
    rest = sorted(accepted - _INFIX - _OPERANDS | (accepted & {"NAME", "STRING"})) or sorted(accepted)
    if accepted & {"PLUS", "AND"} and "$END" not in rest and len(rest) > 3:
        rest = [token for token in rest if token not in ("COMMA",)]
    signs = _THINGS.keys() | _SIGN_OF.keys()
    en = [word_for(token, kind).en for token in rest if token in signs or token not in WORDS or WORDS[token].en]
    zh = [word_for(token, kind).zh for token in rest if token in signs or token not in WORDS or WORDS[token].zh]
    return Text(listed(en, ", ", " or ", " …"), listed(zh, "、", "或", "等"))


def listed(words: list[str], comma: str, last: str, more: str) -> str:
    shown, rest = words[:6], words[6:]
    if rest or len(shown) < 2:
        return comma.join(shown) + (more if rest else "")
    return comma.join(shown[:-1]) + last + shown[-1]


def _twice(statement: Statement, here: Token | None, before: Token, _: frozenset[str]) -> Diagnostic | None:
    """A frequency behind a frequency, or a word said twice in a row."""
    if here is None:
        return None
    earlier = next(
        (t for t in statement.tokens if t is not here and t.start < here.start and t.type in _FREQUENCIES), None
    )
    if here.type not in _FREQUENCIES or earlier is None:
        if here.type != before.type or here.text != before.text or here.type not in WORDS:
            return None
        earlier = before
    return Diagnostic(
        "HC127",
        here.span,
        Text(f"`{shown(here.text)}` is one too many", f"“{shown(here.text)}”多余"),
        Text("keep one of them", "请保留一处"),
        (Label(earlier.span, Text("said here already", "此处已写明")),),
        Edit(here.span, ""),
    )


def _unit(_: Statement, here: Token | None, before: Token, accepted: frozenset[str]) -> Diagnostic | None:
    """A number and a word that is no unit."""
    if here is None or here.type != "NAME" or before.type != "NUMBER":
        return None
    word = here.text.split()[0]
    span = Span(here.start, here.start + len(word), here.source)
    near = difflib.get_close_matches(word.lower(), UNITS, 1, 0.6)
    if not near and accepted & _OPERANDS - {"LPAR"}:
        return None
    message = Text(f"`{shown(word)}` is no unit", f"“{shown(word)}”不是单位")
    if near:
        return Diagnostic(
            "HC118",
            span,
            message,
            Text(f"did you mean `{near[0]}`?", f"是否应为“{near[0]}”？"),
            edit=Edit(span, near[0]),
        )
    return Diagnostic(
        "HC118", span, message, Text("units are yuan, months, years and days", "单位有元、万元、个月、年、天")
    )


def _grouped_digits(statement: Statement, here: Token | None, before: Token, _: frozenset[str]) -> Diagnostic | None:
    if here is None:
        return None
    tokens = statement.tokens
    at = tokens.index(here)
    if here.type in ("NUMBER", "MONEY") and before.type == "COMMA" and at >= 2:
        first, comma, last = tokens[at - 2], before, here
    elif here.type == "COMMA" and at + 1 < len(tokens):
        first, comma, last = before, here, tokens[at + 1]
    else:
        return None
    if first.type != "NUMBER" or last.type not in ("NUMBER", "MONEY", "PERCENT"):
        return None
    if comma.start != first.end or last.start != comma.end:
        return None
    return Diagnostic(
        "HC121",
        Span(first.start, last.end, first.source),
        Text("a comma does not group digits", "逗号不用于数字分节"),
        Text(f"write {first.text}{last.text} or {first.text}_{last.text}", f"请写 {first.text}{last.text}"),
        edit=Edit(comma.span, "_"),
    )


def near_word(word: str, tokens: Iterable[str]) -> str | None:
    """A keyword among `tokens` that `word` is a slip for."""
    spellings: dict[str, str] = {}
    for token in sorted(tokens):
        if token in WORDS:
            for spelling in WORDS[token].en + WORDS[token].zh:
                if len(spelling) > 1 and spelling.isascii() == word.isascii():
                    spellings.setdefault(spelling.split()[0], spelling)
    near = difflib.get_close_matches(word, spellings, 1, 0.72 if word.isascii() else 0.6)
    return spellings[near[0]] if near and near[0] != word else None


def near_phrase(words: list[str], tokens: Iterable[str]) -> tuple[int, str] | None:
    """(first word, phrase) where a phrase of several words among `tokens` has a slip in one of them."""
    for token in sorted(tokens):
        for spelling in WORDS[token].en if token in WORDS else ():
            parts = spelling.split()
            for at in range(len(words) - len(parts) + 1) if len(parts) > 1 else ():
                pairs = [(word, part) for word, part in zip(words[at:], parts, strict=False) if word != part]
                if len(pairs) == 1 and difflib.SequenceMatcher(None, *pairs[0]).ratio() >= 0.6:
                    return at, spelling
    return None


def _misspelt_phrase(token: Token, accepted: frozenset[str]) -> Diagnostic | None:
    """`starts on arrvial` has melted into the name before it."""
    words = token.text.split()
    near = near_phrase(words, accepted - {"NAME"})
    if near is None:
        return None
    first, spelling = near
    start = token.start
    for word in words[:first]:
        start = token.source.text.find(word, start) + len(word)
    start = token.source.text.find(words[first], start)
    end = start
    for word in words[first : first + len(spelling.split())]:
        end = token.source.text.find(word, end) + len(word)
    span = Span(start, end, token.source)
    return Diagnostic(
        "HC117",
        span,
        Text(f"`{shown(span.text)}` is not understood here", f"此处的“{shown(span.text)}”无法理解"),
        Text(f"did you mean `{spelling}`?", f"是否应为“{spelling}”？"),
        edit=Edit(span, spelling),
    )


def _misspelt(statement: Statement, here: Token | None, before: Token, accepted: frozenset[str]) -> Diagnostic | None:
    """The first word of the name that cannot stand here, or a word of the name before, is nearly a keyword."""
    for token in (here, before):
        if token is None or token.type != "NAME":
            continue
        phrase = _misspelt_phrase(token, accepted)
        if phrase is not None:
            return phrase
        at = token.start
        for word in token.text.split()[: None if token is before else 1]:
            at = token.source.text.find(word, at)
            near = near_word(word, accepted - {"NAME"}) if at >= 0 else None
            if near is not None:
                span = Span(at, at + len(word), token.source)
                return Diagnostic(
                    "HC117",
                    span,
                    Text(f"`{shown(word)}` is not understood here", f"此处的“{shown(word)}”无法理解"),
                    Text(f"did you mean `{near}`?", f"是否应为“{near}”？"),
                    edit=Edit(span, near.split()[0]),
                )
    return None


def _only_reserved(here: Token) -> Diagnostic:
    """A name that is nothing but a reserved word."""
    return Diagnostic(
        "HC126",
        here.span,
        Text(f"`{shown(here.text)}` is a reserved word", f"“{shown(here.text)}”是关键词"),
        Text(
            "choose another name; with an underscore it may be part of one, as in `filled_by`",
            "请另取名称；须用此词时，请以下划线与其他词相连",
        ),
    )


def _reserved_word(statement: Statement, here: Token | None, before: Token, _: frozenset[str]) -> Diagnostic | None:
    """A reserved word inside a name that is declared."""
    if here is None or statement.kind not in _NAMING or before.type not in ("NAME", statement.kind):
        return None
    at = statement.tokens.index(here)
    if here.type not in WORDS or at > 2 or (before.type == "NAME") is (at == 1):
        return None
    if here.type == "FOR" or (statement.kind in _WITH_COLON and all(t.type != "COLON" for t in statement.tokens)):
        return None  # most likely the name, or the colon behind it, was left out
    whole = [t for t in statement.tokens[1 : at + 2] if t is here or t.type == "NAME"]
    if len(whole) < 2:
        behind = statement.tokens[at + 1].type if at + 1 < len(statement.tokens) else "$END"
        return _only_reserved(here) if behind in _BEHIND_A_NAME else None
    span = whole[0].span.to(whole[-1].span)
    joined = "_".join("_".join(t.text.split()) for t in whole)
    return Diagnostic(
        "HC126",
        here.span,
        Text(f"`{shown(here.text)}` is a reserved word", f"“{shown(here.text)}”是关键词"),
        Text(f"in a name, join it by underscores: {joined}", f"在名称中请用下划线相连：{joined}"),
        edit=Edit(span, joined),
    )
