"""Bytes to text: the size limit, UTF-8, and the characters that are refused.

`decode` takes bytes and gives a `Source` (None when there is no text to work on) and diagnostics; `characters` looks at
a text for characters that would let it read otherwise than it is processed.
"""

from __future__ import annotations

import re
import unicodedata

from lang.diagnostics import Diagnostic, Text
from lang.source import Source, Span
from lang.text.signs import BIDIRECTIONAL, LOOK_ALIKE, REFUSED, ZERO_WIDTH

SIZE_LIMIT = 2_000_000
_MOST = 20  # faults of characters told in one file


def decode(data: bytes, name: str = "<text>") -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of a policy file. A BOM is read and dropped; anything but strict UTF-8 is refused."""
    empty = Source("", name)
    if len(data) > SIZE_LIMIT:
        return None, (
            Diagnostic(
                "HC101",
                Span(0, 0, empty),
                Text(
                    f"the file has {len(data) / 1e6:.1f} MB; a policy file holds 2 MB at most",
                    f"文件有 {len(data) / 1e6:.1f} MB，政策文件不得超过 2 MB",
                ),
                Text("move parts into modules and name them with `use`", "请把部分内容移入模块，再用“引用”引入"),
            ),
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Source(data.decode("utf-8"), name), ()
    except UnicodeDecodeError as error:
        good = Source(data[: error.start].decode("utf-8", "replace"), name)
        bad = data[error.start]
    if _is_gbk(data):
        message = Text("the file is not UTF-8; this looks like GBK", "文件不是 UTF-8 编码，看起来是 GBK 编码")
    else:
        message = Text(
            f"the file is not UTF-8: the byte {bad:#04x} cannot stand here",
            f"文件不是 UTF-8 编码：此处的字节 {bad:#04x} 无效",
        )
    mend = Text("save the file as UTF-8 and try again", "请将文件另存为 UTF-8 编码后重试")
    return None, (Diagnostic("HC100", Span(len(good.text), len(good.text), good), message, mend),)


def _is_gbk(data: bytes) -> bool:
    """Reads as GB18030 and holds mostly Chinese characters outside ASCII."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = [c for c in text if ord(c) > 127]
    return bool(foreign) and sum("\u3000" <= c <= "\u9fff" or c >= "\uff00" for c in foreign) * 2 >= len(foreign)


def refused_characters(source: Source) -> list[Diagnostic]:
    """Characters refused anywhere, in quotes and comments too."""
    found: list[Diagnostic] = []
    for match in REFUSED.finditer(source.text):
        if match.group() == "\ufeff" and match.start() == 0:
            continue
        found.append(_refused(match.group(), Span(match.start(), match.end(), source)))
        if len(found) == _MOST:
            break
    return found


def _refused(character: str, span: Span) -> Diagnostic:
    point = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "control character")
    if character in BIDIRECTIONAL:
        why = ("it changes the direction of writing", "它会改变书写方向")
    elif character in ZERO_WIDTH:
        why = ("it cannot be seen", "它不可见")
    else:
        why = ("it is a control character", "它是控制字符")
    return Diagnostic(
        "HC102",
        span,
        Text(f"the character {point} ({name}) is not allowed: {why[0]}", f"不允许使用字符 {point}：{why[1]}"),
        Text("delete it", "请删除该字符"),
    )


def foreign_digit(character: str) -> bool:
    """A digit of another script, or a superscript or circled one."""
    return not character.isascii() and character.isnumeric() and unicodedata.category(character) in ("Nd", "No", "Nl")


def digit_fault(character: str, span: Span) -> Diagnostic:
    point = f"U+{ord(character):04X}"
    value = unicodedata.digit(character, None)
    mend = None if value is None else Text(f"write {value}", f"请写 {value}")
    return Diagnostic(
        "HC103",
        span,
        Text(f"`{character}` ({point}) is not one of the digits 0 to 9", f"“{character}”（{point}）不是 0 至 9 的数字"),
        mend,
    )


_LATIN = re.compile("[A-Za-z]")


def look_alikes(source: Source, words: list[tuple[str, int]], plain: set[str]) -> list[Diagnostic]:
    """Words that mix Latin letters with letters drawn like them, or are drawn like another word of the file.

    `words` are the words outside quotes and comments that are not ASCII, with their offsets; `plain` are all words.
    """
    found: list[Diagnostic] = []
    for word, start in words:
        if word.isascii():
            continue
        odd = next((i for i, c in enumerate(word) if ord(c) in LOOK_ALIKE), None)
        if odd is None:
            continue
        drawn = word.translate(LOOK_ALIKE)
        if not _LATIN.search(word) and drawn not in plain:
            continue
        point = f"U+{ord(word[odd]):04X} {unicodedata.name(word[odd], '')}"
        found.append(
            Diagnostic(
                "HC104",
                Span(start, start + len(word), source),
                Text(
                    f"`{word}` looks like `{drawn}` but is written with another letter: {point}",
                    f"“{word}”看起来像“{drawn}”，但含有另一种文字的字母 U+{ord(word[odd]):04X}",
                ),
                Text("type the name again", "请重新输入该名称"),
            )
        )
    return found[:_MOST]
