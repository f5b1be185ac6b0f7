"""HC6xx: what cannot be simulated, and runs that cannot be made."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC601", "error", "incomplete",
    ("fact without assumption", "缺少假设的事实"),
    ("A clause reads this fact and the scenario says nothing of it. Add a line to the entity's `population`, or give "
     "the attribute a default.",
     "条款要用到这一事实，而情景未作假设。请在相应“群体”中补一行假设，或给该栏目写默认值。"),
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
    "HC602", "error", "incomplete",
    ("parameter without value", "缺少取值的标准"),
    ("A clause reads this parameter in a month for which neither the policy nor the scenario gives a value. Add a "
     "`set` line to the scenario.",
     "条款在某月用到这一标准，而政策和情景都未给出取值。请在情景中补一行“取值”。"),
    wrong="""
parameter subsidy: money external "set each year"
clause award
  for person
  employed → subsidy once
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
    mended="""
parameter subsidy: money external "set each year"
clause award
  for person
  employed → subsidy once
scenario baseline for example
  period 2021-01 to 2021-12
  set subsidy = 500 yuan
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
""",
)  # fmt: skip

register(
    "HC603", "error", "incomplete",
    ("not supported yet", "暂不支持"),
    ("The construct is part of the language, but this engine cannot simulate it yet.",
     "这种写法符合语言规定，但本模拟引擎暂不支持。"),
    wrong="""
entity member
  has active: yes/no monthly
  has cost: money 0 to 9000 yuan
  has heads: count 1 to 9
clause by_head
  for member
  total (cost / heads) ≥ 1000 yuan and active → 500 yuan once
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival
  population member
    arrive 10 in 2021-01
    active starts on arrival
    cost ~ 0 yuan 50%, 500 yuan 50%
    heads ~ 2 50%, 3 50%
""",
    mended="""
entity member
  has active: yes/no monthly
  has cost: money 0 to 9000 yuan
clause by_head
  for member
  total cost ≥ 1000 yuan and active → 500 yuan once
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival
  population member
    arrive 10 in 2021-01
    active starts on arrival
    cost ~ 0 yuan 50%, 500 yuan 50%
""",
)  # fmt: skip

register(
    "HC604", "error", "incomplete",
    ("assumption without meaning", "假设的数值无意义"),
    ("A number of the scenario cannot be what its place needs: a number of arrivals that is not whole, a chance above "
     "100%, bounds the wrong way round.",
     "情景中的数值不合其用处：新增人数不是整数、概率超过 100%、上下限颠倒等。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  unknown rate ~ normal(90%, 40%)
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at rate per month
""",
    mended="""
scenario baseline for example
  period 2021-01 to 2021-12
  unknown rate ~ uniform(3%, 6%)
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at rate per month
""",
)  # fmt: skip

register(
    "HC605", "error", "incomplete",
    ("clause that this engine cannot run", "本引擎不能模拟的条款"),
    ("The engine `cohort` counts people in each state instead of following them one by one. It cannot run a clause "
     "that counts staff, reads a row through a link that is drawn, reads a number drawn from a continuous "
     "distribution, or pays different people different amounts month after month where money can run short. Take the "
     "engine `person`, or `auto`, which takes the cheapest engine that can.",
     "分组引擎 cohort 只统计处于各状态的人数，不逐人模拟。统计员工人数、经由随机关联读取他行、"
     "读取连续分布的数值，或在资金可能不足时逐月向不同的人支付不同金额的条款，它不能模拟。"
     "请改用 person，或用 auto 自动选择可用且最省的引擎。"),
)  # fmt: skip

register(
    "HC610", "error", "incomplete",
    ("budget of no pot", "预算与额度不符"),
    ("A fund declared `per` an attribute is one pot for each value, each with a budget of its own: "
     "`budget counterpart_aid[yuecheng] 2022 = …`.",
     "按类别分设的资金每项各有预算，请写成“预算 对口帮扶资金[越城区] 2022 = …”。"),
    wrong="""
fund local per county
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
  budget local 2021 = 100_000 yuan
""",
    mended="""
fund local per county
scenario baseline for example
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
    employed starts on arrival, ends at 5% per month
  budget local[mabian] 2021 = 100_000 yuan
""",
)  # fmt: skip

register(
    "HC611", "error", "name",
    ("no such scenario, clause or attribute", "没有这一情景、条款或栏目"),
    ("A run was asked for by a name that the program does not declare. The message offers the nearest.",
     "所要求的名称在政策中没有声明，提示中给出最接近的名称。"),
    wrong="""
define eligible for person = poor
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
    "HC612", "error", "incomplete",
    ("run that cannot be made", "无法进行的模拟"),
    ("The number of draws must be at least 1, the seed a whole number from 0 to 2⁶³ − 1, and clauses that are coupled "
     "by an `exclusive` group can only run together.",
     "抽样次数至少为 1，随机种子为 0 至 2⁶³ − 1 的整数；由“不重复享受”联系在一起的条款只能一起模拟。"),
)  # fmt: skip

register(
    "HC613", "error", "incomplete",
    ("file outside the folder", "文件不在文件夹内"),
    ("A scenario reads rosters and samples from the folder in which it stands, and never from outside it: so a policy "
     "that came from elsewhere reads nothing that was not put beside it.",
     "情景只读取其所在文件夹内的名册与样本文件，因此来自他处的政策不会读取未放在其旁边的文件。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person from "../others/people.xlsx" as of 2021-01
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
    "HC614", "error", "incomplete",
    ("scenario that does not fit both versions", "情景不适用于两个版本"),
    ("Two versions are compared with the same people, so what the scenario assumes of somebody must mean the same in "
     "both: an attribute that both declare is of one type, and both know the members of its kind that the scenario "
     "names. A member that a new version no longer pays for can stay in its kind.",
     "比较两个版本时面对的是同一批人，因此情景中的假设在两个版本中含义应相同：两版都声明的栏目类型一致，"
     "情景中提到的类别取值两版都有。新版本不再发放的取值仍可保留在类别中。"),
)  # fmt: skip

register(
    "HC615", "error", "incomplete",
    ("file that cannot be read", "文件无法读取"),
    ("A roster or a sample that a scenario names is looked for in the folder of the file in which it is written. It "
     "must be there, and all of its rows must be readable: what is left out of it would be left out of the budget.",
     "情景中写明的名册与样本文件，在该情景所在的文件夹内查找。文件须存在，且各行均可读取：漏读的内容会在预算中缺失。"),
    wrong="""
scenario baseline for example
  period 2021-01 to 2021-12
  population person from "people.xlsx" as of 2021-01
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
