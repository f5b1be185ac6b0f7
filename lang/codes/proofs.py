"""HC49x: what a proof says of a policy, and where there is none. The other findings of analysis stand in HC4xx."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC490", "info", "coverage",
    ("not proved", "未能证明"),
    ("`huice check --deep` asks a solver, with a limit that counts its steps. Where it neither proves that something "
     "is so nor finds a person who shows that it is not, that is said: it does not mean that all is well.",
     "“huice check --deep”借助求解器，并限定其步数。既不能证明、又找不到反例时，会如实说明，这不等于没有问题。"),
)  # fmt: skip

register(
    "HC420", "warning", "overlap", ("paid twice for the same", "因同一事由重复发放"),
    ("Two clauses have the same condition by proof and the same payee, and no `exclusive` group says what holds "
     "between them: whoever is paid by one is paid by the other in the same months.",
     "经证明，两个条款的条件相同、收款人相同，又没有“不重复享受”约定：得到其一的对象在相同月份也得到另一项。"),
    wrong="""
clause welcome
  for person
  not (employed < 3 months) → 500 yuan once
""",
    mended="""
clause welcome
  for person
  not (employed < 3 months) → 500 yuan once
exclusive first grant among start, welcome per person take highest
""",
    deep=True,
)  # fmt: skip

register(
    "HC421", "info", "stacking", ("what one can draw in all", "叠加可得的总额"),
    ("Several clauses, also of several policies given together, pay one person. The finding says how much they come to "
     "at most within the months of the policy, and shows the person. It is no fault by itself.",
     "多个条款（包括一并检查的多项政策）可向同一对象发放。此处列出政策期间内合计最多多少，并给出该对象。这本身不是错误。"),
    wrong="""
clause welcome
  for person
  poor → 500 yuan once
""",
    mended="""
clause welcome
  for person
  poor → 500 yuan once
exclusive first grant among start, welcome per person take first
""",
    deep=True,
)  # fmt: skip

register(
    "HC422", "warning", "cliff", ("more loses money", "多则反少"),
    ("Of two people alike but for one fact, the one with more of it (one month, one yuan, one child) is paid less in a "
     "month, though something still. Often two tiers stand in the wrong order, or an amount was mistyped.",
     "两人其他情况相同，仅某项更多（多一个月、多一元、多一人），当月发放反而较少而并非为零。往往是阶梯次序或金额写错。"),
    wrong="""
clause tiers
  for person
  insured ≥ 12 months → 300 yuan per month
  insured ≥ 6 months → 500 yuan per month
""",
    mended="""
clause tiers
  for person
  insured ≥ 12 months → 500 yuan per month
  insured ≥ 6 months → 300 yuan per month
""",
    deep=True,
)  # fmt: skip

register(
    "HC423", "info", "cliff", ("one more ends the payment", "越线即停"),
    ("At a limit of a number one yuan, or one, more ends a payment that is larger than what was gained. A means test "
     "always has such a line; a tapering amount has none.",
     "在某项数值的界限处，多一元或多一即不再发放，而失去的多于增加的。按收入设限总有这样一条线；逐步递减则没有。"),
    wrong="""
clause low_wage
  for person
  employed and wage < 3000 yuan → 400 yuan per month
""",
    mended="""
clause low_wage
  for person
  employed and wage < 3000 yuan → (3000 yuan - wage) × 10% per month
""",
    deep=True,
)  # fmt: skip

register(
    "HC424", "error", "monotonicity", ("property does not hold", "性质不成立"),
    ("A `property` of the policy is false: the person shown breaks it. Either the rules or the property say what is "
     "not meant.",
     "政策所声明的性质不成立：所示对象即为反例。规则或性质必有一处写得与本意不符。"),
    wrong="""
property bounded for person: total paid by start ≤ 2000 yuan
""",
    mended="""
property bounded for person: total paid by start ≤ 3000 yuan
""",
    deep=True,
)  # fmt: skip

register(
    "HC425", "info", "monotonicity", ("property proved", "性质已证明"),
    ("The solver proved the property for every row whose facts are known, over the months of the policy.",
     "求解器已证明：在政策期间内，凡台账已知的对象都符合该性质。"),
)  # fmt: skip
