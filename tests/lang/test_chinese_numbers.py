"""Numbers in Chinese characters, and how a program writes them."""

from __future__ import annotations

import pytest

from lang.text.chinese_numbers import in_digits, value


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("两千五百", 2500), ("三万", 30_000),
        ("十二万三千", 123_000), ("一亿", 10**8), ("二〇二一", 2021), ("万", None),
    ],
)  # fmt: skip
def test_values(numeral: str, number: int | None) -> None:
    assert value(numeral) == number


@pytest.mark.parametrize(
    ("word", "digits"),
    [
        ("满三个月", "满 3个月"), ("一次性三千元", "一次性 3000元"), ("百分之六十", "60%"), ("半年", "6个月"),
        ("一年半", "18个月"), ("五万元", "5万元"), ("三年内", "3年 内"),
        ("一致", None), ("百姓", None), ("三无", None), ("第一年", None), ("半天", None), ("元", None),
    ],
)  # fmt: skip
def test_words(word: str, digits: str | None) -> None:
    assert in_digits(word) == digits
