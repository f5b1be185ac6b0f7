"""What scanning, converting and web pages leave in the text of a document, taken out again.

Comes in: text as it was saved. Goes out: the same lines without page numbers, without pinyin in brackets behind
characters, without marks of headings; `joined` puts together what a page break tore apart, and takes out the spaces
that were set inside words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

HAN = r"\u3400-\u9fff\uf900-\ufaff"
_INITIAL = "zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]"
_FINAL = "i?ang|i?ong|uang|u?ai|i?ao|u?an|ian|[uv]e|i[ae]|in(?:g)?|e(?:n|ng|i|r)?|u[aoin]?|i[u]?|ou?|a(?:n|ng|i|o)?|v"
_SYLLABLE = re.compile(rf"(?:{_INITIAL})?(?:{_FINAL})")
_BRACKETED = re.compile(rf"(?<=[{HAN}])[(（]([^()（）\s]{{1,7}})[)）]")
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–－_·]+\s*[0-9０-９]{1,3}\s*[-—–－_·]+|第\s*[0-9]{1,3}\s*[页頁](?:[\s,，/]*共\s*[0-9]{1,3}\s*[页頁])?)\s*"
)
_HEADING_SIGNS = re.compile(r"^\s*(?:#{1,6}|[*>•·])+\s*|\*\*")
_FINISHED = re.compile(r"[。；：！？…”’）】》.;:!?)\]]\s*$")
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}，。；：、（）《》“”])[ \t\u00a0\u3000]+(?=[{HAN}，。；：、（）《》“”])")
_TORN_MARK = re.compile(r"[(（]?\s*[一二三四五六七八九十0-9]{1,3}")  # its bracket or point stands on the next line
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")


def is_pinyin(text: str) -> bool:
    """One syllable in small letters, with or without its tone."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace("ɡ", "g")
    return plain.isascii() and plain.islower() and _SYLLABLE.fullmatch(plain) is not None


def without_pinyin(text: str) -> str:
    """`國(guó)家` is `國家`; other brackets stay."""
    return _BRACKETED.sub(lambda found: "" if is_pinyin(found[1]) else found[0], text)


def lines_of(text: str) -> list[str]:
    """The lines, numbered as written (what is taken out leaves an empty line)."""
    plain = text.replace("\f", "\n").replace("\v", "\n").replace("\u200b", "").replace("\ufeff", "")
    lines = [
        "" if _PAGE_NUMBER.fullmatch(line) else _HEADING_SIGNS.sub("", without_pinyin(line)).strip(" \t\u00a0\u3000")
        for line in plain.split("\n")
    ]
    for number in range(1, len(lines)):
        if _TORN_MARK.fullmatch(lines[number - 1]) and lines[number][:1] in tuple(")）、．."):
            lines[number - 1 : number + 1] = [lines[number - 1] + lines[number], ""]
    return lines


def is_finished(line: str) -> bool:
    """Whether a line ends as a sentence or a part of one ends."""
    return _FINISHED.search(line) is not None


def joined(lines: Sequence[str]) -> str:
    """Paragraphs, one a line: a line that breaks off goes on in the next that has text."""
    paragraphs: list[str] = []
    for line in filter(None, lines):
        if paragraphs and not is_finished(paragraphs[-1]):
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
    return "\n".join(_SPACES.sub(" ", _BETWEEN_HAN.sub("", paragraph)) for paragraph in paragraphs)


def as_lines(lines: Sequence[str]) -> str:
    """What stands before the first item and behind the last, line by line."""
    return "\n".join(_SPACES.sub(" ", line) for line in lines if line)
