"""The registry of diagnostic codes: one row a code, read by every room.

HC1xx text and syntax, HC2xx names, imports and cycles, HC3xx types, units and dates, HC4xx analysis, HC5xx
what cannot be compiled, HC6xx scenarios. The row gives what
`huice check --json` calls severity and category, a title, and what `huice rule CODE` explains. A code is never reused.
"""

from __future__ import annotations

from attrs import frozen

from lang.diagnostics import Severity, Text


@frozen
class Code:
    """What is known of a code. `category` is one of those listed in docs for `huice check --json`."""

    title: Text
    category: str
    severity: Severity
    explanation: Text


CODES: dict[str, Code] = {}


def register(
    code: str, severity: Severity, category: str, title: tuple[str, str], explanation: tuple[str, str]
) -> None:
    """Add a row. Titles and explanations are (English, Chinese)."""
    assert code not in CODES, code
    CODES[code] = Code(Text(*title), category, severity, Text(*explanation))


# ---------------------------------------------------------------- HC100: the bytes and characters of a file
register(
    "HC100", "error", "encoding",
    ("not UTF-8", "编码不是 UTF-8"),
    ("Policy files are UTF-8. Save the file again as UTF-8 in your editor.",
     "政策文件须为 UTF-8 编码，请在编辑器中另存为 UTF-8。"),
)  # fmt: skip
register(
    "HC101", "error", "encoding",
    ("file too large", "文件过大"),
    ("A policy file holds 2 MB at most. Move parts into modules and name them with `use`.",
     "政策文件不超过 2 MB，请把部分内容移入模块，再用“引用”引入。"),
)  # fmt: skip
register(
    "HC102", "error", "encoding",
    ("forbidden character", "不允许的字符"),
    ("Control characters, characters that change the writing direction and characters of no width make a text read "
     "otherwise than it is processed, so they are refused everywhere. Delete the character.",
     "控制字符、改变书写方向的字符和零宽字符会使所见与所处理的内容不一致，一律不接受，请删除。"),
)  # fmt: skip
register(
    "HC103", "error", "encoding",
    ("digit of another script", "其他文字的数字"),
    ("Numbers are written with the digits 0 to 9 (full-width digits count as the same).",
     "数字只用 0 至 9（全角数字等同）。"),
)  # fmt: skip
register(
    "HC104", "error", "encoding",
    ("look-alike letter", "形近字母"),
    ("A name mixes letters of scripts that look alike, or looks like another name of the file but is written with "
     "letters of another script. Retype the name.",
     "名称混用了外形相近的不同文字字母，或与本文件另一名称外形相同而字母不同，请重新输入该名称。"),
)  # fmt: skip

# ---------------------------------------------------------------- HC110: statements
register(
    "HC110", "error", "syntax",
    ("line not understood", "无法理解的一行"),
    ("Each statement begins with an opening word (`clause`, `fund`, `has` …), or is what its block makes it: a rule, "
     "a row, a fact or an assumption.",
     "每个语句以起首词开头（如“条款”“资金来源”“栏目”），否则由所在段落决定：规则、表行、事实或假设。"),
)  # fmt: skip
register(
    "HC111", "error", "syntax",
    ("unexpected word or sign", "此处不应出现的词或符号"),
    ("The statement is understood up to this place; what stands here cannot follow.",
     "语句到此处为止可以理解，此处的内容不能接在后面。"),
)  # fmt: skip
register(
    "HC112", "error", "syntax",
    ("statement breaks off", "语句未写完"),
    ("Something must still follow at the end of the statement.", "语句末尾还缺内容。"),
)  # fmt: skip
register(
    "HC113", "error", "syntax",
    ("no arrow", "缺少箭头"),
    ("A rule is CONDITION → AMOUNT FREQUENCY; a row of a table is VALUE, … → VALUE.",
     "规则写作“条件 → 频次 金额”;表行写作“取值、… → 结果”。"),
)  # fmt: skip
register(
    "HC114", "error", "syntax",
    ("no frequency", "缺少发放频次"),
    ("Every rule says how often it pays: `once`, `once per year` or `per month`.",
     "每条规则须写明频次：“一次性”“每年一次”或“每月”。"),
)  # fmt: skip
register(
    "HC115", "error", "syntax",
    ("bracket without partner", "括号不成对"),
    ("Each opening bracket needs its closing one in the same statement.", "每个左括号须在同一语句内有对应的右括号。"),
)  # fmt: skip
register(
    "HC116", "error", "syntax",
    ("quote not closed", "引号未闭合"),
    ("A text in quotes begins and ends on one line: \"…\", “…” or 「…」.", "引号内的文字须在同一行内开始和结束。"),
)  # fmt: skip
register(
    "HC117", "error", "syntax",
    ("misspelt word", "词语拼写有误"),
    ("The word is close to a word of the language that may stand here.", "该词与此处可用的关键词相近，应为笔误。"),
)  # fmt: skip
register(
    "HC118", "error", "unit",
    ("unknown unit", "未知单位"),
    ("Units are yuan, months, years, days and, for cash, claims.",
     "单位有：元、万元、亿元、个月、年、天;支付上限可用笔。"),
)  # fmt: skip
register(
    "HC119", "error", "syntax",
    ("not a sign of the language", "不是本语言的符号"),
    ("The signs are → = ≠ < ≤ > ≥ + - × / ~ , : ( ) [ ].", "可用的符号:→ = ≠ < ≤ > ≥ + - × / ~ , : ( ) [ ]。"),
)  # fmt: skip
register(
    "HC120", "error", "syntax",
    ("words run together", "词语粘连"),
    ("A keyword is a whole word: put spaces around it. Only digits may follow a Chinese keyword directly, and a "
     "Chinese keyword may follow a number, a unit or a date.",
     "关键词须单独成词，前后加空格。只有数字可紧跟中文关键词，中文关键词可紧跟数字、单位或日期。"),
)  # fmt: skip
register(
    "HC121", "error", "syntax",
    ("comma inside a number", "数字中有逗号"),
    ("Commas separate things and never group digits: write 3000 or 3_000.",
     "逗号用于分隔，不用于数字分节，请写 3000 或 3_000。"),
)  # fmt: skip
register(
    "HC122", "error", "syntax",
    ("line in the wrong block", "语句位置不对"),
    ("This kind of line belongs in another block.", "这种语句应写在另一种段落里。"),
)  # fmt: skip
register(
    "HC123", "error", "syntax",
    ("nested too deeply", "嵌套过深"),
    ("Brackets, prefix words and `if` may be nested 64 deep at most. Name parts with `define`.",
     "括号、前置词和“如果”最多嵌套 64 层，请用“界定”给各部分命名。"),
)  # fmt: skip
register(
    "HC124", "error", "unit",
    ("number not accepted", "数字不可用"),
    ("Numbers have at most 15 digits before the point and no exponent; an amount of yuan has two decimals at most.",
     "数字小数点前不超过 15 位，不用科学计数法;金额最多两位小数。"),
)  # fmt: skip
register(
    "HC125", "error", "date",
    ("no such date", "日期不存在"),
    ("The month or the day does not exist.", "该月份或日期不存在。"),
)  # fmt: skip
register(
    "HC126", "error", "syntax",
    ("reserved word in a name", "名称中有关键词"),
    ("A reserved word joins a name only by an underscore: `filled_by`.", "关键词只能用下划线连入名称。"),
)  # fmt: skip
register(
    "HC127", "error", "syntax",
    ("said twice", "重复书写"),
    ("This may be said once only.", "此项只能写一次。"),
)  # fmt: skip
register(
    "HC128", "error", "syntax",
    ("block without its lines", "段落缺少必要内容"),
    ("The block lacks a line that it cannot do without.", "该段落缺少必不可少的语句。"),
)  # fmt: skip
register(
    "HC129", "error", "syntax",
    ("minus without spaces", "减号缺少空格"),
    ("`12-15` is a day of the year; a minus between numbers has spaces around it.",
     "“12-15”表示月日;数字之间的减号前后须有空格。"),
)  # fmt: skip
register(
    "HC199", "error", "syntax",
    ("too many errors", "错误过多"),
    ("The rest of the errors of the file is not listed.", "其余错误不再列出。"),
)  # fmt: skip

# ---------------------------------------------------------------- HC590: what can be compiled
register(
    "HC590", "error", "limit",
    ("value may grow too large", "数值可能过大"),
    ("Every amount and every step of its computation must fit 64-bit whole numbers (fen, for money) whatever the facts "
     "are within the ranges of their attributes. Give the attributes the range that they really have, for example "
     "`has wage: money 0 to 100_000 yuan`.",
     "在各栏目的取值范围内,每个金额及其计算的每一步都必须能用 64 位整数(金额以分计)表示。"
     "请给栏目写明实际范围,例如“栏目 工资:金额 0 至 10万元”。"),
)  # fmt: skip
register(
    "HC591", "error", "limit",
    ("not supported yet", "尚不支持"),
    ("The text means something, but Huice cannot compile it yet. The message says what to write instead.",
     "这样写有明确含义,但目前还不能编译,请按提示改写。"),
)  # fmt: skip
register(
    "HC592", "error", "cycle",
    ("contradicting orders", "次序互相矛盾"),
    ("Clauses of an `exclusive` group are processed in the order after `among`. Two groups ask for orders that cannot "
     "both be kept.",
     "“不重复享受”中的条款按“包括”后的次序处理。有两处要求的次序不能同时满足。"),
)  # fmt: skip

# ---------------------------------------------------------------- HC600: scenarios that cannot be simulated
register(
    "HC601", "error", "incomplete",
    ("fact without assumption", "缺少假设的事实"),
    ("A clause reads this fact and the scenario says nothing of it. Add a line to the entity's `population`, or give "
     "the attribute a default.",
     "条款要用到这一事实,而情景未作假设。请在相应“群体”中补一行假设,或给该栏目写默认值。"),
)  # fmt: skip
register(
    "HC602", "error", "incomplete",
    ("parameter without value", "缺少取值的标准"),
    ("A clause reads this parameter in a month for which neither the policy nor the scenario gives a value. Add a "
     "`set` line to the scenario.",
     "条款在某月用到这一标准,而政策和情景都未给出取值。请在情景中补一行“取值”。"),
)  # fmt: skip
register(
    "HC603", "error", "incomplete",
    ("not supported yet", "暂不支持"),
    ("The construct is part of the language, but this engine cannot simulate it yet.",
     "这种写法符合语言规定,但本模拟引擎暂不支持。"),
)  # fmt: skip
register(
    "HC604", "error", "incomplete",
    ("assumption without meaning", "假设的数值无意义"),
    ("A number of the scenario cannot be what its place needs: a number of arrivals that is not whole, a chance above "
     "100%, bounds the wrong way round.",
     "情景中的数值不合其用处:新增人数不是整数、概率超过 100%、上下限颠倒等。"),
)  # fmt: skip

# ---------------------------------------------------------------- HC610: what a run is asked for
register(
    "HC610", "error", "incomplete",
    ("budget of no pot", "预算与额度不符"),
    ("A fund declared `per` an attribute is one pot for each value, each with a budget of its own: "
     "`budget counterpart_aid[yuecheng] 2022 = …`.",
     "按类别分设的资金每项各有预算,请写成“预算 对口帮扶资金[越城区] 2022 = …”。"),
)  # fmt: skip
register(
    "HC611", "error", "name",
    ("no such scenario, clause or attribute", "没有这一情景、条款或栏目"),
    ("A run was asked for by a name that the program does not declare. The message offers the nearest.",
     "所要求的名称在政策中没有声明,提示中给出最接近的名称。"),
)  # fmt: skip
register(
    "HC612", "error", "incomplete",
    ("run that cannot be made", "无法进行的模拟"),
    ("The number of draws must be at least 1, the seed a whole number from 0 to 2⁶³ − 1, and clauses that are coupled "
     "by an `exclusive` group can only run together.",
     "抽样次数至少为 1,随机种子为 0 至 2⁶³ − 1 的整数;由“不重复享受”联系在一起的条款只能一起模拟。"),
)  # fmt: skip

import lang.checking.codes  # noqa: E402, F401  (the rows of the checker, in a file of their own)
