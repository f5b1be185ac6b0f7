"""Chinese that users read is punctuated as Chinese is: no half-width sign beside a Chinese character.

Looked at are the string constants of the four rooms, docstrings left out. What stands in braces of an f-string counts
as one letter: it may be a name, a number or another sentence.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("lang", "compiler", "simulator", "huice")
HAN = r"\u3400-\u9fff"
WRONG = re.compile(rf"[{HAN}”」）\ufffc][,;:][ ]?[{HAN}“「（\ufffc]|[{HAN}”」）][(]|[)][{HAN}“「]|[(][{HAN}]")
TWO_LANGUAGES = re.compile(r"[A-Za-z]{3}[^·]* · .*[\u3400-\u9fff]")  # `details · 详情: …`, read in either
PATTERN = re.compile(r"\\[dswbW]|[(][?]|[(][^()]*[|]|[|][(]")  # of a regular expression
ALLOWED = {
    # headings of other programs, read in every spelling
    "金额(元)",
    "发放金额(元)",
    # a piece of JSON
    "时段应写作 [起, 止] 或 [起, 止, 数值]",
}


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and text of each string constant that is no docstring; an f-string is one text."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            said = (part.value if isinstance(part, ast.Constant) else "\ufffc" for part in node.values)
            yield node.lineno, "".join(map(str, said))
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            skipped.add(id(node.format_spec))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def half_width(text: str) -> bool:
    """Whether a text that is Chinese has a sign of the Latin script where Chinese has one of its own."""
    chinese = len(re.findall(f"[{HAN}]", text)) >= max(1, len(re.findall("[A-Za-z]+", text)))
    return chinese and not TWO_LANGUAGES.search(text) and not PATTERN.search(text) and bool(WRONG.search(text))


def test_no_half_width_sign_stands_in_a_chinese_sentence() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, text in sentences(ast.parse(path.read_text("utf-8")))
        if text not in ALLOWED and half_width(text)
    ]
    assert not found, "\n".join(found)


def test_what_counts_as_half_width() -> None:
    for wrong in ("名额,或改为", "现有:\ufffc", "“甲”不同,均用", "取值过多(如年龄)", "写明(见下)。"):
        assert half_width(wrong)
    for right in (
        "名额，或改为",
        "自 入职日期 满 30天",
        "2021:3",
        "三（一）",
        '{"person": […]}',
        "an amount is in yuan (元)",
    ):
        assert not half_width(right)
