"""What people type into spreadsheets, and what it must become."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from huice.facts import cells
from huice.facts.cells import Wrong
from huice.facts.faults import masked
from lang.dates import month
from lang.model import Attribute, Kind, Member
from lang.types import NONE, UNKNOWN, Type

KINDS = {
    "county": Kind(
        name="county", members=(Member(name="mabian", label="马边县"), Member(name="ebian", label="峨边县"))
    ),
    "base_level": Kind(name="base_level", members=(Member(name="none", label="未入选"), Member(name="national"))),
    "base": Kind(name="base", members=(Member(name="nothing", label="无"), Member(name="some"))),
}


def attribute(base: str, name: str | None = None) -> Attribute:
    high = {"count": Fraction(1_000_000), "money": Fraction(100_000_000_000)}.get(base)
    low = Fraction(0) if high else None
    return Attribute(name="it", entity="person", type=Type(base, name), low=low, high=high)  # type: ignore[arg-type]


def read(cell: cells.Cell, base: str, name: str | None = None) -> object:
    return cells.read_cell(cell, attribute(base, name), KINDS)


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "—", "#N/A", "　", float("nan"), "不详"])
def test_a_blank_is_unknown_whatever_the_type(cell: cells.Cell) -> None:
    for base in ("yes/no", "count", "money", "date", "text"):
        assert read(cell, base) is UNKNOWN


def test_none_says_that_there_is_none_and_is_no_for_a_yes_no() -> None:
    assert read("无", "link", "enterprise") is NONE
    assert read("none", "date") is NONE
    assert read("无", "yes/no") is False


def test_a_member_called_none_is_a_member() -> None:
    for cell in ("none", "None", "未入选"):
        assert read(cell, "kind", "base_level") == "none"
    assert read("无", "kind", "base") == "nothing"
    assert read("无", "kind", "county") is NONE


def test_what_may_mean_a_member_called_none_or_that_there_is_none_is_neither() -> None:
    found = read("无", "kind", "base_level")
    assert isinstance(found, Wrong)
    assert "write “未入选”" in found.message.en and "请填“未入选”" in found.message.zh


@pytest.mark.parametrize(
    "cell",
    [
        "2021-05-01",
        "2021/5/1",
        "2021.5.1",
        "2021年5月1日",
        "２０２１－５－１",
        date(2021, 5, 1),
        datetime(2021, 5, 1),
        44317,
        "2021-05-01 00:00:00",
    ],
)
def test_dates_as_people_write_them(cell: cells.Cell) -> None:
    assert read(cell, "date") == date(2021, 5, 1)


@pytest.mark.parametrize("cell", ["2024-02-30", "24/1/2", "2021-13-01", "May 2021", 3, True, "２０２１年"])
def test_what_is_no_date_is_said_to_be_none(cell: cells.Cell) -> None:
    assert isinstance(read(cell, "date"), Wrong)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("3000", 300000),
        ("3,000.50", 300050),
        ("3000元", 300000),
        ("5万元", 5000000),
        ("１２３", 12300),
        (4200.1, 420010),
        (0.3, 30),
        (1234.56, 123456),
        (3000, 300000),
    ],
)
def test_money_is_exact(cell: cells.Cell, fen: int) -> None:
    assert read(cell, "money") == fen


@pytest.mark.parametrize("cell", ["0.001", "1e3", "NaN", "abc", "30,00", "-5", "99999999999999", True])
def test_what_is_no_amount(cell: cells.Cell) -> None:
    assert isinstance(read(cell, "money"), Wrong) or read(cell, "money") is UNKNOWN
    assert not isinstance(read(cell, "money"), (int, Fraction))


def test_yes_no_count_share_kind_month() -> None:
    assert [read(c, "yes/no") for c in ("是", "√", 1, "no", "×", False)] == [True, True, True, False, False, False]
    assert isinstance(read("也许", "yes/no"), Wrong)
    assert read(12.0, "count") == 12
    assert isinstance(read(12.5, "count"), Wrong)
    assert isinstance(read(2_000_000, "count"), Wrong)
    assert read("60%", "share") == Fraction(3, 5) == read(0.6, "share")
    assert read("马边县", "kind", "county") == "mabian" == read("mabian", "kind", "county")
    assert isinstance(read("马边", "kind", "county"), Wrong)
    assert cells.read_month("2021年5月") == month(2021, 5) == cells.read_month("2021/5")


def test_identity_numbers() -> None:
    first17 = "99999919800101123"
    good = first17 + cells.check_digit(first17)
    assert cells.read_identity(good) == good
    bad = first17 + ("0" if good[-1] != "0" else "1")
    assert isinstance(cells.read_identity(bad), Wrong)
    assert isinstance(cells.read_identity(int(first17 + "0")), Wrong)
    old = good[:6] + good[8:17]
    assert cells.read_identity(old) == good
    for wrong in (cells.read_identity(bad), cells.read_identity(float(first17))):
        assert isinstance(wrong, Wrong) and first17 not in wrong.message.en + wrong.message.zh


def test_long_numbers_are_masked_in_messages() -> None:
    assert masked("row of 999999198001011234 here") == "row of 999999********1234 here"
    assert masked("3000000") == "3000000"
