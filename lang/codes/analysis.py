"""HC40x and HC41x: what `huice check` finds in a policy that can be compiled, by looking or (`--deep`) by proof.

A fast finder and a deep one that find the same thing use the same code and the same cause, so that it is said once:

| code | cause |
|---|---|
| HC401 | ("dead", policy, clause, rule from 0, or None for the whole clause) |
| HC402 | ("shadowed", policy, clause, rule) |
| HC403 | ("overlap", policy, clause, rule, later rule), or the two policies and clauses |
| HC406 | ("dead", …) as HC401: a contradiction is why a condition never holds |
| HC407 | ("limit", policy, clause, rule, which) |
| HC408 | ("negative", policy, clause, rule) |
"""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC401", "warning", "dead", ("never holds", "条件永不成立"),
    ("The condition can never hold within the months of the policy, whatever the facts: nobody is ever paid by it.",
     "无论事实如何，该条件在政策期间内永不成立：据此不会发放任何款项。"),
    wrong="""
clause settled
  for person
  hired on in 2027 → 300 yuan once
""",
    mended="""
clause settled
  for person
  hired on in 2024 → 300 yuan once
""",
)  # fmt: skip

register(
    "HC402", "warning", "shadowed", ("never reached", "轮不到的规则"),
    ("In a month the first rule whose condition holds pays. A rule behind one that holds whenever it does is never "
     "reached. Put the stricter rule first.",
     "每月由最先成立的一条规则发放。排在“它成立时必然成立”的规则之后，就永远轮不到。请把要求更严的一条放在前面。"),
    wrong="""
clause tiers
  for person
  insured ≥ 3 months → 1000 yuan once
  insured ≥ 6 months → 2000 yuan once
""",
    mended="""
clause tiers
  for person
  insured ≥ 6 months → 2000 yuan once
  insured ≥ 3 months → 1000 yuan once
""",
)  # fmt: skip

register(
    "HC403", "warning", "overlap", ("rules hold together", "规则可同时成立"),
    ("Two rules can hold in the same month for the same row, neither implies the other, and their order decides.",
     "两条规则可在同月对同一对象成立，且互不包含，由先后次序决定按哪一条发放。"),
    wrong="""
clause families
  for person
  poor → 1000 yuan once
  children ≥ 3 → 800 yuan once
""",
    mended="""
clause families
  for person
  poor → 1000 yuan once
  not poor and children ≥ 3 → 800 yuan once
""",
)  # fmt: skip

register(
    "HC404", "warning", "gap", ("gap in a table", "标准表有缺口"),
    ("Keys that are possible have no row and there is no `otherwise`: for them there is no amount, and nothing is "
     "paid.",
     "有些可能出现的取值在表中没有对应的行，也没有“其余情形”：对它们没有标准，不会发放。"),
    wrong="""
table rate by origin, skill
  mabian, junior → 100 yuan
  mabian, senior → 200 yuan
  ebian, senior → 150 yuan
clause training
  for person
  insured ≥ 3 months → rate[origin, skill] once
""",
    mended="""
table rate by origin, skill
  mabian, junior → 100 yuan
  mabian, senior → 200 yuan
  ebian, senior → 150 yuan
  ebian, junior → 75 yuan
clause training
  for person
  insured ≥ 3 months → rate[origin, skill] once
""",
)  # fmt: skip

register(
    "HC405", "error", "conflict", ("row never reached", "表中重复的行"),
    ("Of the rows of a table the first that fits gives the value. A row all of whose keys earlier rows have taken is "
     "never reached: one of them is a slip.",
     "标准表按最先相符的一行取值。若某行的取值全部已被前面的行占用，该行永远用不到：其中必有一行写错。"),
    wrong="""
table rate by skill
  junior → 100 yuan
  senior → 200 yuan
  junior → 150 yuan
clause training
  for person
  insured ≥ 3 months → rate[skill] once
""",
    mended="""
table rate by skill
  junior → 100 yuan
  senior → 200 yuan
clause training
  for person
  insured ≥ 3 months → rate[skill] once
""",
)  # fmt: skip

register(
    "HC406", "warning", "conflict", ("contradiction", "条件自相矛盾"),
    ("Two parts of one condition cannot hold together: `county is a and county is b`.",
     "同一条件的两部分不能同时成立，例如“来源地 为 甲 且 来源地 为 乙”。"),
    wrong="""
clause local
  for person
  origin is mabian and origin is ebian → 300 yuan once
""",
    mended="""
clause local
  for person
  origin is mabian or origin is ebian → 300 yuan once
""",
)  # fmt: skip

register(
    "HC407", "info", "limit", ("limit that never binds", "起不到作用的上限"),
    ("The limit is never reached, whatever the facts: it may be left out, or it is not what was meant.",
     "无论事实如何都达不到该上限：可以删去，或者写得与本意不符。"),
    wrong="""
clause small
  for person
  insured ≥ 3 months → 300 yuan once at most 5000 yuan
""",
    mended="""
clause small
  for person
  insured ≥ 3 months → 300 yuan once
""",
)  # fmt: skip

register(
    "HC408", "warning", "limit", ("amount below zero", "金额可能为负"),
    ("The amount may be negative for some facts. Nothing is paid then, and a `once` is used up by it.",
     "在某些事实下金额可能为负：届时不予发放，而一次性的名额会被用掉。"),
    wrong="""
clause top_up
  for person
  employed → 3000 yuan - wage per month
""",
    mended="""
clause top_up
  for person
  employed and wage < 3000 yuan → 3000 yuan - wage per month
""",
)  # fmt: skip

register(
    "HC409", "info", "date", ("date conventions differ", "日期算法有别"),
    ("Adding months to a date keeps the day, or takes the last day of a shorter month. For a date at the end of a "
     "month other conventions give another day.",
     "日期加若干个月保留日号；月份较短时取该月最后一天。对月末的日期，其他算法会得出不同的日子。"),
    wrong="""
clause waited
  for person
  poor and since 2021-08-31 ≥ 6 months → 300 yuan once
""",
    mended="""
clause waited
  for person
  poor and since 2021-09-01 ≥ 6 months → 300 yuan once
""",
)  # fmt: skip

register(
    "HC410", "info", "style", ("never read", "从未使用"),
    ("What is declared is read by nothing that pays: it may be left out, or a condition has been forgotten.",
     "所声明的内容没有任何发放用到：可以删去，或者漏写了条件。"),
    wrong="""
policy carried "名册"
  in force 2021-01-01 to 2025-12-31
entity person
  has poor: yes/no
  has hired on: date
clause start
  for person
  poor → 300 yuan once
""",
    mended="""
policy carried "名册"
  in force 2021-01-01 to 2025-12-31
entity person
  has poor: yes/no
clause start
  for person
  poor → 300 yuan once
""",
    whole=True,
)  # fmt: skip

register(
    "HC411", "info", "dead", ("always holds", "条件恒成立"),
    ("The condition holds for everybody and in every month: it tests nothing.",
     "该条件对所有对象、在所有月份都成立：不起任何限定作用。"),
    wrong="""
clause everybody
  for person
  poor and children ≥ 0 → 300 yuan once
""",
    mended="""
clause everybody
  for person
  poor and children ≥ 1 → 300 yuan once
""",
)  # fmt: skip

register(
    "HC412", "warning", "name", ("one name for two things", "同名异义"),
    ("Policies that are checked together are meant for one roster. The same column with two types, or the same kind "
     "with other members, cannot be filled in for both.",
     "一并检查的政策共用一份台账。同一栏目类型不同，或同一类别取值不同，就无法同时填写。"),
)  # fmt: skip
