"""What a reader is told when a statement does not parse.

In come the statement and the place where the parser stopped, with the tokens that could have stood there; out comes one
diagnostic in the reader's words. All wording of syntax errors that is not about single words or signs is here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from lang.diagnostics import Diagnostic, Edit, Label, Text
from lang.source import Span
from lang.text.keywords import ALSO_INSIDE, BARE_LINE, OPENER, PARENT, UNITS, WORDS, Opener
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
    OR WITHIN IN IN_LAST IN_LAST_YEAR IN_THIS_MONTH IN_THIS_YEAR IN_MONTH AT_TIME WITH COUNTED_FROM INSIDE"""
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
BLOCKS = {
    "policy": Text("a policy", "政策"), "entity": Text("an entity", "台账"), "parameter": Text("a parameter", "标准"),
    "table": Text("a table", "标准表"), "clause": Text("a clause", "条款"), "case": Text("a case", "案例"),
    "scenario": Text("a scenario", "情景"), "population": Text("a population", "群体"),
    "claims": Text("claims", "申领"),
}  # fmt: skip
_RELATIONS = kinds("EQ NE LT LE GT GE IS IS_NOT")
_FREQUENCIES = kinds("ONCE ONCE_PER_YEAR PER_MONTH PER_YEAR")
_NAMING = kinds("HAS PARAMETER ENTITY CLAUSE KIND FUND DEFINE TABLE UNKNOWN POLICY EXCLUSIVE TARGET DUTY PROPERTY")


def word_for(token: str) -> Text:
    """What a token is called in a message."""
    if token in _THINGS:
        return Text(*_THINGS[token])
    if token in WORDS:
        return Text(f"'{WORDS[token].spelling('en')}'", f"“{WORDS[token].spelling('zh')}”")
    sign = _SIGN_OF.get(token, token)
    return Text(f"'{sign}'", f"“{sign}”")


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
            message = Text("the arrow is missing: '→' and what follows from it", "缺少箭头“→”及其后的内容")
        else:
            message = Text(
                f"the arrow is missing: '→' must stand before '{shown(here.text)}'",
                f"缺少箭头：“{shown(here.text)}”之前应有“→”",
            )
        return Diagnostic("HC113", span, message, shape)
    wanted = _wanted(accepted)
    if here is None:
        message = Text(f"the statement breaks off: {wanted.en} must follow", f"语句未写完：后面应有{wanted.zh}")
        return Diagnostic("HC112", span, message, shape)
    message = Text(
        f"'{shown(here.text)}' cannot stand here: {wanted.en} is expected",
        f"此处不能写“{shown(here.text)}”，应为{wanted.zh}",
    )
    return Diagnostic("HC111", span, message, _hint(statement, here, before) or shape)


def _hint(statement: Statement, here: Token, before: Token) -> Text | None:
    """Mends for mistakes that the tokens alone do not tell."""
    if here.type in _RELATIONS:
        return Text(
            "comparisons are not chained: write A ≥ X and A ≤ Y", "比较不能连写，请写作“甲 不少于 X 且 甲 不超过 Y”"
        )
    lines = here.source.position(before.start)[0], here.source.position(here.start)[0]
    if lines[0] < lines[1]:
        return Text(
            f"a line that begins with '{here.text}' continues the line before; to begin a rule with it, put it in "
            "brackets",
            f"以“{here.text}”起首的行接续上一行；若要以它开始一条规则，请加括号",
        )
    return None


def _wanted(accepted: frozenset[str]) -> Text:
    if accepted >= _VALUES - {"YES", "NO"}:
        return Text("a value", "一个值")
    rest = sorted(accepted - _INFIX - _OPERANDS | (accepted & {"NAME", "STRING"})) or sorted(accepted)
    if accepted & {"PLUS", "AND"} and "$END" not in rest and len(rest) > 3:
        rest = [token for token in rest if token not in ("COMMA",)]
    en = [word_for(token).en for token in rest if token not in WORDS or WORDS[token].en]
    zh = [word_for(token).zh for token in rest if token not in WORDS or WORDS[token].zh]
    return Text(_listed(en, ", ", " or ", " …"), _listed(zh, "、", "或", "等"))


def _listed(words: list[str], comma: str, last: str, more: str) -> str:
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
        Text(f"'{shown(here.text)}' is one too many", f"“{shown(here.text)}”多余"),
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
    message = Text(f"'{shown(word)}' is no unit", f"“{shown(word)}”不是单位")
    if near:
        return Diagnostic(
            "HC118",
            span,
            message,
            Text(f"did you mean '{near[0]}'?", f"是否应为“{near[0]}”？"),
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


def _misspelt(statement: Statement, here: Token | None, before: Token, accepted: frozenset[str]) -> Diagnostic | None:
    """The first word of the name that cannot stand here, or a word of the name before, is nearly a keyword."""
    for token in (here, before):
        if token is None or token.type != "NAME":
            continue
        at = token.start
        for word in token.text.split()[: None if token is before else 1]:
            at = token.source.text.find(word, at)
            near = near_word(word, accepted - {"NAME"}) if at >= 0 else None
            if near is not None:
                span = Span(at, at + len(word), token.source)
                return Diagnostic(
                    "HC117",
                    span,
                    Text(f"'{shown(word)}' is not understood here", f"此处的“{shown(word)}”无法理解"),
                    Text(f"did you mean '{near}'?", f"是否应为“{near}”？"),
                    edit=Edit(span, near.split()[0]),
                )
    return None


def _reserved_word(statement: Statement, here: Token | None, before: Token, _: frozenset[str]) -> Diagnostic | None:
    """A reserved word inside a name that is declared."""
    if here is None or statement.kind not in _NAMING or before.type not in ("NAME", statement.kind):
        return None
    at = statement.tokens.index(here)
    if here.type not in WORDS or at > 2 or (before.type == "NAME") is (at == 1):
        return None
    whole = [t for t in statement.tokens[1 : at + 2] if t is here or t.type == "NAME"]
    if len(whole) < 2:
        return None
    span = whole[0].span.to(whole[-1].span)
    joined = "_".join("_".join(t.text.split()) for t in whole)
    return Diagnostic(
        "HC126",
        here.span,
        Text(f"'{shown(here.text)}' is a reserved word", f"“{shown(here.text)}”是关键词"),
        Text(f"in a name, join it by underscores: {joined}", f"在名称中请用下划线相连：{joined}"),
        edit=Edit(span, joined),
    )


# ---------------------------------------------------------------- opening words
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
            if ratio >= (0.75 if spelling.isascii() else 0.65) + stricter and (best is None or ratio > best[0]):
                best = (ratio, spelling, opener)
    return None if best is None else (best[1], best[2])


def misspelt_opener(span: Span, spelling: str) -> Diagnostic:
    return Diagnostic(
        "HC110",
        span,
        Text(f"no line begins with '{shown(span.text)}' here", f"此处没有以“{shown(span.text)}”起首的语句"),
        Text(f"did you mean '{spelling}'?", f"是否应为“{spelling}”？"),
        edit=Edit(span, spelling),
    )


def missing_opener(span: Span) -> Diagnostic:
    """A line that is only a text in quotes."""
    return Diagnostic(
        "HC110",
        span,
        Text("no statement begins with a text in quotes", "语句不能以引号内的文字起首"),
        Text("a case begins with 'case', a remark with 'note'", "案例以“案例”起首，说明以“说明”起首"),
    )


def unknown_opener(span: Span, block: str | None) -> Diagnostic:
    if span.text and block in BLOCKS:
        message = Text(
            f"no line of {BLOCKS[block].en} begins with '{shown(span.text)}'",
            f"{BLOCKS[block].zh}中没有以“{shown(span.text)}”起首的语句",
        )
    else:
        message = Text(f"no statement begins with '{shown(span.text)}'", f"没有以“{shown(span.text)}”起首的语句")
    mend = Text(
        "begin with an opening word such as 'policy', 'clause', 'fund' or 'case'",
        "请以起首词开头，如“政策”“条款”“资金来源”“案例”",
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
