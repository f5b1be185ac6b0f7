"""HC2xx: names, modules, circles."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC201", "error", "name", ("unknown name", "名称未声明"),
    ("Nothing of this name is declared where it is used. Declare it, or correct its spelling.",
     "此处使用的名称没有声明。请先声明，或更正拼写。"),
    wrong="""
clause award
  for person
  orgin is mabian → 3000 yuan once
""",
    mended="""
clause award
  for person
  origin is mabian → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC202", "error", "name", ("declared twice", "重复声明"),
    ("Two things of one name space have the same name or label, or names that look the same.",
     "同一类事物中有两个名称或标签相同（或看起来相同）。"),
    wrong="""
fund aid
""",
    mended="""
fund reserve
""",
)  # fmt: skip

register(
    "HC203", "error", "name", ("name of something else", "名称所指不符"),
    ("The name is declared, but as something that cannot stand here, or for another entity. A fact of another entity "
     "is reached through a link (`employer's headcount`) or counted (`count of staff where …`).",
     "该名称已声明，但不能用于此处，或属于另一台账。另一台账的栏目须经关联读取（“用人单位的职工总数”），或用“统计”。"),
    wrong="""
clause award
  for enterprise
  wage ≥ 2000 yuan → 3000 yuan once
""",
    mended="""
clause award
  for enterprise
  any staff where (wage ≥ 2000 yuan) → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC204", "error", "name", ("misspelt word in a name", "名称中混入误拼的词"),
    ("A misspelt keyword has become part of the name beside it, as in `person wher poor`.",
     "误拼的关键词并入了相邻的名称。"),
    wrong="""
clause award
  for person wher poor
  employed → 3000 yuan once
""",
    mended="""
clause award
  for person where poor
  employed → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC205", "error", "cycle", ("circle", "循环"),
    ("Definitions read each other in a circle, so that none of them has a value. The message shows the path.",
     "界定之间循环引用，无法求值。提示中列出了路径。"),
    wrong="""
define covered for person = eligible
define eligible for person = covered and poor
""",
    mended="""
define covered for person = eligible
define eligible for person = employed and poor
""",
)  # fmt: skip

register(
    "HC206", "error", "name", ("no member of the kind", "不是该类别的取值"),
    ("A kind has the members that its declaration lists, and no others.", "类别只有声明中列出的取值。"),
    wrong="""
clause award
  for person
  origin is mabain → 3000 yuan once
""",
    mended="""
clause award
  for person
  origin is mabian → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC210", "error", "import", ("module not found", "找不到模块"),
    ("A module is a file NAME.policy beside this one or among the standard policies.",
     "模块是与本文件同处一个文件夹或标准政策中的“名称.policy”文件。"),
    wrong="""
use shred
""",
    mended="""
use shared
""",
)  # fmt: skip

register(
    "HC211", "error", "import", ("module outside the folder", "模块路径越界"),
    ("`use` takes a name, never a path: a policy reads nothing outside its own folder and the standard policies.",
     "“引用”之后只写名称，不写路径；政策不读取自身文件夹和标准政策以外的文件。"),
    wrong="""
use ../shared
""",
    mended="""
use shared
""",
)  # fmt: skip

register(
    "HC212", "error", "cycle", ("modules use each other", "模块循环引用"),
    ("Modules use each other in a circle. The message shows the path.", "模块之间循环引用。提示中列出了路径。"),
    wrong="""
use first
""",
    mended="""
use shared
""",
)  # fmt: skip

register(
    "HC213", "error", "import", ("a policy is no module", "政策不能作模块引用"),
    ("A module is a file without `policy`. What two policies share belongs in a module of its own.",
     "模块是不含“政策”的文件。两项政策共用的内容应放入单独的模块。"),
    wrong="""
use another_policy
""",
    mended="""
use shared
""",
)  # fmt: skip

register(
    "HC214", "error", "incomplete", ("no policy", "缺少政策"),
    ("A program needs a `policy` block, which says when it is in force. A file without one is a module, to be named by "
     "`use` in the policy that needs it; a file with only a scenario names its policy behind `for`.",
     "程序须有“政策”一段，写明施行时间。不含“政策”的文件是模块，由需要它的政策“引用”；只含情景的文件在“适用”后写明政策。"),
    wrong="""
entity person
  has poor: yes/no
clause award
  for person
  poor → 3000 yuan once
""",
    mended="""
policy example
  in force 2021-01-01 to 2025-12-31
entity person
  has poor: yes/no
clause award
  for person
  poor → 3000 yuan once
""",
    whole=True,
)  # fmt: skip

register(
    "HC215", "error", "import", ("policy of the scenario", "情景所适用的政策"),
    ("A scenario says for which policy it is: the one of its file, a name beside the file, or `std:NAME`.",
     "情景须写明所适用的政策：本文件的政策、同处一个文件夹的名称，或“std:名称”。"),
    wrong="""
scenario baseline for exmaple
  period 2021-01 to 2021-12
  population person
    arrive 10 in 2021-01
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
    "HC216", "error", "name", ("more than one policy", "政策多于一项"),
    ("A file holds one policy.", "一个文件只写一项政策。"),
    wrong="""
policy another
  in force 2021-01-01
""",
    mended="""
fund reserve
""",
)  # fmt: skip

register(
    "HC217", "info", "incomplete", ("a module", "模块"),
    ("A file with a vocabulary and no `policy` is a module. It can be checked by itself, but not run.",
     "只有词汇、没有“政策”的文件是模块，可以单独检查，但不能单独运行。"),
    wrong="""
entity person
  has poor: yes/no
""",
    mended="""
policy example
  in force 2021-01-01 to 2025-12-31
entity person
  has poor: yes/no
""",
    whole=True,
)  # fmt: skip
