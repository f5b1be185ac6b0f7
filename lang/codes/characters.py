"""HC10x: the bytes and characters of a file."""

from __future__ import annotations

from lang.codes.registry import register

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
    wrong="clause award\n  for person\n  poor\u202e → 3000 yuan once\n",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC103", "error", "encoding",
    ("digit of another script", "其他文字的数字"),
    ("Numbers are written with the digits 0 to 9 (full-width digits count as the same).",
     "数字只用 0 至 9（全角数字等同）。"),
    wrong="""
clause award
  for person
  children ≥ ٣ → 3000 yuan once
""",
    mended="""
clause award
  for person
  children ≥ 3 → 3000 yuan once
""",
)  # fmt: skip

register(
    "HC104", "error", "encoding",
    ("look-alike letter", "形近字母"),
    ("A name mixes letters of scripts that look alike, or looks like another name of the file but is written with "
     "letters of another script. Retype the name.",
     "名称混用了外形相近的不同文字字母，或与本文件另一名称外形相同而字母不同，请重新输入该名称。"),
    wrong="""
clause award
  for person
  pооr → 3000 yuan once
""",
    mended="""
clause award
  for person
  poor → 3000 yuan once
""",
)  # fmt: skip
