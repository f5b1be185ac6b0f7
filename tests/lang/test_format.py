"""The canonical form: it says the same, it is stable, and it goes to the other language and back."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from lang.formatting.format import format_file
from lang.formatting.layout import WIDTH, columns
from lang.formatting.names import Names, names_of
from lang.formatting.translate import translated
from lang.modules import FolderLoader, load_modules
from lang.parsing.parse import parse
from lang.source import Source
from lang.tree.declarations import File
from tests.lang.trees import Trees

ROOT = Path(__file__).parents[2]
STANDARD = ROOT / "stdlib_policies"
SHIPPED = sorted([*STANDARD.rglob("*.policy"), *(ROOT / "docs" / "examples").glob("*.policy")])
TEXTS = [*SHIPPED, *sorted((ROOT / "tests" / "lang").glob("pages/*.policy"))]
TEXTS += sorted((ROOT / "tests" / "lang").glob("formatted/*.policy"))


def read(text: str, name: str = "<text>") -> File:
    file, diagnostics = parse(Source(text, name))
    assert not diagnostics, (diagnostics[0].message.en, diagnostics[0].span.text)
    return file


def names(file: File, path: Path | None) -> Names:
    if path is None:
        return names_of([file])
    modules, _ = load_modules(file, Source("", str(path)), FolderLoader((path.parent, STANDARD)))
    return names_of((*modules, file))


def assert_same(text: str, file: File) -> File:
    again = read(text)
    assert again.declarations == file.declarations
    assert again.trailing == file.trailing
    return again


def assert_canonical(file: File, path: Path | None = None) -> None:
    """All that is promised of the form, for one tree."""
    for language in ("en", "zh"):
        text = format_file(file, language=language)
        again = assert_same(text, file)
        assert format_file(again, language=language) == text
    declared = names(file, path)
    assert_same(format_file(file, names=declared), file)
    english = format_file(file, language="en", names=declared)
    chinese = format_file(file, language="zh", names=declared)
    there = assert_same(chinese, translated(file, declared, "zh"))
    assert format_file(there, language="en", names=names(there, path)) == english


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_written_programs(path: Path) -> None:
    assert_canonical(read(path.read_text("utf-8"), str(path)), path)


@pytest.mark.parametrize("first", range(0, 400, 40))
def test_made_up_trees(first: int) -> None:
    for seed in range(first, first + 40):
        assert_canonical(Trees(seed).file())


def test_a_tree_that_once_failed() -> None:
    """A link that `many … via` follows, whose label is the name of a type."""
    assert_canonical(Trees(7723).file())


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 9000, 500))
def test_many_made_up_trees(first: int) -> None:
    for seed in range(first, first + 500):
        assert_canonical(Trees(seed).file())


# ---------------------------------------------------------------- comments and lines
def comments(text: str) -> list[str]:
    quoted = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|「[^」\n]*」")
    bare = [quoted.sub(lambda q: "x" * len(q.group()), line) for line in text.splitlines()]
    found = []
    for line, plain in zip(text.splitlines(), bare, strict=True):
        if "#" in plain and not plain.lstrip().startswith(">"):
            found.append(line[plain.index("#") + 1 :].strip())
        elif plain.lstrip().startswith(">"):
            found.append(line.strip())
    return sorted(found)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_comments_and_quotations_are_kept(path: Path) -> None:
    text = path.read_text("utf-8")
    file = read(text, str(path))
    for language in ("en", "zh"):
        assert comments(format_file(file, language=language, names=names(file, path))) == comments(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lines_are_no_wider_than_they_need(language: str) -> None:
    for path in SHIPPED:
        file = read(path.read_text("utf-8"), str(path))
        text = format_file(file, language=language, names=names(file, path))  # type: ignore[arg-type]
        for line in text.splitlines():
            code = re.sub(r"(^|  )#.*", "", line)
            assert columns(code) <= WIDTH or re.search(r"[\"「]", code), line
            assert line == line.rstrip()
        assert all(a or b for a, b in pairwise(text.splitlines()))


def test_one_blank_line_is_kept_and_one_stands_around_blocks() -> None:
    text = "use a\nuse b\n\n\n\nuse c\nkind k: x\nentity e\n  has a: date\n\n\n  has b: date\nfund f\n"
    assert format_file(read(text)) == (
        "use a\nuse b\n\nuse c\n\nkind k: x\n\nentity e\n  has a: date\n\n  has b: date\n\nfund f\n"
    )


# ---------------------------------------------------------------- brackets and spellings
CONDITIONS = [
    ("(a) and (b and c)", "a and (b and c)"),
    ("(a and b) or (c or d)", "a and b or (c or d)"),
    ("not (a) and not (b or c)", "not a and not (b or c)"),
    ("(n + 1) × 2 ≥ ((n × 2) + 1)", "(n + 1) × 2 ≥ n × 2 + 1"),
    ("n - (m - 1) ≥ (n - m) - 1", "n - (m - 1) ≥ n - m - 1"),
    ("total (a) ≥ (12 months)", "total a ≥ 12 months"),
    ("(total a in this year) ≥ 3 months", "total a in this year ≥ 3 months"),
    ("a ≥ 3 months with (b ≥ 3)", "a ≥ 3 months with b ≥ 3"),
    ("a ≥ 3 months with (b and c)", "a ≥ 3 months with (b and c)"),
    ("(a with b) ≥ 3 months", "(a and b) ≥ 3 months"),
    ("count of staff where (a) ≥ 3", "count of staff where a ≥ 3"),
    ("(if a then b else c) and d", "(if a then b else c) and d"),
    ("k in (x)", "k in x"),
    ("(in month 12) and a", "(in month 12 and a)"),
    ("holder's (a)", None),
]


@pytest.mark.parametrize(("written", "canonical"), CONDITIONS)
def test_brackets_are_those_that_binding_needs(written: str, canonical: str | None) -> None:
    head = "clause c\n  for person\n  "
    file, diagnostics = parse(Source(f"{head}{written} → 1 yuan once\n"))
    if canonical is None:
        assert diagnostics
        return
    assert format_file(file) == f"{head}{canonical} → 1 yuan once\n"


SPELLINGS = [
    ("clause c\n  for e\n  x >= 3 months -> 50000 yuan once", "条款 c\n  对象 e\n  x 满 3个月 → 一次性 5万元"),
    ("clause c\n  for e\n  x ≥ 3 → 215000 yuan once", "条款 c\n  对象 e\n  x 不少于 3 → 一次性 21.5万元"),
    ("define a for e = x ≥ 2021-01-01", "界定 a 适用 e = x 不早于 2021年1月1日"),
    ("define a for e = x ≤ 2021-01-01", "界定 a 适用 e = x 不晚于 2021年1月1日"),
    ("clause c\n  for e\n  x → 12345.50 yuan once", "条款 c\n  对象 e\n  x → 一次性 12345.50元"),
    ("clause c\n  for e\n  always → 1 yuan once per year", "条款 c\n  对象 e\n  一律 → 每年一次 1元"),
    ("clause c\n  for e\n  a within 3 years of b → 1 yuan once", "条款 c\n  对象 e\n  a 在 b 起 3年内 → 一次性 1元"),
    ("clause c\n  for e\n  (a or b) and not d → 1 yuan once", "条款 c\n  对象 e\n  （a 或 b）且 非 d → 一次性 1元"),
    ("entity e\n  has a: money 0 to 50000 yuan", "台账 e\n  栏目 a：金额 0 至 5万元"),
    ("entity e\n  has a: money 20000 yuan to 5万元", "台账 e\n  栏目 a：金额 2万元 至 5万元"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "chinese"), SPELLINGS)
def test_chinese_as_an_official_writes_it(english: str, chinese: str) -> None:
    assert format_file(read(english), language="zh") == chinese + "\n"


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("social_insurance", "social insurance"),
        ("social insurance", "social insurance"),
        ("phase_2", "phase_2"),
        ("filled_by", "filled_by"),
        ("identity number", "identity number"),
        ("fund_share", "fund_share"),
    ],
)
def test_the_words_of_a_name_stand_apart_where_they_can(name: str, canonical: str) -> None:
    assert format_file(read(f"entity e\n  has {name}: date\n")) == f"entity e\n  has {canonical}: date\n"


def test_a_member_in_a_case_is_spelt_like_other_names_and_a_key_as_it_was() -> None:
    text = (
        "kind county: hill_county\nentity person\n  has origin: county\n  has employer: person\n"
        'case "x"\n  person "a b"\n    origin = hill_county, employer = a b\n  person c_d\n    employer = c_d\n'
    )
    file = read(text)
    once = format_file(file, names=names_of([file]))
    assert "    origin = hill county, employer = a b\n  person c_d\n    employer = c_d\n" in once
    assert format_file(read(once), names=names_of([file])) == once


# ---------------------------------------------------------------- names in the other language
def zh(text: str) -> str:
    file = read(text)
    return format_file(file, language="zh", names=names_of([file]))


def test_labels_become_names() -> None:
    assert zh('entity person "人员"\n  has social insurance "社会保险": yes/no monthly\n') == (
        "台账 人员 「person」\n  栏目 社会保险 「social insurance」：是否 逐月\n"
    )


@pytest.mark.parametrize("label", ["累计", "people", "三（一）", "持证人的标准", "满3个月", "Ａ类"])
def test_a_label_that_can_be_no_name_stays_a_label(label: str) -> None:
    text = zh(f'entity e\n  has a "{label}": date\ndefine b for e = a is known\n')
    assert f"a 「{label}」" in text
    assert "= a 已填" in text


def test_a_name_whose_label_means_something_else_there_stays() -> None:
    """`level` is the attribute; its label is that of a definition, which would be read first."""
    text = 'entity e\n  has level "等级": count\ndefine grade "等级" for e = level ≥ 3\ndefine c for e = level ≥ 1\n'
    assert "界定 c 适用 e = level 不少于 1" in zh(text)


def test_members_are_named_by_the_kind_they_are_of() -> None:
    text = (
        'kind county "县区": other "其他县区"\nkind level "等级": other "其他等级"\n'
        "entity e\n  has c: county\n  has l: level\ndefine d for e = c is other and l is not other\n"
    )
    assert "c 为 其他县区 且 l 不为 其他等级" in zh(text)


def test_long_chains_of_definitions_are_looked_through_once() -> None:
    chain = "".join(f"define d{n} for e = if x then d{n - 1} else d{n - 1}\n" for n in range(1, 60))
    assert "定" in zh(f'entity e\n  has x "某": yes/no\ndefine d0 for e = 1\n{chain}')


def test_keys_in_cases_stay() -> None:
    text = (
        'entity person "人员"\n  has employer "单位": person\n'
        'case "x"\n  person a_b\n    employer = a_b\n  person 社会\n    employer = 社会\n'
    )
    assert "    单位 = a_b\n  人员 社会\n    单位 = 社会\n" in zh(text)


def test_none_among_choices_is_a_word_of_the_language() -> None:
    text = """policy p
  in force 2025-01-01 to 2025-12-31

kind side: north, south
kind level: high, none

entity person
  has home: side
  has level: level
  has wage: money

scenario baseline for p
  period 2025-01 to 2025-12
  population person
    arrive 10 in 2025-01
    home ~ north 50%, none 50%
    level ~ high 50%, none 50%
    wage ~ 3000 yuan 80%, none 20%
"""
    chinese = zh(text)
    assert "home ~ north 50%，无 50%" in chinese and "level ~ high 50%，none 50%" in chinese
    assert "wage ~ 3000元 80%，无 20%" in chinese
    file = read(chinese)
    assert format_file(file, language="en", names=names_of([file])) == text
