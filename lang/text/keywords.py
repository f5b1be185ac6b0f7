"""The words of the language, English and Chinese, in one table.

A row is: token, English spellings, Chinese spellings; the first of each is the canonical one, which the formatter
writes. A spelling of several words is a phrase. Words that open a line stand in `OPENERS` with the block they belong
in and the block they open; `RESERVED` are keywords in every statement, `LOCAL` only in statements of one kind.
"""

from __future__ import annotations

from functools import cache

from attrs import frozen

from lang.diagnostics import Language
from lang.text.tokens import kinds


@frozen
class Word:
    token: str
    en: tuple[str, ...]
    zh: tuple[str, ...]

    def spelling(self, language: Language) -> str:
        """The canonical spelling, that of the other language where there is none."""
        return ((self.en or self.zh) if language == "en" else (self.zh or self.en))[0]


@frozen
class Opener(Word):
    """`inside`: the block the line stands in (None: the top of the file, `*`: any). `opens`: the block it opens."""

    inside: str | None = None
    opens: str | None = None


def _opener(token: str, en: str, zh: str, inside: str | None = None, opens: str | None = None) -> Opener:
    return Opener(token, tuple(en.split("|")), tuple(zh.split("|")), inside, opens)


def _word(token: str, en: str, zh: str) -> Word:
    return Word(token, tuple(en.split("|")) if en else (), tuple(zh.split("|")) if zh else ())


OPENERS = (
    _opener("POLICY", "policy", "政策", None, "policy"),
    _opener("USE", "use", "引用"),
    _opener("KIND", "kind", "类别"),
    _opener("SET", "set", "范围|取值"),
    _opener("ENTITY", "entity", "台账", None, "entity"),
    _opener("FUND", "fund", "资金来源"),
    _opener("PARAMETER", "parameter", "标准", None, "parameter"),
    _opener("DEFINE", "define", "界定"),
    _opener("TABLE", "table", "标准表", None, "table"),
    _opener("CLAUSE", "clause", "条款", None, "clause"),
    _opener("EXCLUSIVE", "exclusive", "不重复享受"),
    _opener("LIMIT", "limit", "名额"),
    _opener("TARGET", "target", "目标"),
    _opener("DUTY", "duty", "职责"),
    _opener("OMIT", "omit", "不编入"),
    _opener("PROPERTY", "property", "性质"),
    _opener("CASE", "case", "案例", None, "case"),
    _opener("SCENARIO", "scenario", "情景", None, "scenario"),
    _opener("DOCUMENT", "document", "文号", "policy"),
    _opener("ISSUED", "issued", "印发", "policy"),
    _opener("IN_FORCE", "in force", "施行", "policy"),
    _opener("APPLIES_FROM", "applies from", "追溯自", "policy"),
    _opener("CLAIMS_UNTIL", "claims until", "兑现截止", "policy"),
    _opener("HAS", "has", "栏目", "entity"),
    _opener("FROM", "from", "自", "parameter"),
    _opener("FOR", "for", "对象", "clause"),
    _opener("PAID_FROM", "paid from", "资金", "clause"),
    _opener("ALWAYS", "always", "一律", "clause"),
    _opener("OTHERWISE", "otherwise", "其余情形", "clause"),
    _opener("NOTE", "note", "说明", "*"),
    _opener("EXPECT", "expect", "预期", "case"),
    _opener("PERIOD", "period", "期间", "scenario"),
    _opener("UNKNOWN", "unknown", "不确定量", "scenario"),
    _opener("POPULATION", "population", "群体", "scenario", "population"),
    _opener("CLAIMS", "claims", "申领", "scenario", "claims"),
    _opener("BUDGET", "budget", "预算", "scenario"),
    _opener("CASH", "cash", "支付上限", "scenario"),
    _opener("ARRIVE", "arrive", "新增", "population"),
    _opener("TAKEN_UP", "taken up", "申领率", "claims"),
    _opener("LAG", "lag", "时滞", "claims"),
)
OPENER = {opener.token: opener for opener in OPENERS}

# Blocks inside blocks, and lines that stand in two blocks.
PARENT = {"population": "scenario", "claims": "scenario"}
ALSO_INSIDE = {"PAID_FROM": "policy", "OTHERWISE": "table"}

# What a line without an opening word is, by its block.
BARE_LINE = {"clause": "RULE_LINE", "table": "ROW_LINE", "case": "CASE_LINE", "population": "POPULATION_LINE"}

RESERVED = (
    _word("AND", "and", "且"),
    _word("OR", "or", "或"),
    _word("NOT", "not", "非"),
    _word("IS_NOT_KNOWN", "is not known", "未填"),
    _word("IS_KNOWN", "is known", "已填"),
    _word("IS_NOT", "is not", "不为"),
    _word("IS", "is", "为"),
    _word("IN_THIS_MONTH", "in this month", "在本月"),
    _word("IN_THIS_YEAR", "in this year", "在本年"),
    _word("IN_LAST_YEAR", "in last year", "在上年"),
    _word("IN_LAST", "in last", "在近"),
    _word("IN_MONTH", "in month", ""),
    _word("IN", "in", "属于"),
    _word("NOT_IN", "", "不属于"),
    _word("AT_TIME", "", "在|于"),
    _word("COUNTED_FROM", "", "起"),
    _word("INSIDE", "", "内"),
    _word("GE", "", "不少于|满|不低于|不早于"),
    _word("LE", "", "不超过|不晚于"),
    _word("ARROW", "", "给予"),
    _word("WHERE", "where", "其中"),
    _word("WITH", "with", "同时"),
    _word("COUNT_OF", "count of", "统计"),
    _word("SUM_OF", "sum of", "合计"),
    _word("SHARE_OF", "share of", "占比"),
    _word("ANY", "any", "任一"),
    _word("TOTAL_PAID_BY", "total paid by", "累计发放"),
    _word("TOTAL", "total", "累计"),
    _word("EVER", "ever", "曾"),
    _word("PREVIOUS", "previous", "上月"),
    _word("SINCE", "since", ""),
    _word("WITHIN", "within", ""),
    _word("UP_TO", "up to", "最高"),
    _word("AT_LEAST", "at least", "最低"),
    _word("FOR_AT_MOST", "for at most", "最长"),
    _word("AT_MOST_PER_YEAR", "", "每年不超过"),
    _word("AT_MOST", "at most", "累计不超过"),
    _word("IF", "if", "如果"),
    _word("THEN", "then", "则"),
    _word("ELSE", "else", "否则"),
    _word("YES", "yes", "是"),
    _word("NO", "no", "否"),
    _word("ONCE_PER_YEAR", "once per year", "每年一次"),
    _word("ONCE", "once", "一次性"),
    _word("PER_MONTH", "per month|every month", "每月"),
    _word("PER_YEAR", "per year|every year", "每年"),
    _word("PER", "per", "每"),
    _word("TO", "to", "至|付给"),
    _word("FROM", "from", ""),
    _word("BY", "by", "截至"),
    _word("OF", "of", ""),
    _word("FOR", "for", "适用"),
    _word("ROUNDED_DOWN_TO", "rounded down to", "舍至"),
    _word("ROUNDED_UP_TO", "rounded up to", "进至"),
    _word("ROUNDED_TO", "rounded to", "四舍五入至"),
    _word("CITES", "cites", "依据"),
)

_SINCE = _word("SINCE", "", "自")
_FROM = _word("FROM", "", "自")
_CHANCE = _word("WITH_CHANCE", "with chance", "概率")
_AFTER = _word("AFTER", "after", "滞后")
_ARRIVAL = _word("ARRIVAL", "arrival", "进入日")
_VIA = _word("VIA", "via", "经")
_RISES = (_word("RISES_WITH", "rises with", ""), _word("FALLS_WITH", "falls with", ""))
_ALONG = (_word("ALONG", "", "随"), _word("RISING", "", "递增"), _word("FALLING", "", "递减"))
_BY_KEYS = _word("BY", "", "按")

# The kinds of statement whose conditions may speak of `since`; in all others 自 is `from`.
_CONDITIONS = ("EXPRESSION", "RULE_LINE", "ALWAYS", "OTHERWISE", "DEFINE", "FOR", "TARGET", "ROW_LINE", "LIMIT")

LOCAL: dict[str, tuple[Word, ...]] = {
    **dict.fromkeys(_CONDITIONS, (_SINCE,)),
    "PROPERTY": (_SINCE, *_RISES, *_ALONG),
    "LIMIT": (_SINCE, _word("LIMIT_TO", "", "限"), _word("ORDER_BY", "order by", "先后按")),
    "SET": (_word("OF", "", "属于"),),
    "FUND": (_word("CODE", "code", "编码"),),
    "TABLE": (_BY_KEYS,),
    "EXCLUSIVE": (
        _VIA,
        _word("AMONG", "among", "包括"),
        _word("TAKE_FIRST", "take first", "先享受为准"),
        _word("TAKE_HIGHEST", "take highest", "就高|就高不重复"),
    ),
    "DUTY": (_word("OF", "", "责任单位"), _word("BEFORE", "", "前")),
    "OMIT": (_word("BECAUSE", "because", "理由"),),
    "PAID_FROM": (_word("THEN", "", "不足由"),),
    "ROW_LINE": (
        _SINCE,
        _word("TO_UNDER", "to under", "至不满"),
        _word("UNDER", "under", "不满"),
        _word("OR_MORE", "or more|and more", "以上"),
    ),
    "EXPECT": (
        _FROM,
        _word("PAYS", "pays", "发放"),
        _word("NOTHING", "nothing", "不发放"),
        _word("UNDETERMINED", "undetermined", "待定"),
        _word("REFUSES", "refuses", "不予"),
        _word("DUE", "due", "应付"),
    ),
    "CASE_LINE": (_FROM, _word("NONE", "none|null", "无")),
    "POPULATION": (_FROM, _word("AS_OF", "as of", "截至")),
    "ARRIVE": (_FROM, _CHANCE, _AFTER),
    "POPULATION_LINE": (
        _word("STARTS_ON_ARRIVAL", "starts on arrival", "进入即始"),
        _word("ENDS_AT", "ends at", "退出率"),
        _word("RETURNS_AT", "returns at", "返回率"),
        _word("FOLLOWS", "follows", "随"),
        _AFTER,
        _CHANCE,
        _ARRIVAL,
    ),
    **dict.fromkeys(("TAKEN_UP", "LAG", "UNKNOWN"), (_CHANCE,)),
}

# Words of types: keywords only behind the colon of an attribute or a parameter.
TYPE_WORDS = (
    _word("TYPE_YES_NO", "", "是否"),
    _word("TYPE_RATE", "money per month", "月标准"),
    _word("TYPE_COUNT", "count", "数量"),
    _word("TYPE_SHARE", "share", "比例"),
    _word("TYPE_MONEY", "money", "金额"),
    _word("TYPE_DURATION", "duration", "时长"),
    _word("TYPE_DATE", "date", "日期"),
    _word("TYPE_MONTH", "month", "月份"),
    _word("TYPE_TEXT", "text", "文本"),
    _word("TYPE_IDENTITY", "identity", "证件号"),
    _word("MANY", "many", "多个"),
    _VIA,
    _word("MONTHLY", "monthly", "逐月"),
    _word("DEFAULT", "default", "默认"),
    _word("COUNTS_FULL", "counts full months", "按足月"),
    _word("COUNTS_ANY", "counts any day", "按有一日"),
    _word("COUNTS_END", "counts month end", "按月末"),
    _word("EXTERNAL", "external", "另行规定"),
)
LOCAL["HAS:"] = LOCAL["PARAMETER:"] = TYPE_WORDS

# Units are keywords only behind a number: unit → (kind of quantity, factor, what the tree keeps as written).
UNITS: dict[str, tuple[str, int, str]] = {
    "yuan": ("MONEY", 1, ""),
    "元": ("MONEY", 1, ""),
    "万元": ("MONEY", 10_000, ""),
    "亿元": ("MONEY", 100_000_000, ""),
    "万": ("NUMBER", 10_000, ""),
    "亿": ("NUMBER", 100_000_000, ""),
    "months": ("LENGTH", 1, "months"),
    "month": ("LENGTH", 1, "months"),
    "个月": ("LENGTH", 1, "months"),
    "years": ("LENGTH", 12, "years"),
    "year": ("LENGTH", 12, "years"),
    "年": ("LENGTH", 12, "years"),
    "days": ("LENGTH", 1, "days"),
    "day": ("LENGTH", 1, "days"),
    "天": ("LENGTH", 1, "days"),
    "日": ("LENGTH", 1, "days"),
    "claims": ("CLAIM_COUNT", 1, ""),
    "claim": ("CLAIM_COUNT", 1, ""),
    "笔": ("CLAIM_COUNT", 1, ""),
}

# Functions and the names of their arguments: the tree holds the English word.
FUNCTIONS = {
    "固定": "fixed", "均匀": "uniform", "三角": "triangular", "正态": "normal", "对数正态": "lognormal",
    "贝塔": "beta", "伽马": "gamma", "泊松": "poisson", "二项": "binomial", "经验": "empirical",
    "逻辑函数": "logistic", "指数": "exp", "对数": "log", "最小": "min", "最大": "max",
}  # fmt: skip
ARGUMENTS = {
    "形状": "shape", "均值": "mean", "标准差": "sd", "中位数": "median", "离散度": "sigma", "众数": "mode",
    "次数": "n", "成功率": "p",
}  # fmt: skip

# A line that begins with one of these continues the line before: nothing here can begin a statement.
CONTINUES = kinds(
    """AND OR ARROW GE LE IS IS_NOT IS_KNOWN IS_NOT_KNOWN IN NOT_IN IN_THIS_MONTH IN_THIS_YEAR IN_LAST_YEAR IN_LAST
    IN_MONTH WHERE WITH UP_TO AT_LEAST FOR_AT_MOST AT_MOST AT_MOST_PER_YEAR THEN ELSE ONCE ONCE_PER_YEAR PER_MONTH
    PER_YEAR PER TO BY OF ROUNDED_DOWN_TO ROUNDED_UP_TO ROUNDED_TO CITES AMONG TAKE_FIRST TAKE_HIGHEST ORDER_BY LIMIT_TO
    BECAUSE CODE VIA ENDS_AT RETURNS_AT STARTS_ON_ARRIVAL FOLLOWS AFTER WITH_CHANCE RISES_WITH FALLS_WITH RISING
    FALLING MONTHLY DEFAULT EXTERNAL COUNTS_FULL COUNTS_ANY COUNTS_END DUE AS_OF COUNTED_FROM INSIDE BEFORE TO_UNDER
    OR_MORE"""
)
# A line that ends with one of these goes on in the next: it needs something behind it.
NEEDS_MORE = kinds(
    """AND OR NOT ARROW GE LE NE EQ LT GT TILDE PLUS MINUS TIMES DIV COMMA COLON LPAR LSQB POSSESSIVE IS IS_NOT IN
    NOT_IN AT_TIME IN_LAST IN_MONTH COUNTED_FROM WHERE WITH COUNT_OF SUM_OF SHARE_OF ANY TOTAL_PAID_BY TOTAL EVER
    PREVIOUS SINCE WITHIN UP_TO AT_LEAST FOR_AT_MOST AT_MOST AT_MOST_PER_YEAR IF THEN ELSE PER TO FROM BY OF FOR
    ROUNDED_DOWN_TO ROUNDED_UP_TO ROUNDED_TO CITES VIA AMONG ORDER_BY LIMIT_TO BECAUSE CODE ENDS_AT RETURNS_AT
    FOLLOWS AFTER WITH_CHANCE RISES_WITH FALLS_WITH ALONG PAYS DEFAULT MANY DUE AS_OF TO_UNDER UNDER"""
)

Phrases = dict[str, list[tuple[tuple[str, ...], str]]]


def phrases(words: tuple[Word, ...]) -> Phrases:
    """First word → its phrases with their tokens, the longest first."""
    table: Phrases = {}
    for word in words:
        for spelling in word.en + word.zh:
            parts = tuple(spelling.split())
            entry = (parts, word.token)
            known = table.setdefault(parts[0], [])
            if all(parts != other for other, _ in known):
                known.append(entry)
    for known in table.values():
        known.sort(key=lambda phrase: -len(phrase[0]))
    return table


OPENING: Phrases = phrases(OPENERS)
_BASE = phrases(RESERVED)


@cache
def table(kind: str) -> Phrases:
    """The keywords of a kind of statement; local words come before the reserved ones."""
    return phrases(LOCAL[kind] + RESERVED) if kind in LOCAL else _BASE


def _all_words() -> dict[str, Word]:
    words: dict[str, Word] = {}
    for word in (*OPENERS, *RESERVED, *(w for local in LOCAL.values() for w in local)):
        known = words.get(word.token)
        en = tuple(dict.fromkeys((known.en if known else ()) + word.en))
        zh = tuple(dict.fromkeys((known.zh if known else ()) + word.zh))
        words[word.token] = Word(word.token, en, zh)
    return words


WORDS: dict[str, Word] = _all_words()
