"""HC30x and HC31x: types and units of expressions."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC301", "error", "type", ("types do not go together", "类型不符"),
    ("The place asks for another type of value than stands there.", "此处所需的类型与所写的不同。"),
    wrong="""
clause award
  for person
  hired on → 3000 yuan once
""",
    mended="""
clause award
  for person
  hired on in this year → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC302", "error", "unit", ("units do not go together", "单位不符"),
    ("Units are part of types: an amount (yuan), a rate (yuan per month), a duration (months, days), a count and a "
     "share cannot be compared or added up with each other.",
     "单位是类型的一部分：金额（元）、月标准（元/月）、时长（个月、天）、数量和比例之间不能比较或相加。"),
    wrong="""
clause award
  for person
  wage ≥ 3 months → 3000 yuan once
""",
    mended="""
clause award
  for person
  wage ≥ 3 yuan → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC303", "error", "type", ("operator does not fit", "运算不适用"),
    ("The operator cannot take a value of this type.", "该运算不能用于此类型的值。"),
    wrong="""
clause award
  for person
  skill ≥ junior → 3000 yuan once
""",
    mended="""
clause award
  for person
  skill is junior → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC304", "error", "unit", ("a run counts months", "连续月数按整月计"),
    ("Runs and totals count whole months, so they are compared with months or years, not with days.",
     "连续和累计按整月计算，应与个月或年比较，不能与天比较。"),
    wrong="""
clause award
  for person
  employed ≥ 90 days → 3000 yuan once
""",
    mended="""
clause award
  for person
  employed ≥ 3 months → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC305", "error", "unit", ("amount not exact", "金额不可用"),
    ("Amounts are whole fen (two decimals of a yuan) and of a size that can be calculated exactly.",
     "金额精确到分（两位小数），且在可精确计算的范围内。"),
    wrong="""
clause award
  for person
  poor → 99_000_000_000_000 yuan once
""",
    mended="""
clause award
  for person
  poor → 99_000 yuan once
""",
)  # fmt: skip

register(
    "HC306", "error", "type", ("division by what may be zero", "除数可能为零"),
    ("What is divided by must be known not to be zero: a constant, an attribute whose range begins above zero, "
     "`… at least 1`, or inside `if d > 0 then …` and behind a condition that says so.",
     "除数须确定不为零：常数、取值范围大于零的栏目、“… 最低 1”，或已先判断“> 0”。"),
    wrong="""
clause award
  for person
  poor → 12000 yuan / children once
""",
    mended="""
clause award
  for person
  poor → 12000 yuan / (children at least 1) once
""",
)  # fmt: skip

register(
    "HC307", "error", "type", ("carried, never tested", "只随带，不作判断"),
    ("Texts and identity numbers are carried along and masked. Conditions cannot compare them.",
     "文本和证件号只随带并遮盖，不能用于比较。"),
    wrong="""
clause award
  for person
  identity number is 510902 → 3000 yuan once
""",
    mended="""
clause award
  for person
  identity number is known → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC308", "error", "type", ("several rows where one is due", "此处须为一个"),
    ("A link seen from its other end leads to many rows: count them, add them up or ask `any … where …`.",
     "一对多关联指向多行：请用“统计”“合计”或“任一 … 其中 …”。"),
    wrong="""
clause award
  for enterprise
  staff ≥ 20 → 3000 yuan once
""",
    mended="""
clause award
  for enterprise
  count of staff ≥ 20 → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC309", "error", "type", ("no such link", "不是所需的关联"),
    ("Here stands a link, an attribute whose type is an entity (`has employer: enterprise`).",
     "此处须为关联，即类型为台账的栏目（“栏目 用人单位：企业”）。"),
    wrong="""
clause award
  for person
  poor → 3000 yuan once to origin
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once to employer
""",
)  # fmt: skip

register(
    "HC310", "error", "type", ("number of keys", "键的数目不符"),
    ("A look-up gives as many keys as the table has, in its order.", "查表须按顺序给出与标准表相同数目的键。"),
    wrong="""
table rate by county, level
  otherwise → 500 yuan
clause award
  for person
  poor → rate[origin] once
""",
    mended="""
table rate by county, level
  otherwise → 500 yuan
clause award
  for person
  poor → rate[origin, skill] once
""",
)  # fmt: skip

register(
    "HC311", "error", "type", ("not supported yet", "暂不支持"),
    ("The language does not take this yet.", "本语言尚不支持此写法。"),
    wrong="""
clause award
  for person
  employed → (wage × 60% per month) × 2 months once
""",
    mended="""
clause award
  for person
  employed → wage × 60% × 2 once
""",
)  # fmt: skip

register(
    "HC312", "error", "unit", ("a rate where an amount is due", "此处须为金额而非月标准"),
    ("Money per month is paid `per month`, or becomes an amount when multiplied by a duration.",
     "月标准按“每月”发放，或乘以时长成为金额。"),
    wrong="""
parameter subsidy: money per month = 500 yuan per month
clause award
  for person
  poor → subsidy once
""",
    mended="""
parameter subsidy: money per month = 500 yuan per month
clause award
  for person
  poor → subsidy per month
""",
)  # fmt: skip

register(
    "HC313", "error", "type", ("`with` without a run", "“同时”用法不当"),
    ("`A ≥ 6 months with B` asks for the run of A and B together. Other conditions are joined by `and`.",
     "“A 满 6个月 同时 B”指二者同时持续。其他条件用“且”连接。"),
    wrong="""
clause award
  for person
  children ≥ 2 with insured → 3000 yuan once
""",
    mended="""
clause award
  for person
  children ≥ 2 and insured → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC314", "error", "syntax", ("nested too deeply", "嵌套过深"),
    ("An expression is too deep to be read by anybody. Name parts with `define`.",
     "表达式嵌套过深，请用“界定”给各部分命名。"),
    wrong=f"define points for person = {' + '.join(['children'] * 120)}\n",
    mended="""
define double for person = children + children
define points for person = double + double
""",
)  # fmt: skip

register(
    "HC315", "error", "type", ("cannot stand here", "不能用于此处"),
    ("The expression has no meaning in this place.", "该写法在此处没有意义。"),
    wrong="""
clause award
  for person
  poor and 2021年 → 3000 yuan once
""",
    mended="""
clause award
  for person
  poor and hired on in 2021 → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC316", "error", "unit", ("outside 0% to 100%", "超出0%至100%"),
    ("Shares and chances lie between 0% and 100%.", "比例和概率须在0%至100%之间。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 120% per month
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 12% per month
""",
)  # fmt: skip
