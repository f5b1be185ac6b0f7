"""The codes of the checker: HC2xx names and modules, HC3xx types and declarations, HC5xx cases and scenarios.

Imported by `lang.codes`, whose registry holds every code.
"""

from __future__ import annotations

from lang.codes import register

# ---------------------------------------------------------------- HC2xx: names, modules, circles
register(
    "HC201", "error", "name", ("unknown name", "名称未声明"),
    ("Nothing of this name is declared where it is used. Declare it, or correct its spelling.",
     "此处使用的名称没有声明。请先声明，或更正拼写。"),
)  # fmt: skip
register(
    "HC202", "error", "name", ("declared twice", "重复声明"),
    ("Two things of one name space have the same name or label, or names that look the same.",
     "同一类事物中有两个名称或标签相同（或看起来相同）。"),
)  # fmt: skip
register(
    "HC203", "error", "name", ("name of something else", "名称所指不符"),
    ("The name is declared, but as something that cannot stand here, or for another entity. A fact of another entity "
     "is reached through a link (`employer's headcount`) or counted (`count of staff where …`).",
     "该名称已声明，但不能用于此处，或属于另一台账。另一台账的栏目须经关联读取（“用人单位的职工总数”），或用“统计”。"),
)  # fmt: skip
register(
    "HC204", "error", "name", ("misspelt word in a name", "名称中混入误拼的词"),
    ("A misspelt keyword has become part of the name beside it, as in `person wher poor`.",
     "误拼的关键词并入了相邻的名称。"),
)  # fmt: skip
register(
    "HC205", "error", "cycle", ("circle", "循环"),
    ("Definitions read each other in a circle, so that none of them has a value. The message shows the path.",
     "界定之间循环引用，无法求值。提示中列出了路径。"),
)  # fmt: skip
register(
    "HC206", "error", "name", ("no member of the kind", "不是该类别的取值"),
    ("A kind has the members that its declaration lists, and no others.", "类别只有声明中列出的取值。"),
)  # fmt: skip
register(
    "HC210", "error", "import", ("module not found", "找不到模块"),
    ("A module is a file NAME.policy beside this one or among the standard policies.",
     "模块是与本文件同处一个文件夹或标准政策中的“名称.policy”文件。"),
)  # fmt: skip
register(
    "HC211", "error", "import", ("module outside the folder", "模块路径越界"),
    ("`use` takes a name, never a path: a policy reads nothing outside its own folder and the standard policies.",
     "“引用”之后只写名称，不写路径；政策不读取自身文件夹和标准政策以外的文件。"),
)  # fmt: skip
register(
    "HC212", "error", "cycle", ("modules use each other", "模块循环引用"),
    ("Modules use each other in a circle. The message shows the path.", "模块之间循环引用。提示中列出了路径。"),
)  # fmt: skip
register(
    "HC213", "error", "import", ("a policy is no module", "政策不能作模块引用"),
    ("A module is a file without `policy`. What two policies share belongs in a module of its own.",
     "模块是不含“政策”的文件。两项政策共用的内容应放入单独的模块。"),
)  # fmt: skip
register(
    "HC214", "error", "incomplete", ("no policy", "缺少政策"),
    ("A program needs a `policy` block, which says when it is in force. A file without one is a module, to be named by "
     "`use` in the policy that needs it; a file with only a scenario names its policy behind `for`.",
     "程序须有“政策”一段，写明施行时间。不含“政策”的文件是模块，由需要它的政策“引用”；只含情景的文件在“适用”后写明政策。"),
)  # fmt: skip
register(
    "HC217", "info", "incomplete", ("a module", "模块"),
    ("A file with a vocabulary and no `policy` is a module. It can be checked by itself, but not run.",
     "只有词汇、没有“政策”的文件是模块，可以单独检查，但不能单独运行。"),
)  # fmt: skip
register(
    "HC215", "error", "import", ("policy of the scenario", "情景所适用的政策"),
    ("A scenario says for which policy it is: the one of its file, a name beside the file, or `std:NAME`.",
     "情景须写明所适用的政策：本文件的政策、同处一个文件夹的名称，或“std:名称”。"),
)  # fmt: skip
register(
    "HC216", "error", "name", ("more than one policy", "政策多于一项"),
    ("A file holds one policy.", "一个文件只写一项政策。"),
)  # fmt: skip

# ---------------------------------------------------------------- HC30x: types and units
register(
    "HC301", "error", "type", ("types do not go together", "类型不符"),
    ("The place asks for another type of value than stands there.", "此处所需的类型与所写的不同。"),
)  # fmt: skip
register(
    "HC302", "error", "unit", ("units do not go together", "单位不符"),
    ("Units are part of types: an amount (yuan), a rate (yuan per month), a duration (months, days), a count and a "
     "share cannot be compared or added up with each other.",
     "单位是类型的一部分：金额（元）、月标准（元/月）、时长（个月、天）、数量和比例之间不能比较或相加。"),
)  # fmt: skip
register(
    "HC303", "error", "type", ("operator does not fit", "运算不适用"),
    ("The operator cannot take a value of this type.", "该运算不能用于此类型的值。"),
)  # fmt: skip
register(
    "HC304", "error", "unit", ("a run counts months", "连续月数按整月计"),
    ("Runs and totals count whole months, so they are compared with months or years, not with days.",
     "连续和累计按整月计算，应与个月或年比较，不能与天比较。"),
)  # fmt: skip
register(
    "HC305", "error", "unit", ("amount not exact", "金额不可用"),
    ("Amounts are whole fen (two decimals of a yuan) and of a size that can be calculated exactly.",
     "金额精确到分（两位小数），且在可精确计算的范围内。"),
)  # fmt: skip
register(
    "HC306", "error", "type", ("division by what may be zero", "除数可能为零"),
    ("What is divided by must be known not to be zero: a constant, an attribute whose range begins above zero, "
     "`… at least 1`, or inside `if d > 0 then …` and behind a condition that says so.",
     "除数须确定不为零：常数、取值范围大于零的栏目、“… 最低 1”，或已先判断“> 0”。"),
)  # fmt: skip
register(
    "HC307", "error", "type", ("carried, never tested", "只随带，不作判断"),
    ("Texts and identity numbers are carried along and masked. Conditions cannot compare them.",
     "文本和证件号只随带并遮盖，不能用于比较。"),
)  # fmt: skip
register(
    "HC308", "error", "type", ("several rows where one is due", "此处须为一个"),
    ("A link seen from its other end leads to many rows: count them, add them up or ask `any … where …`.",
     "一对多关联指向多行：请用“统计”“合计”或“任一 … 其中 …”。"),
)  # fmt: skip
register(
    "HC309", "error", "type", ("no such link", "不是所需的关联"),
    ("Here stands a link, an attribute whose type is an entity (`has employer: enterprise`).",
     "此处须为关联，即类型为台账的栏目（“栏目 用人单位：企业”）。"),
)  # fmt: skip
register(
    "HC310", "error", "type", ("number of keys", "键的数目不符"),
    ("A look-up gives as many keys as the table has, in its order.", "查表须按顺序给出与标准表相同数目的键。"),
)  # fmt: skip
register(
    "HC311", "error", "type", ("not supported yet", "暂不支持"),
    ("The language does not take this yet.", "本语言尚不支持此写法。"),
)  # fmt: skip
register(
    "HC312", "error", "unit", ("a rate where an amount is due", "此处须为金额而非月标准"),
    ("Money per month is paid `per month`, or becomes an amount when multiplied by a duration.",
     "月标准按“每月”发放，或乘以时长成为金额。"),
)  # fmt: skip
register(
    "HC313", "error", "type", ("`with` without a run", "“同时”用法不当"),
    ("`A ≥ 6 months with B` asks for the run of A and B together. Other conditions are joined by `and`.",
     "“A 满 6个月 同时 B”指二者同时持续。其他条件用“且”连接。"),
)  # fmt: skip
register(
    "HC314", "error", "syntax", ("nested too deeply", "嵌套过深"),
    ("An expression is too deep to be read by anybody. Name parts with `define`.",
     "表达式嵌套过深，请用“界定”给各部分命名。"),
)  # fmt: skip
register(
    "HC315", "error", "type", ("cannot stand here", "不能用于此处"),
    ("The expression has no meaning in this place.", "该写法在此处没有意义。"),
)  # fmt: skip
register(
    "HC316", "error", "unit", ("outside 0% to 100%", "超出0%至100%"),
    ("Shares and chances lie between 0% and 100%.", "比例和概率须在0%至100%之间。"),
)  # fmt: skip

# ---------------------------------------------------------------- HC32x: declarations
register(
    "HC320", "error", "type", ("attribute", "栏目有误"),
    ("The range, default or counting rule of an attribute does not fit its type.",
     "栏目的取值范围、默认值或计月方式与类型不符。"),
)  # fmt: skip
register(
    "HC321", "error", "date", ("values of a parameter", "标准的数值有误"),
    ("A parameter has one value, or values from dates in their order, or is external and has none.",
     "标准写一个数值，或按日期先后写各段数值，或写“另行规定”而不写数值。"),
)  # fmt: skip
register(
    "HC322", "error", "type", ("table", "标准表有误"),
    ("A row gives one value for each key; `otherwise` is the last row.",
     "每行对每个键给出一个取值；“其余情形”为最后一行。"),
)  # fmt: skip
register(
    "HC323", "error", "type", ("clause", "条款有误"),
    ("A clause says whom it is for and has rules; limits and rounding must fit how it pays.",
     "条款须写明对象和规则；限额、舍入须与发放方式相符。"),
)  # fmt: skip
register(
    "HC324", "error", "type", ("funds of a payment", "资金来源有误"),
    ("Shares of funds add up to 100%, and each fund is named once.", "各资金比例合计100%，每项资金只写一次。"),
)  # fmt: skip
register(
    "HC325", "warning", "incomplete", ("pot unknown", "资金分列项未知"),
    ("The fund has one pot for each value of an attribute that the clause's entity does not have, so it is never known "
     "which pot pays. Define the attribute for this entity.",
     "该资金按某栏目分列，而条款的对象没有该栏目，无法确定由哪一项支付。请为该对象界定此栏目。"),
)  # fmt: skip
register(
    "HC326", "error", "type", ("exclusive group", "不重复享受有误"),
    ("Each member of a group reaches the group's entity by one link (`A via LINK` where there are several).",
     "组内每项须经一个关联到达该组的对象（有多个时写“A 经 关联”）。"),
)  # fmt: skip
register(
    "HC327", "error", "conflict", ("groups overlap in a chain", "不重复享受首尾相连"),
    ("A with B and B with C, but A not with C: what C pays would depend on what A did. Put all into one group.",
     "A与B互斥、B与C互斥而A与C不互斥时，结果无法说明。请合为一组。"),
)  # fmt: skip
register(
    "HC328", "error", "incomplete", ("no time in force", "缺少施行时间"),
    ("A policy says when it is in force: `in force 2021-11-01 to 2025-12-31`. The end may be open.",
     "政策须写明施行时间：“施行 2021年11月1日 至 2025年12月31日”，终止日可以不写。"),
)  # fmt: skip
register(
    "HC329", "error", "date", ("dates of the policy", "政策日期有误"),
    ("The dates of the policy contradict each other.", "政策的各日期相互矛盾。"),
)  # fmt: skip

# ---------------------------------------------------------------- HC5xx: cases and scenarios
register(
    "HC501", "error", "type", ("fact of a case", "案例事实有误"),
    ("A case gives facts of the types that the entity declares; spells belong to monthly attributes.",
     "案例中的事实须与台账的栏目类型相符；起止时间只用于逐月栏目。"),
)  # fmt: skip
register(
    "HC502", "error", "name", ("unknown key", "未知的编号"),
    ("A case expects something of a key that it does not introduce.", "案例的预期针对了未列出的编号。"),
)  # fmt: skip
register(
    "HC503", "error", "date", ("months of an expectation", "预期的月份有误"),
    ("The months of an expectation lie in order and inside the policy.", "预期的月份须先后有序，且在政策期间之内。"),
)  # fmt: skip
register(
    "HC510", "error", "type", ("distribution", "分布有误"),
    ("The distribution, or one of its arguments, does not fit what is drawn.", "分布或其参数与所抽取的量不符。"),
)  # fmt: skip
register(
    "HC511", "error", "type", ("weights", "权重有误"),
    ("The weights of choices add up to 100%; a rest is not guessed.", "各选项的权重合计须为100%，不作推定。"),
)  # fmt: skip
register(
    "HC512", "error", "date", ("period of a scenario", "情景期间有误"),
    ("A scenario has a period that meets the months of the policy.", "情景须有期间，且与政策期间重叠。"),
)  # fmt: skip
register(
    "HC513", "error", "type", ("budget or cash", "预算或支付上限有误"),
    ("A budget names a fund of the policy, one of its pots, and a year once.",
     "预算须写明政策的资金来源、分列项和年度，每项只写一次。"),
)  # fmt: skip
register(
    "HC514", "warning", "incomplete", ("fact without assumption", "事实缺少假设"),
    ("The policy reads this fact and the scenario says nothing of it, so the clause cannot be simulated.",
     "政策要用到该事实，而情景没有作出假设，该条款无法模拟。"),
)  # fmt: skip
register(
    "HC515", "info", "incomplete", ("nobody in the scenario", "情景中没有该对象"),
    ("The scenario has no population of the clause's entity, so the clause pays nothing in it.",
     "情景中没有该条款的对象，因此该条款在情景中不发放。"),
)  # fmt: skip
register(
    "HC516", "error", "type", ("arrivals", "新增有误"),
    ("Arrivals are whole numbers, in months of the period, and lead to the other entity by one link.",
     "新增须为整数，在期间之内；按另一台账新增时须有唯一关联。"),
)  # fmt: skip
register(
    "HC517", "error", "type", ("assumption", "假设有误"),
    ("The assumption does not fit the attribute.", "假设与栏目不符。"),
)  # fmt: skip
register(
    "HC518", "error", "incomplete", ("budget for some years only", "预算年度不全"),
    ("A fund with a budget for some years of the period needs one for all of them.",
     "资金在期间内部分年度有预算时，须各年度均有预算。"),
)  # fmt: skip
