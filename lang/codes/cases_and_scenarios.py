"""HC50x and HC51x: cases and scenarios."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC501", "error", "type", ("fact of a case", "案例事实有误"),
    ("A case gives facts of the types that the entity declares; spells belong to monthly attributes.",
     "案例中的事实须与台账的栏目类型相符；起止时间只用于逐月栏目。"),
    wrong="""
case "three months"
  person p1
    poor = yes from 2021-01 to 2021-03
""",
    mended="""
case "three months"
  person p1
    employed = yes from 2021-01 to 2021-03
""",
)  # fmt: skip

register(
    "HC502", "error", "name", ("unknown key", "未知的编号"),
    ("A case expects something of a key that it does not introduce.", "案例的预期针对了未列出的编号。"),
    wrong="""
case "three months"
  person p1
    employed = yes from 2021-01 to 2021-03
  expect start pays p2 3000 yuan in 2021-03
""",
    mended="""
case "three months"
  person p1
    employed = yes from 2021-01 to 2021-03
  expect start pays p1 3000 yuan in 2021-03
""",
)  # fmt: skip

register(
    "HC503", "error", "date", ("months of an expectation", "预期的月份有误"),
    ("The months of an expectation lie in order and inside the policy.", "预期的月份须先后有序，且在政策期间之内。"),
    wrong="""
case "three months"
  person p1
    employed = yes from 2021-01 to 2021-03
  expect start pays p1 3000 yuan in 2020-03
""",
    mended="""
case "three months"
  person p1
    employed = yes from 2021-01 to 2021-03
  expect start pays p1 3000 yuan in 2021-03
""",
)  # fmt: skip

register(
    "HC510", "error", "type", ("distribution", "分布有误"),
    ("The distribution, or one of its arguments, does not fit what is drawn.", "分布或其参数与所抽取的量不符。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  unknown arrivals ~ gamma(40)
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  unknown arrivals ~ gamma(shape 25, mean 40)
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
)  # fmt: skip

register(
    "HC511", "error", "type", ("weights", "权重有误"),
    ("The weights of choices add up to 100%; a rest is not guessed.", "各选项的权重合计须为100%，不作推定。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
    origin ~ mabian 30%, ebian 60%
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
    origin ~ mabian 40%, ebian 60%
""",
)  # fmt: skip

register(
    "HC512", "error", "date", ("period of a scenario", "情景期间有误"),
    ("A scenario has a period that meets the months of the policy.", "情景须有期间，且与政策期间重叠。"),
    wrong="""
scenario baseline for example
  period 2031-01 to 2031-12
  population person
    arrive 10 in 2031-01
    employed starts on arrival, ends at 5% per month
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
)  # fmt: skip

register(
    "HC513", "error", "type", ("budget, cash or value", "预算、支付上限或取值有误"),
    ("A budget names a fund of the policy, one of its pots, and a year once; a limit is said once; nothing that a "
     "scenario sets is below zero.",
     "预算须写明政策的资金来源、分列项和年度，每项只写一次；支付上限只写一次；情景中的取值不得为负。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
  budget aid[mabian] 2021 = 100_000 yuan
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
  budget aid 2021 = 100_000 yuan
""",
)  # fmt: skip

register(
    "HC514", "warning", "incomplete", ("fact without assumption", "事实缺少假设"),
    ("The policy reads this fact and the scenario says nothing of it, so the clause cannot be simulated.",
     "政策要用到该事实，而情景没有作出假设，该条款无法模拟。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
)  # fmt: skip

register(
    "HC515", "info", "incomplete", ("nobody in the scenario", "情景中没有该对象"),
    ("The scenario has no population of the clause's entity, so the clause pays nothing in it.",
     "情景中没有该条款的对象，因此该条款在情景中不发放。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population enterprise
    arrive 10 in 2021-01
    headcount = 30
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
)  # fmt: skip

register(
    "HC516", "error", "type", ("arrivals", "新增有误"),
    ("Arrivals are whole numbers, in months of the period, and lead to the other entity by one link.",
     "新增须为整数，在期间之内；按另一台账新增时须有唯一关联。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2022-01
    employed starts on arrival, ends at 5% per month
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
)  # fmt: skip

register(
    "HC517", "error", "type", ("assumption", "假设有误"),
    ("The assumption does not fit the attribute.", "假设与栏目不符。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
    children starts on arrival
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
    children ~ poisson(1)
""",
)  # fmt: skip

register(
    "HC519", "warning", "incomplete", ("budget for some pots only", "预算分列不全"),
    ("A fund `per` something has a budget for some of its pots; in the others nothing limits what is paid.",
     "分列的资金仅部分有预算；其余各处的支付不受限制。"),
    wrong="""
fund pool per origin
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    origin ~ mabian 50%, ebian 50%
    employed starts on arrival, ends at 5% per month
  budget pool[mabian] 2021 = 100_000 yuan
""",
    mended="""
fund pool per origin
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    origin ~ mabian 50%, ebian 50%
    employed starts on arrival, ends at 5% per month
  budget pool[mabian] 2021 = 100_000 yuan
  budget pool[ebian] 2021 = 50_000 yuan
""",
)  # fmt: skip

register(
    "HC518", "error", "incomplete", ("budget for some years only", "预算年度不全"),
    ("A fund with a budget for some years of the period needs one for all of them.",
     "资金在期间内部分年度有预算时，须各年度均有预算。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2022-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
  budget aid 2021 = 100_000 yuan
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2022-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
  budget aid 2021 = 100_000 yuan
  budget aid 2022 = 100_000 yuan
""",
)  # fmt: skip
