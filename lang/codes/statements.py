"""HC11x to HC19x: statements, their words, numbers and brackets."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC110", "error", "syntax",
    ("line not understood", "无法理解的一行"),
    ("Each statement begins with an opening word (`clause`, `fund`, `has` …), or is what its block makes it: a rule, "
     "a row, a fact or an assumption.",
     "每个语句以起首词开头（如“条款”“资金来源”“栏目”），否则由所在段落决定：规则、表行、事实或假设。"),
    wrong="""
clasue award
  for person
  poor → 3000 yuan once
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC111", "error", "syntax",
    ("unexpected word or sign", "此处不应出现的词或符号"),
    ("The statement is understood up to this place; what stands here cannot follow.",
     "语句到此处为止可以理解，此处的内容不能接在后面。"),
    wrong="""
clause award
  for person
  16 ≤ children ≤ 60 → 3000 yuan once
""",
    mended="""
clause award
  for person
  children ≥ 16 and children ≤ 60 → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC112", "error", "syntax",
    ("statement breaks off", "语句未写完"),
    ("Something must still follow at the end of the statement.", "语句末尾还缺内容。"),
    wrong="""
define covered for person =
""",
    mended="""
define covered for person = poor and origin is mabian
""",
)  # fmt: skip

register(
    "HC113", "error", "syntax",
    ("no arrow", "缺少箭头"),
    ("A rule is CONDITION → AMOUNT FREQUENCY; a row of a table is VALUE, … → VALUE.",
     "规则写作“条件 → 频次 金额”；表行写作“取值、… → 结果”。"),
    wrong="""
clause award
  for person
  poor 3000 yuan once
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC114", "error", "syntax",
    ("no frequency", "缺少发放频次"),
    ("Every rule says how often it pays: `once`, `once per year` or `per month`.",
     "每条规则须写明频次：“一次性”“每年一次”或“每月”。"),
    wrong="""
clause award
  for person
  poor → 3000 yuan
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC115", "error", "syntax",
    ("bracket without partner", "括号不成对"),
    ("Each opening bracket needs its closing one in the same statement.", "每个左括号须在同一语句内有对应的右括号。"),
    wrong="""
clause award
  for person
  (poor and employed → 3000 yuan once
""",
    mended="""
clause award
  for person
  (poor and employed) → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC116", "error", "syntax",
    ("quote not closed", "引号未闭合"),
    ("A text in quotes begins and ends on one line: \"…\", “…” or 「…」.", "引号内的文字须在同一行内开始和结束。"),
    wrong="""
fund reserve "预备金
""",
    mended="""
fund reserve "预备金"
""",
)  # fmt: skip

register(
    "HC117", "error", "syntax",
    ("misspelt word", "词语拼写有误"),
    ("The word is close to a word of the language that may stand here.", "该词与此处可用的关键词相近，应为笔误。"),
    wrong="""
clause award
  for person
  poor → 3000 yuan onec
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC118", "error", "unit",
    ("unknown unit", "未知单位"),
    ("Units are yuan, months, years, days and, for cash, claims.",
     "单位有：元、万元、亿元、个月、年、天；支付上限可用笔。"),
    wrong="""
clause award
  for person
  employed ≥ 3 mnths → 3000 yuan once
""",
    mended="""
clause award
  for person
  employed ≥ 3 months → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC119", "error", "syntax",
    ("not a sign of the language", "不是本语言的符号"),
    ("The signs are → = ≠ < ≤ > ≥ + - × / ~ , : ( ) [ ].", "可用的符号：→ = ≠ < ≤ > ≥ + - × / ~ , : ( ) [ ]。"),
    wrong="""
clause award
  for person
  children == 2 → 3000 yuan once
""",
    mended="""
clause award
  for person
  children = 2 → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC120", "error", "syntax",
    ("words run together", "词语粘连"),
    ("A keyword is a whole word: put spaces around it. Only digits may follow a Chinese keyword directly, and a "
     "Chinese keyword may follow a number, a unit or a date.",
     "关键词须单独成词，前后加空格。只有数字可紧跟中文关键词，中文关键词可紧跟数字、单位或日期。"),
    wrong="""
clause award
  for person
  wheninsured → 3000 yuan once
""",
    mended="""
clause award
  for person
  insured → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC121", "error", "syntax",
    ("comma inside a number", "数字中有逗号"),
    ("Commas separate things and never group digits: write 3000 or 3_000.",
     "逗号用于分隔，不用于数字分节，请写 3000 或 3_000。"),
    wrong="""
clause award
  for person
  poor → 3,000 yuan once
""",
    mended="""
clause award
  for person
  poor → 3_000 yuan once
""",
)  # fmt: skip

register(
    "HC122", "error", "syntax",
    ("line in the wrong block", "语句位置不对"),
    ("This kind of line belongs in another block.", "这种语句应写在另一种段落里。"),
    wrong="""
fund reserve
  has places: count
""",
    mended="""
entity post
  has places: count
""",
)  # fmt: skip

register(
    "HC123", "error", "syntax",
    ("nested too deeply", "嵌套过深"),
    ("Brackets, prefix words and `if` may be nested 64 deep at most. Name parts with `define`.",
     "括号、前置词和“如果”最多嵌套 64 层，请用“界定”给各部分命名。"),
    wrong=f"clause award\n  for person\n  {'(' * 70}poor{')' * 70} → 3000 yuan once\n",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC124", "error", "unit",
    ("number not accepted", "数字不可用"),
    ("Numbers have at most 15 digits before the point and no exponent; an amount of yuan has two decimals at most.",
     "数字小数点前不超过 15 位，不用科学计数法；金额最多两位小数。"),
    wrong="""
clause award
  for person
  poor → 0.001 yuan once
""",
    mended="""
clause award
  for person
  poor → 0.01 yuan once
""",
)  # fmt: skip

register(
    "HC125", "error", "date",
    ("no such date", "日期不存在"),
    ("The month or the day does not exist.", "该月份或日期不存在。"),
    wrong="""
clause award
  for person
  hired on ≥ 2021-02-30 → 3000 yuan once
""",
    mended="""
clause award
  for person
  hired on ≥ 2021-03-01 → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC126", "error", "syntax",
    ("reserved word in a name", "名称中有关键词"),
    ("A reserved word joins a name only by an underscore: `filled_by`.", "关键词只能用下划线连入名称。"),
    wrong="""
entity post
  has filled by: person
""",
    mended="""
entity post
  has filled_by: person
""",
)  # fmt: skip

register(
    "HC127", "error", "syntax",
    ("said twice", "重复书写"),
    ("This may be said once only.", "此项只能写一次。"),
    wrong="""
clause award
  for person
  poor → 3000 yuan once once
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC128", "error", "syntax",
    ("block without its lines", "段落缺少必要内容"),
    ("The block lacks a line that it cannot do without.", "该段落缺少必不可少的语句。"),
    wrong="""
clause award
  poor → 3000 yuan once
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC129", "error", "syntax",
    ("minus without spaces", "减号缺少空格"),
    ("`12-15` is a day of the year; a minus between numbers has spaces around it.",
     "“12-15”表示月日；数字之间的减号前后须有空格。"),
    wrong="""
clause award
  for person
  poor → 3000 yuan × (10-3) once
""",
    mended="""
clause award
  for person
  poor → 3000 yuan × (10 - 3) once
""",
)  # fmt: skip

register(
    "HC130", "error", "syntax",
    ("the name is too long", "名称过长"),
    ("A name has at most 200 characters. A longer one is mostly text that lost its quotes, or words without operators.",
     "名称最多 200 个字符。更长的多半是漏了引号的文字，或漏写了运算词。"),
    wrong=f"fund {'very ' * 50}long\n",
    mended="""
fund very_long
""",
)  # fmt: skip

register(
    "HC199", "error", "syntax",
    ("too many errors", "错误过多"),
    ("The rest of the errors of the file is not listed.", "其余错误不再列出。"),
)  # fmt: skip
