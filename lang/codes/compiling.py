"""HC59x: what means something and cannot be compiled."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC590", "error", "limit",
    ("value may grow too large", "数值可能过大"),
    ("Every amount and every step of its computation must fit 64-bit whole numbers (fen, for money) whatever the facts "
     "are within the ranges of their attributes. Give the attributes the range that they really have, for example "
     "`has wage: money 0 to 100_000 yuan`.",
     "在各栏目的取值范围内，每个金额及其计算的每一步都必须能用 64 位整数（金额以分计）表示。"
     "请给栏目写明实际范围，例如“栏目 工资：金额 0 至 10万元”。"),
    wrong="""
entity firm
  has turnover: money 0 to 900_000_000_000 yuan
  has orders: count 0 to 1_000_000
clause prize
  for firm
  always → turnover × orders × orders once
""",
    mended="""
entity firm
  has turnover: money 0 to 1_000_000 yuan
  has orders: count 0 to 1_000
clause prize
  for firm
  always → turnover × orders once
""",
)  # fmt: skip

register(
    "HC591", "error", "limit",
    ("not supported yet", "尚不支持"),
    ("The text means something, but Huice cannot compile it yet. The message says what to write instead.",
     "这样写有明确含义，但目前还不能编译，请按提示改写。"),
    wrong="""
clause award
  for person
  poor → 500 yuan per month
exclusive bonus among start, award per person take highest
limit award to 10
""",
    mended="""
clause award
  for person
  poor → 500 yuan per month
exclusive bonus among start, award per person take first
limit award to 10
""",
)  # fmt: skip

register(
    "HC592", "error", "cycle",
    ("contradicting orders", "次序互相矛盾"),
    ("Clauses of an `exclusive` group are processed in the order after `among`. Two groups ask for orders that cannot "
     "both be kept.",
     "“不重复享受”中的条款按“包括”后的次序处理。有两处要求的次序不能同时满足。"),
)  # fmt: skip
