"""HC32x: declarations whose parts do not go together."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC320", "error", "type", ("attribute", "栏目有误"),
    ("The range, default or counting rule of an attribute does not fit its type.",
     "栏目的取值范围、默认值或计月方式与类型不符。"),
    wrong="""
entity post
  has places: count 20 to 10
""",
    mended="""
entity post
  has places: count 10 to 20
""",
)  # fmt: skip

register(
    "HC321", "error", "date", ("values of a parameter", "标准的数值有误"),
    ("A parameter has one value, or values from dates in their order, or is external and has none.",
     "标准写一个数值，或按日期先后写各段数值，或写“另行规定”而不写数值。"),
    wrong="""
parameter subsidy: money
  from 2022-01-01: 600 yuan
  from 2021-01-01: 500 yuan
""",
    mended="""
parameter subsidy: money
  from 2021-01-01: 500 yuan
  from 2022-01-01: 600 yuan
""",
)  # fmt: skip

register(
    "HC322", "error", "type", ("table", "标准表有误"),
    ("A row gives one value for each key; `otherwise` is the last row.",
     "每行对每个键给出一个取值；“其余情形”为最后一行。"),
    wrong="""
table rate by level
  otherwise → 500 yuan
  senior → 800 yuan
""",
    mended="""
table rate by level
  senior → 800 yuan
  otherwise → 500 yuan
""",
)  # fmt: skip

register(
    "HC323", "error", "type", ("clause", "条款有误"),
    ("A clause says whom it is for and has rules; limits and rounding must fit how it pays.",
     "条款须写明对象和规则；限额、舍入须与发放方式相符。"),
    wrong="""
clause award
  for person
  poor → 3000 yuan once for at most 6 months
""",
    mended="""
clause award
  for person
  poor → 3000 yuan per month for at most 6 months
""",
)  # fmt: skip

register(
    "HC324", "error", "type", ("funds of a payment", "资金来源有误"),
    ("Shares of funds add up to 100%, and each fund is named once.", "各资金比例合计100%，每项资金只写一次。"),
    wrong="""
clause award
  for person
  poor → 3000 yuan once
  paid from aid 60%, treasury 50%
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
  paid from aid 60%, treasury 40%
""",
)  # fmt: skip

register(
    "HC325", "warning", "incomplete", ("pot unknown", "资金分列项未知"),
    ("The fund has one pot for each value of an attribute that the clause's entity does not have, so it is never known "
     "which pot pays. Define the attribute for this entity.",
     "该资金按某栏目分列，而条款的对象没有该栏目，无法确定由哪一项支付。请为该对象界定此栏目。"),
    wrong="""
fund local per origin
clause award
  for enterprise
  headcount ≥ 20 → 3000 yuan once
  paid from local
""",
    mended="""
fund local per origin
clause award
  for person
  poor → 3000 yuan once
  paid from local
""",
)  # fmt: skip

register(
    "HC326", "error", "type", ("exclusive group", "不重复享受有误"),
    ("Each member of a group reaches the group's entity by one link (`A via LINK` where there are several).",
     "组内每项须经一个关联到达该组的对象（有多个时写“A 经 关联”）。"),
    wrong="""
exclusive bonus among start per person take first
""",
    mended="""
clause award
  for person
  poor → 500 yuan once
exclusive bonus among start, award per person take first
""",
)  # fmt: skip

register(
    "HC327", "error", "conflict", ("groups overlap in a chain", "不重复享受首尾相连"),
    ("A with B and B with C, but A not with C: what C pays would depend on what A did. Put all into one group.",
     "A与B互斥、B与C互斥而A与C不互斥时，结果无法说明。请合为一组。"),
    wrong="""
clause second
  for person
  poor → 500 yuan once
clause third
  for person
  insured → 500 yuan once
exclusive one among start, second per person take first
exclusive two among second, third per person take first
""",
    mended="""
clause second
  for person
  poor → 500 yuan once
clause third
  for person
  insured → 500 yuan once
exclusive all among start, second, third per person take first
""",
)  # fmt: skip

register(
    "HC328", "error", "incomplete", ("no time in force", "缺少施行时间"),
    ("A policy says when it is in force: `in force 2021-11-01 to 2025-12-31`. The end may be open.",
     "政策须写明施行时间：“施行 2021年11月1日 至 2025年12月31日”，终止日可以不写。"),
    wrong="""
policy example
  issued 2021-01-01
""",
    mended="""
policy example
  issued 2021-01-01
  in force 2021-01-01 to 2025-12-31
""",
    whole=True,
)  # fmt: skip

register(
    "HC329", "error", "date", ("dates of the policy", "政策日期有误"),
    ("The dates of the policy contradict each other.", "政策的各日期相互矛盾。"),
    wrong="""
policy example
  in force 2025-12-31 to 2021-01-01
""",
    mended="""
policy example
  in force 2021-01-01 to 2025-12-31
""",
    whole=True,
)  # fmt: skip
