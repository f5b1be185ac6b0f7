"""One rule, one person: every way of saying when and how much, in both languages, with the months that it pays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.running import answer, open_questions

Facts = dict[str, Any]

ENGLISH = """policy trial "试行"
  issued 2021-01-01
  in force 2021-01-01 to 2023-12-31
  paid from treasury
fund treasury "本级资金"
kind grade "等级": low "初级", middle "中级", high "高级"
set upper "较高" of grade = middle, high
entity person "人员"
  has working "在岗": yes/no monthly
  has insured "参保": yes/no monthly
  has renting "租房": yes/no monthly default no
  has wage "工资": money monthly
  has points "积分": count 0 to 1000 monthly default 0
  has hired "入职日期": date
  has graduated "毕业日期": date
  has grade "等级": grade
  has bonus "奖金": money
  has portion "份额": share
  has benefit "待遇": money per month
parameter floor "最低标准": money
  from 2018-06-01: 1730 yuan
  from 2021-10-15: 1900 yuan
table by_points "按积分" by points
  0 to under 3 → 10 yuan
  3 to under 10 → 20 yuan
  otherwise → 30 yuan
table by_grade "按等级" by grade
  low → 10.50 yuan
  otherwise → 20 yuan
define settled "稳定" for person = working and insured
clause grant "补贴"
  for person
"""
CHINESE = """政策 trial 「试行」
  印发 2021年1月1日
  施行 2021年1月1日 至 2023年12月31日
  资金 本级资金
资金来源 本级资金 「treasury」
类别 等级 「grade」：初级 「low」，中级 「middle」，高级 「high」
范围 较高 「upper」 属于 等级 = 中级，高级
台账 人员 「person」
  栏目 在岗 「working」：是否 逐月
  栏目 参保 「insured」：是否 逐月
  栏目 租房 「renting」：是否 逐月 默认 否
  栏目 工资 「wage」：金额 逐月
  栏目 积分 「points」：数量 0 至 1000 逐月 默认 0
  栏目 入职日期 「hired」：日期
  栏目 毕业日期 「graduated」：日期
  栏目 等级 「grade」：等级
  栏目 奖金 「bonus」：金额
  栏目 份额 「portion」：比例
  栏目 待遇 「benefit」：月标准
标准 最低标准 「floor」：金额
  自 2018年6月1日：1730元
  自 2021年10月15日：1900元
标准表 按积分 「by_points」 按 积分
  0 至不满 3 → 10元
  3 至不满 10 → 20元
  其余情形 → 30元
标准表 按等级 「by_grade」 按 等级
  初级 → 10.50元
  其余情形 → 20元
界定 稳定 「settled」 适用 人员 = 在岗 且 参保
条款 补贴 「grant」
  对象 人员
"""


def spells(*spans: str) -> list[list[str | None]]:
    """`spells("21-01 21-03", "21-05")`: from and to (still going on without it) in 2021 as `21`."""
    return [[f"20{part}" for part in span.split()] + [None] * (1 - span.count(" ")) for span in spans]


def monthly(*values: str) -> list[list[str]]:
    """`monthly("21-01 21-03 1500")`: from, to, value."""
    return [[f"20{first}", f"20{last}", value] for first, last, value in (one.split() for one in values)]


def every(first: str, last: str, amount: str) -> list[str]:
    """The same amount in each month from first to last, both `2021-05`."""
    (y, m), (y2, m2) = ((int(part) for part in month.split("-")) for month in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02} {amount}" for n in range(y * 12 + m - 1, y2 * 12 + m2)]


# (rule in English, rule in Chinese, facts, `month amount` of each payment)
CASES: list[tuple[str, str, Facts, list[str]]] = [
    # runs
    (
        "working ≥ 3 months → 100 yuan once",
        "在岗 满 3个月 → 一次性 100元",
        {"working": spells("21-02 21-04")},
        ["2021-04 100.00"],
    ),
    (
        "working >= 3 months -> 100 once",
        "在岗 满3个月 给予 一次性 100元",
        {"working": spells("21-02 21-03", "21-05 21-07")},
        ["2021-07 100.00"],
    ),
    (
        "working ≥ 3 months → 10 yuan per month",
        "在岗 满 3个月 → 每月 10元",
        {"working": spells("20-12 21-04", "21-06 21-08")},
        ["2021-02 10.00", "2021-03 10.00", "2021-04 10.00", "2021-08 10.00"],
    ),
    (
        "working ≥ 1 year → 100 yuan once",
        "在岗 满 1年 → 一次性 100元",
        {"working": spells("21-02 22-01")},
        ["2022-01 100.00"],
    ),
    (
        "working ≥ 3 months with insured → 100 yuan once",
        "在岗 满 3个月 同时 参保 → 一次性 100元",
        {"working": spells("21-01"), "insured": spells("21-02")},
        ["2021-04 100.00"],
    ),
    (
        "working ≥ 3 months with (insured and not renting) → 100 yuan once",
        "在岗 满 3个月 同时 （参保 且 非 租房） → 一次性 100元",
        {"working": spells("21-01"), "insured": spells("21-01"), "renting": spells("21-03 21-03")},
        ["2021-06 100.00"],
    ),
    (
        "working ≥ 3 months with wage ≥ 2000 yuan → 100 yuan once",
        "在岗 满 3个月 同时 工资 不少于 2000元 → 一次性 100元",
        {"working": spells("21-01"), "wage": monthly("21-01 21-03 1999.99", "21-04 21-12 2000")},
        ["2021-06 100.00"],
    ),
    (
        "working ≥ 3 months and insured → 100 yuan once",
        "在岗 满 3个月 且 参保 → 一次性 100元",
        {"working": spells("21-01"), "insured": spells("21-05")},
        ["2021-05 100.00"],
    ),
    (
        "settled ≥ 2 months → 100 yuan once",
        "稳定 满 2个月 → 一次性 100元",
        {"working": spells("21-01"), "insured": spells("21-05")},
        ["2021-06 100.00"],
    ),
    (
        "(wage ≥ 2000 yuan) ≥ 2 months → 100 yuan once",
        "（工资 不少于 2000元） 满 2个月 → 一次性 100元",
        {"wage": monthly("20-12 21-03 1500", "21-04 23-12 2500")},
        ["2021-05 100.00"],
    ),
    # windows
    (
        "total working ≥ 4 months → 100 yuan once",
        "累计 在岗 满 4个月 → 一次性 100元",
        {"working": spells("21-01 21-02", "21-05 21-06")},
        ["2021-06 100.00"],
    ),
    (
        "total working ≥ 4 months → 100 yuan once",
        "累计 在岗 满 4个月 → 一次性 100元",
        {"working": spells("20-01 20-03", "21-05 21-06")},
        ["2021-05 100.00"],
    ),
    (
        "total working in this year ≥ 2 months → 100 yuan once per year",
        "累计 在岗 在本年 满 2个月 → 每年一次 100元",
        {"working": spells("21-12 22-01", "22-05 22-05")},
        ["2022-05 100.00"],
    ),
    (
        "total working in last year ≥ 2 months → 100 yuan once per year",
        "累计 在岗 在上年 满 2个月 → 每年一次 100元",
        {"working": spells("21-03 21-04", "22-03 22-03")},
        ["2022-01 100.00"],
    ),
    (
        "(total points in this year) ≥ 10 → 100 yuan once per year",
        "（累计 积分 在本年） 不少于 10 → 每年一次 100元",
        {"points": monthly("21-12 22-02 4", "22-08 22-08 2")},
        ["2022-08 100.00"],
    ),
    (
        "(total wage) ≥ 5000 yuan → 100 yuan once",
        "（累计 工资） 不少于 5000元 → 一次性 100元",
        {"wage": monthly("15-01 20-12 0", "21-01 21-02 2000", "21-03 21-03 1000", "21-04 23-12 5")},
        ["2021-03 100.00"],
    ),
    ("ever renting → 10 yuan once", "曾 租房 → 一次性 10元", {"renting": spells("20-05 20-05")}, ["2021-01 10.00"]),
    (
        "ever renting and not renting → 10 yuan per month",
        "曾 租房 且 非 租房 → 每月 10元",
        {"renting": spells("21-01 23-10")},
        ["2023-11 10.00", "2023-12 10.00"],
    ),
    (
        "previous working and not working → 10 yuan per month",
        "上月 在岗 且 非 在岗 → 每月 10元",
        {"working": spells("20-11 20-12", "21-03 21-04")},
        ["2021-01 10.00", "2021-05 10.00"],
    ),
    (
        "previous points < points → 10 yuan per month",
        "上月 积分 < 积分 → 每月 10元",
        {"points": monthly("21-02 21-03 5", "21-04 21-04 6")},
        ["2021-02 10.00", "2021-04 10.00"],
    ),
    # dates
    *(
        (
            f"since hired ≥ {english} → 10 yuan once",
            f"自 入职日期 满 {chinese} → 一次性 10元",
            {"hired": hired},
            [f"{month} 10.00"],
        )
        for english, chinese, hired, month in (
            ("6 months", "6个月", "2021-01-31", "2021-07"),
            ("6 months", "6个月", "2021-02-01", "2021-08"),
            ("6 months", "6个月", "2020-08-31", "2021-02"),
            ("3 months", "3个月", "2020-11-30", "2021-02"),
            ("1 month", "1个月", "2021-01-31", "2021-02"),
            ("1 year", "1年", "2020-02-29", "2021-02"),
            ("16 years", "16年", "2005-02-28", "2021-02"),
            ("16 years", "16年", "2005-03-01", "2021-03"),
            ("0 days", "0天", "2021-06-30", "2021-06"),
            ("0 days", "0天", "2021-07-01", "2021-07"),
            ("0 days", "0天", "2019-07-01", "2021-01"),
            ("30 days", "30天", "2021-03-01", "2021-03"),
            ("30 days", "30天", "2021-03-02", "2021-04"),
            ("30 days", "30天", "2021-02-01", "2021-03"),
        )
    ),
    *(
        (
            "hired within 3 years of graduated → 10 yuan once",
            "入职日期 在 毕业日期 起 3年 内 → 一次性 10元",
            {"hired": hired, "graduated": graduated},
            payments,
        )
        for hired, graduated, payments in (
            ("2022-06-30", "2019-06-30", ["2021-01 10.00"]),
            ("2022-07-01", "2019-06-30", []),
            ("2019-06-30", "2019-06-30", ["2021-01 10.00"]),
            ("2019-06-29", "2019-06-30", []),
            ("2023-02-28", "2020-02-29", ["2021-01 10.00"]),
            ("2023-03-01", "2020-02-29", []),
        )
    ),
    (
        "within 1 year of graduated → 10 yuan per month",
        "在 毕业日期 起 1年 内 → 每月 10元",
        {"graduated": "2021-02-28"},
        every("2021-02", "2022-02", "10.00"),
    ),
    (
        "within 1 year of graduated → 10 yuan per month",
        "在 毕业日期 起 1年 内 → 每月 10元",
        {"graduated": "2022-03-01"},
        every("2022-03", "2023-02", "10.00"),
    ),
    (
        "hired in this month → 10 yuan per month",
        "入职日期 在本月 → 每月 10元",
        {"hired": "2021-06-30"},
        ["2021-06 10.00"],
    ),
    (
        "hired in this year → 10 yuan per month",
        "入职日期 在本年 → 每月 10元",
        {"hired": "2021-10-31"},
        every("2021-10", "2021-12", "10.00"),
    ),
    (
        "hired in last year → 10 yuan once",
        "入职日期 在上年 → 一次性 10元",
        {"hired": "2021-10-31"},
        ["2022-01 10.00"],
    ),
    (
        "hired in 2021 → 10 yuan once",
        "入职日期 在 2021年 → 一次性 10元",
        {"hired": "2021-10-31"},
        ["2021-10 10.00"],
    ),
    (
        "(in month 12) → 10 yuan per month",
        "（在12月） → 每月 10元",
        {},
        ["2021-12 10.00", "2022-12 10.00", "2023-12 10.00"],
    ),
    (
        "hired ≥ 2022-05-01 → 10 yuan once",
        "入职日期 不少于 2022年5月1日 → 一次性 10元",
        {"hired": "2022-05-01"},
        ["2021-01 10.00"],
    ),
    # values
    (
        "grade in upper → 10 yuan once",
        "等级 属于 较高 → 一次性 10元",
        {"grade": "middle"},
        ["2021-01 10.00"],
    ),
    ("grade in upper → 10 yuan once", "等级 属于 较高 → 一次性 10元", {"grade": "low"}, []),
    ("grade is not low → 10 yuan once", "等级 不为 初级 → 一次性 10元", {"grade": "low"}, []),
    ("grade is not low → 10 yuan once", "等级 不为 初级 → 一次性 10元", {"grade": "high"}, ["2021-01 10.00"]),
    ("hired is known → 10 yuan once", "入职日期 已填 → 一次性 10元", {}, []),
    ("hired is known → 10 yuan once", "入职日期 已填 → 一次性 10元", {"hired": "2030-01-01"}, ["2021-01 10.00"]),
    ("always → 10 yuan once per year", "一律 → 每年 10元", {}, [f"{year}-01 10.00" for year in (2021, 2022, 2023)]),
    (
        "working or renting → 10 yuan once",
        "在岗 或 租房 → 一次性 10元",
        {"working": [], "renting": spells("21-09 21-09")},
        ["2021-09 10.00"],
    ),
    # amounts
    ("always → bonus / 3 once", "一律 → 一次性 奖金 / 3", {"bonus": "1000"}, ["2021-01 333.33"]),
    (
        "always → bonus / 3 per month for at most 3 months",
        "一律 → 每月 奖金 / 3 最长 3个月",
        {"bonus": "1000"},
        every("2021-01", "2021-03", "333.33"),
    ),
    ("always → bonus × 50% once", "一律 → 一次性 奖金 × 50%", {"bonus": "0.01"}, ["2021-01 0.01"]),
    (
        "always → bonus × portion once",
        "一律 → 一次性 奖金 × 份额",
        {"bonus": "1234.56", "portion": "0.3"},
        ["2021-01 370.37"],
    ),
    (
        "always → bonus × 60% rounded down to 1 yuan once",
        "一律 → 一次性 奖金 × 60% 舍至 1元",
        {"bonus": "1001.50"},
        ["2021-01 600.00"],
    ),
    (
        "always → bonus up to 1000 yuan once",
        "一律 → 一次性 奖金 最高 1000元",
        {"bonus": "1000.01"},
        ["2021-01 1000.00"],
    ),
    ("always → bonus up to 1000 yuan once", "一律 → 一次性 奖金 最高 1000元", {"bonus": "999.99"}, ["2021-01 999.99"]),
    ("always → bonus at least 100 yuan once", "一律 → 一次性 奖金 最低 100元", {"bonus": "99.99"}, ["2021-01 100.00"]),
    (
        "always → 5 yuan × points + 2 yuan once",
        "一律 → 一次性 5元 × 积分 + 2元",
        {"points": monthly("21-01 21-01 7")},
        ["2021-01 37.00"],
    ),
    (
        "points ≥ 3 → 20000 yuan + 5000 yuan × (points - 3) up to 50000 yuan once",
        "积分 不少于 3 → 一次性 20000元 + 5000元 × （积分 - 3） 最高 50000元",
        {"points": monthly("21-02 21-02 5")},
        ["2021-02 30000.00"],
    ),
    (
        "points ≥ 3 → 20000 yuan + 5000 yuan × (points - 3) up to 50000 yuan once",
        "积分 不少于 3 → 一次性 20000元 + 5000元 × （积分 - 3） 最高 5万元",
        {"points": monthly("21-02 21-02 100")},
        ["2021-02 50000.00"],
    ),
    (
        "always → if grade is high then 200 yuan else 100 yuan once",
        "一律 → 一次性 （如果 等级 为 高级 则 200元 否则 100元）",
        {"grade": "high"},
        ["2021-01 200.00"],
    ),
    ("always → benefit × 3 months once", "一律 → 一次性 待遇 × 3个月", {"benefit": "500"}, ["2021-01 1500.00"]),
    ("always → benefit × 45 days once", "一律 → 一次性 待遇 × 45天", {"benefit": "500"}, ["2021-01 750.00"]),
    (
        "always → benefit per month for at most 2 months",
        "一律 → 每月 待遇 最长 2个月",
        {"benefit": "512.34"},
        every("2021-01", "2021-02", "512.34"),
    ),
    (
        "points ≥ 1 → by_points[points] once per year",
        "积分 不少于 1 → 每年一次 按积分[积分]",
        {"points": monthly("21-05 21-05 2", "22-05 22-05 3", "23-05 23-05 10")},
        ["2021-05 10.00", "2022-05 20.00", "2023-05 30.00"],
    ),
    ("always → by_grade[grade] once", "一律 → 一次性 按等级[等级]", {"grade": "low"}, ["2021-01 10.50"]),
    (
        "working → floor per month",
        "在岗 → 每月 最低标准",
        {"working": spells("21-09 21-11")},
        ["2021-09 1730.00", "2021-10 1900.00", "2021-11 1900.00"],
    ),
    # frequencies and limits
    (
        "working → 100 yuan once per year",
        "在岗 → 每年 100元",
        {"working": spells("21-06 22-02")},
        ["2021-06 100.00", "2022-01 100.00"],
    ),
    (
        "working → 100 yuan per month for at most 2 months",
        "在岗 → 每月100元 最长 2个月",
        {"working": spells("21-01 21-01", "21-03 21-12")},
        ["2021-01 100.00", "2021-03 100.00"],
    ),
    (
        "working → 100 yuan per month at most 250 yuan",
        "在岗 → 每月100元 累计不超过 250元",
        {"working": spells("21-11")},
        ["2021-11 100.00", "2021-12 100.00", "2022-01 50.00"],
    ),
    (
        "working → 100 yuan per month at most 250 yuan per year",
        "在岗 → 每月100元 每年不超过 250元",
        {"working": spells("21-11 22-12")},
        ["2021-11 100.00", "2021-12 100.00", "2022-01 100.00", "2022-02 100.00", "2022-03 50.00"],
    ),
    (
        "working → 100 yuan per month at most 250 yuan per year at most 400 yuan",
        "在岗 → 每月100元 每年不超过 250元 累计不超过 400元",
        {"working": spells("21-01")},
        ["2021-01 100.00", "2021-02 100.00", "2021-03 50.00", "2022-01 100.00", "2022-02 50.00"],
    ),
    # several rules: the first whose condition holds
    (
        "points ≥ 10 → 100 yuan once\n  points ≥ 5 → 50 yuan once",
        "积分 不少于 10 → 一次性 100元\n  积分 不少于 5 → 一次性 50元",
        {"points": monthly("21-02 21-02 5", "21-03 21-03 10")},
        ["2021-02 50.00"],
    ),
    (
        "working ≥ 3 months → 500 yuan once\n  working → 20 yuan per month",
        "在岗 满 3个月 → 一次性 500元\n  在岗 → 每月 20元",
        {"working": spells("21-01 21-06")},
        ["2021-01 20.00", "2021-02 20.00", "2021-03 500.00"],
    ),
    (
        "grade is high → 30 yuan once\n  otherwise → 10 yuan once",
        "等级 为 高级 → 一次性 30元\n  其余情形 → 一次性 10元",
        {"grade": "middle"},
        ["2021-01 10.00"],
    ),
]


def payments_of(policy: str, facts: Facts) -> tuple[list[str], list[str]]:
    ledger = answer(policy, {"person": [{"id": "p", **facts}]})
    return [f"{one['month']} {one['amount']}" for one in ledger["payments"]], open_questions(ledger)


@pytest.mark.parametrize(("rule", "facts", "payments"), [(case[0], *case[2:]) for case in CASES])
def test_in_english(rule: str, facts: Facts, payments: list[str]) -> None:
    assert payments_of(f"{ENGLISH}  {rule}\n", facts) == (payments, [])


@pytest.mark.parametrize(("rule", "facts", "payments"), [case[1:] for case in CASES])
def test_in_chinese(rule: str, facts: Facts, payments: list[str]) -> None:
    assert payments_of(f"{CHINESE}  {rule}\n", facts) == (payments, [])
