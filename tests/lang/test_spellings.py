"""Every construct in both languages: the same tree. The Chinese spellings are those of the language page."""

from __future__ import annotations

import pytest

from lang.formatting.format import format_file
from lang.parsing.parse import parse
from lang.source import Source

CLAUSE = ("clause c\n  for person\n  ", "条款 c\n  对象 person\n  ")
RULE = (CLAUSE[0] + "a → ", CLAUSE[1] + "a → ")
CONDITION_END = (" → 1 yuan once", " → 一次性 1元")
ENTITY = ("entity e\n  ", "台账 e\n  ")
CASE = ('case "x"\n  ', "案例 「x」\n  ")
PERSON = ('case "x"\n  person p1\n    ', "案例 「x」\n  person p1\n    ")
SCENARIO = ("scenario s for p\n  ", "情景 s 适用 p\n  ")
POPULATION = ("scenario s for p\n  population person\n    ", "情景 s 适用 p\n  群体 person\n    ")
CLAIMS = ("scenario s for p\n  claims\n    ", "情景 s 适用 p\n  申领\n    ")
POLICY = ("policy p\n  ", "政策 p\n  ")
TOP = ("", "")

STATEMENTS = [
    (TOP, 'policy p "标题"', "政策 p 「标题」"),
    (POLICY, 'document "绍市〔2021〕51号"', "文号 「绍市〔2021〕51号」"),
    (POLICY, "issued 2021-11-01", "印发 2021年11月1日"),
    (POLICY, "in force 2021-11-01 to 2025-12-31", "施行 2021年11月1日至2025年12月31日"),
    (POLICY, "in force 2022-11-23", "施行 2022年11月23日"),
    (POLICY, "applies from 2021-01-01", "追溯自2021年1月1日"),
    (POLICY, "claims until 2026-12-31", "兑现截止 2026年12月31日"),
    (POLICY, "paid from f then g", "资金 f 不足由 g"),
    (TOP, "use labour_cooperation", "引用 labour_cooperation"),
    (TOP, 'kind county "县区": mabian "马边县", other', "类别 县区 「county」： 马边县 「mabian」、other"),
    (TOP, "set leshan of county = mabian, ebian", "范围 leshan 属于 county = mabian、ebian"),
    (TOP, 'entity person "人员"', "台账 人员 「person」"),
    (ENTITY, "has a: yes/no monthly default no", "栏目 a：是否 逐月 默认 否"),
    (ENTITY, "has a: yes/no monthly counts full months", "栏目 a：是否 逐月 按足月"),
    (ENTITY, "has a: yes/no monthly counts any day", "栏目 a：是否 逐月 按有一日"),
    (ENTITY, "has a: yes/no monthly counts month end", "栏目 a：是否 逐月 按月末"),
    (ENTITY, "has a: count 0 to 100000 monthly", "栏目 a：数量 0至100000 逐月"),
    (ENTITY, "has a: money 0 to 50000 yuan", "栏目 a：金额 0至5万元"),
    (ENTITY, "has a: money per month", "栏目 a：月标准"),
    (ENTITY, "has a: share", "栏目 a：比例"),
    (ENTITY, "has a: duration", "栏目 a：时长"),
    (ENTITY, "has a: date", "栏目 a：日期"),
    (ENTITY, "has a: month", "栏目 a：月份"),
    (ENTITY, "has a: text", "栏目 a：文本"),
    (ENTITY, "has a: identity", "栏目 a：证件号"),
    (ENTITY, "has a: enterprise", "栏目 a：enterprise"),
    (ENTITY, "has staff: many person via employer", "栏目 staff：多个 person 经 employer"),
    (TOP, 'fund f "对口帮扶资金" code "20" per district', "资金来源 对口帮扶资金 「f」 编码 「20」 每 district"),
    (TOP, "parameter p: money = 1730 yuan", "标准 p：金额 = 1730元"),
    (TOP, "parameter p: money per month = 1_980 yuan per month", "标准 p：月标准 = 1980元/月"),
    (TOP, "parameter p: money\n  from 2018-06-01: 1730 yuan", "标准 p：金额\n  自2018年6月1日：1730元"),
    (TOP, 'parameter p: money external "the city"', "标准 p：金额 另行规定 「the city」"),
    (TOP, "define d for person = a and b", "界定 d 适用 person = a 且 b"),
    (TOP, "table t by a, b\n  x, y → 5\n  otherwise → 6", "标准表 t 按 a、b\n  x、y → 5\n  其余情形 → 6"),
    (TOP, "table t by a\n  3 to under 10 → 5\n  under 3 → 1\n  10 or more → 9",
     "标准表 t 按 a\n  3至不满10 → 5\n  不满3 → 1\n  10以上 → 9"),
    (TOP, 'clause c cites "三（一）", "四"\n  for person\n  a → 1 yuan once',
     "条款 c 依据 「三（一）」、「四」\n  对象 person\n  a → 一次性1元"),
    (TOP, "clause c\n  for person where a and b\n  a → 1 yuan once",
     "条款 c\n  对象 person 其中 a 且 b\n  a → 一次性1元"),
    (CLAUSE, "always → 3000 yuan once", "一律 → 一次性3000元"),
    (CLAUSE, "always → 3000 yuan once\n  otherwise → 1 yuan once", "一律 给予 一次性3000元\n  其余情形 给予 一次性1元"),
    (RULE, "5000 yuan once per year", "每年一次 5000元"),
    (RULE, "5000 yuan once per year", "每年5000元"),
    (RULE, "500 yuan per month", "每月500元"),
    (RULE, "1 yuan once to recruiter", "一次性1元 付给 recruiter"),
    (RULE, "1 yuan once to holder's employer", "一次性1元 付给 holder的employer"),
    (RULE, "1 yuan per month for at most 6 months", "每月1元 最长6个月"),
    (RULE, "1 yuan per month at most 50000 yuan", "每月1元 累计不超过5万元"),
    (RULE, "1 yuan per month at most 6000 yuan per year", "每月1元 每年不超过6000元"),
    (RULE, "w × 60% rounded down to 1 yuan once", "一次性 w × 60% 舍至1元"),
    (RULE, "w × 60% rounded up to 1 yuan once", "一次性 w × 60% 进至1元"),
    (RULE, "w × 60% rounded to 1 yuan once", "一次性 w × 60% 四舍五入至1元"),
    (RULE, "w up to 2000 yuan at least 100 yuan once", "一次性 w 最高2000元 最低100元"),
    (RULE, "if a then 1 yuan else 2 yuan once", "一次性 如果 a 则 1元 否则 2元"),
    (CLAUSE, "a → 1 yuan once\n  paid from f then g", "a → 一次性1元\n  资金 f 不足由 g"),
    (CLAUSE, "a → 1 yuan once\n  paid from f 60%, g 40%", "a → 一次性1元\n  资金 f 60%、g 40%"),
    (CLAUSE, 'a → 1 yuan once\n  note "x"', "a → 一次性1元\n  说明 「x」"),
    (TOP, "exclusive e among a via k, b per person take first", "不重复享受 e 包括 a 经 k、b 每 person 先享受为准"),
    (TOP, "exclusive e among a, b per person take highest", "不重复享受 e 包括 a、b 每 person 就高"),
    (TOP, "limit c to 10 per county per year order by d", "名额 c 限10 每 county 每年 先后按 d"),
    (TOP, "limit c to 600 per month", "名额 c 限600 每月"),
    (TOP, "target t: a ≥ 40 by 2020-12-31", "目标 t：a 不少于40 截至2020年12月31日"),
    (TOP, 'target t cites "一": a ≥ 1 per district every year', "目标 t 依据「一」：a ≥ 1 每 district 每年"),
    (TOP, 'duty d cites "一" of "省级部门" by 12-15 every year',
     "职责 d 依据「一」 责任单位「省级部门」 每年12月15日前"),
    (TOP, "duty d by 2021-12-31", "职责 d 截至2021年12月31日"),
    (TOP, 'omit "四（五）" because "nothing is paid"', "不编入 「四（五）」 理由 「nothing is paid」"),
    (TOP, "property q for person: total paid by c ≤ 2000 yuan", "性质 q 适用 person：累计发放 c ≤ 2000元"),
    (TOP, "property q for person: c rises with a", "性质 q 适用 person：c 随 a 递增"),
    (TOP, "property q for person: c falls with a", "性质 q 适用 person：c 随 a 递减"),
    (CASE, "set p = 1980 yuan per month", "取值 p = 1980元/月"),
    (PERSON, "a = yes from 2021-03 to 2022-05", "a = 是 自2021年3月至2022年5月"),
    (PERSON, "a = yes from 2021-03 and from 2022-05 to 2022-06", "a = 是 自2021年3月 且 自2022年5月至2022年6月"),
    (PERSON, "a = no, b = none", "a = 否、b = 无"),
    (CASE, "expect c pays p1 3000 yuan in 2021-05 due 2021-11", "预期 c 发放 p1 3000元 在2021年5月 应付2021年11月"),
    (CASE, "expect c pays p1 500 yuan per month from 2021-05 to 2021-07",
     "预期 c 发放 p1 500元 每月 自2021年5月至2021年7月"),
    (CASE, "expect c pays p1 1 yuan to e1", "预期 c 发放 p1 1元 付给 e1"),
    (CASE, "expect c pays p1 nothing", "预期 c 不发放 p1"),
    (CASE, "expect c undetermined for p1", "预期 c 待定 p1"),
    (CASE, "expect c refuses p1", "预期 c 不予 p1"),
    (CASE, "expect c refuses p1 in 2021-05", "预期 c 不予 p1 在 2021年5月"),
    (CASE, "expect c pays p1 nothing from 2021-05 to 2021-07", "预期 c 不发放 p1 自 2021年5月 至 2021年7月"),
    (SCENARIO, "period 2021-01 to 2026-12", "期间 2021年1月至2026年12月"),
    (SCENARIO, "set p = 1980 yuan", "取值 p = 1980元"),
    (SCENARIO, "unknown u ~ gamma(shape 25, mean 40)", "不确定量 u ~ 伽马（形状 25，均值 40）"),
    (SCENARIO, "unknown u ~ 80% to 95%", "不确定量 u ~ 80%至95%"),
    (SCENARIO, "budget f 2022 = 3_000_000 yuan", "预算 f 2022年 = 300万元"),
    (SCENARIO, "budget f[yuecheng] 2022 = 3_000_000 yuan", "预算 f[yuecheng] 2022年 = 300万元"),
    (SCENARIO, "cash at most 21 claims per month", "支付上限 21笔 每月"),
    (SCENARIO, "cash f at most 60_000 yuan per month", "支付上限 f 6万元/月"),
    (SCENARIO, 'population person from "r.xlsx" as of 2025-06', "群体 person 自「r.xlsx」 截至2025年6月"),
    (POPULATION, "arrive poisson(u) per month from 2021-01 to 2025-12", "新增 泊松（u） 每月 自2021年1月至2025年12月"),
    (POPULATION, "arrive 25 per enterprise in 2025-01", "新增 25 每 enterprise 在2025年1月"),
    (POPULATION, "arrive per person with chance 20% after 6 months", "新增 每 person 概率20% 滞后6个月"),
    (POPULATION, "a ~ x 30%, y 70%", "a ~ x 30%、y 70%"),
    (POPULATION, "a ~ any enterprise", "a ~ 任一 enterprise"),
    (POPULATION, "a = arrival", "a = 进入日"),
    (POPULATION, "a = arrival + 2 to 8 months", "a = 进入日 + 2至8个月"),
    (POPULATION, "a starts on arrival, ends at r per month, returns at 0% per month",
     "a 进入即始，退出率 r，返回率 0%"),
    (POPULATION, "a follows b after 0 months with chance 95%", "a 随 b 滞后0个月 概率95%"),
    (CLAIMS, "taken up with chance u", "申领率 u"),
    (CLAIMS, "lag ~ 0 months 50%, 1 month 50%", "时滞 ~ 0个月 50%、1个月 50%"),
]  # fmt: skip

CONDITIONS = [
    ("a and b or not d", "a 且 b 或 非 d"),
    ("k is x and k is not y", "k 为 x 且 k 不为 y"),
    ("k is known and l is not known", "k 已填 且 l 未填"),
    ("k in leshan", "k 属于 leshan"),
    ("k in (x, y)", "k 属于（x、y）"),
    ("d in this month", "d 在本月"),
    ("d in this year", "d 在本年"),
    ("d in last year", "d 在上年"),
    ("total a in last 12 months ≥ 6 months", "累计 a 在近12个月 满6个月"),
    ("a and in month 12", "a 且 在12月"),
    ("d in 2021", "d 在2021年"),
    ("a ≥ 3 months", "a 满3个月"),
    ("n ≥ 3", "n 不少于3"),
    ("n ≤ 3", "n 不超过3"),
    ("a ≥ 3 months with b", "a 满3个月 同时 b"),
    ("since d ≥ 6 months", "自 d 满6个月"),
    ("total a ≥ 12 months and ever b and previous n ≥ 1", "累计 a 满12个月 且 曾 b 且 上月 n ≥ 1"),
    ("holder's origin is x", "holder的origin 为 x"),
    ("founded within 3 years of graduated", "founded 在 graduated 起3年内"),
    ("count of staff where (a and b) ≥ 20", "统计 staff 其中（a 且 b）不少于20"),
    ("sum of staff's wage where a ≥ 20 yuan", "合计 staff的wage 其中 a ≥ 20元"),
    ("share of staff where a ≥ 30%", "占比 staff 其中 a ≥ 30%"),
    ("any staff where (a)", "任一 staff 其中（a）"),
]

# What people write, and the canonical form of the same tree: in English, in Chinese, and written otherwise.
OTHERWISE = [
    (TOP, "clause c\n  for person\n  not k in s → 1 yuan once", "条款 c\n  对象 person\n  非 k 属于 s → 一次性 1元", [
        "clause c\n  for person\n  k not in s → 1 yuan once",
        "clause c\n  for person\n  k is not in s → 1 yuan once",
        "条款 c\n  对象 person\n  k 不属于 s → 一次性 1元",
        "条款 c\n  对象 person\n  k 非 属于 s → 一次性 1元",
        "条款 c\n  对象 person\n  k\n    不属于 s → 一次性 1元",
    ]),
    (TOP, "define c for person =\n  k in (a, b) and not k in (a, b)",
     "界定 c 适用 person =\n  k 属于（a、b）且 非 k 属于（a、b）", [
        "define c for person = k is in (a, b) and k not in (a, b)",
        "define c for person = k is in (a, b) and k is not in (a, b)",
        "界定 c 适用 person = k 属于（a，b）且 k 不属于（a，b）",
    ]),
    (TOP, "clause c\n  for person\n  a → 500 yuan per month for at most 6 months at most 5000 yuan to b",
     "条款 c\n  对象 person\n  a → 每月 500元 最长 6个月 累计不超过 5000元 付给 b", [
        "clause c\n  for person\n  a → 500 yuan per month, for at most 6 months, at most 5000 yuan, to b",
        "条款 c\n  对象 person\n  a → 每月500元，最长6个月，累计不超过5000元，付给 b",
        "条款 c\n  对象 person\n  a → 每月500元，\n    最长6个月 累计不超过5000元，付给 b",
    ]),
    (ENTITY, "has a: money per month default 500 yuan per month", "栏目 a：月标准 默认 每月500元", [
        "has a: money per month default (500 yuan per month)", "栏目 a：月标准 默认 500元/月",
    ]),
]  # fmt: skip


def tree(text: str) -> tuple[object, ...]:
    file, diagnostics = parse(Source(text))
    assert [(d.code, d.message.en, d.span.text) for d in diagnostics] == []
    return file.declarations


@pytest.mark.parametrize(("context", "english", "chinese"), STATEMENTS, ids=[s[1] for s in STATEMENTS])
def test_a_statement_reads_the_same_in_both_languages(context: tuple[str, str], english: str, chinese: str) -> None:
    end = ("\n  a → 1 yuan once", "\n  a → 一次性1元") if context is CLAUSE and "→" not in english else ("", "")
    assert tree(context[0] + english + end[0]) == tree(context[1] + chinese + end[1])


@pytest.mark.parametrize(("english", "chinese"), CONDITIONS, ids=[s[0] for s in CONDITIONS])
def test_a_condition_reads_the_same_in_both_languages(english: str, chinese: str) -> None:
    assert tree(CLAUSE[0] + english + CONDITION_END[0]) == tree(CLAUSE[1] + chinese + CONDITION_END[1])
    assert tree(f"define q for person = {english}") == tree(f"界定 q 适用 person = {chinese}")


@pytest.mark.parametrize(("context", "english", "chinese", "others"), OTHERWISE, ids=[o[1] for o in OTHERWISE])
def test_what_is_written_otherwise_has_one_canonical_form(
    context: tuple[str, str], english: str, chinese: str, others: list[str]
) -> None:
    for head, canonical, language in ((context[0], english, "en"), (context[1], chinese, "zh")):
        for other in others:
            assert tree(head + other) == tree(head + canonical)
        file, _ = parse(Source(head + others[0]))
        written = format_file(file, language="en" if language == "en" else "zh")
        assert tree(written) == tree(head + canonical)
        assert format_file(parse(Source(written))[0], language="en" if language == "en" else "zh") == written
        assert "不属于" not in written and "," not in written.replace("(a, b)", "")


@pytest.mark.parametrize(
    ("condition", "mend"),
    [
        ("hired on not in this year", "write `not hired on in this year`"),
        ("hired on is not in 2021", "write `not hired on in 2021`"),
        ("hired on is in last year", "leave `is` out: `hired on in last year`"),
    ],
)
def test_of_a_time_it_is_told_what_to_write(condition: str, mend: str) -> None:
    _, (found,) = parse(Source(CLAUSE[0] + condition + CONDITION_END[0]))
    assert found.code == "HC111" and found.help is not None and found.help.en == mend


def test_a_set_follows_no_other_comparison() -> None:
    _, (found,) = parse(Source(CLAUSE[0] + "k ≥ in s" + CONDITION_END[0]))
    assert (found.code, found.span.text) == ("HC111", "in")


def test_the_language_of_a_file_is_that_of_most_of_its_keywords() -> None:
    assert parse(Source("政策 p 「x」\n  印发 2021年11月1日\n"))[0].language == "zh"
    assert parse(Source('policy p "政策"\n  issued 2021-11-01\n'))[0].language == "en"
