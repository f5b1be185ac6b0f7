"""What is masked, what is not, and pseudonyms that stay the same under one key."""

from pathlib import Path

import pytest

from compiler.facts import Facts, Row
from compiler.ledger import Ledger, Payment, Refused, Undetermined
from huice.facts.cells import check_digit
from huice.privacy.disguise import disguise_of, ids_of, masked_names
from huice.privacy.masking import masked, masked_data, uncovered
from huice.privacy.pseudonyms import NoKey, Pseudonyms, read_key
from lang.dates import month

FIRST = "99999919800101001"
NUMBER = FIRST + check_digit(FIRST)
OLD = NUMBER[:6] + NUMBER[8:17]


@pytest.mark.parametrize(
    "text",
    [
        NUMBER, f"p{NUMBER}", f"身份证{NUMBER}号", f"{NUMBER}.csv", f"a {OLD} b", NUMBER[:17] + "x", NUMBER[:-1],
        f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", f"{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in NUMBER), "6222021234567890123", f"person/{NUMBER}.wage", f"X{NUMBER}Y",
    ],
)  # fmt: skip
def test_numbers_are_masked_wherever_they_stand(text: str) -> None:
    assert "19800101" not in masked(text) and "８００１０１" not in masked(text) and "*" * 8 in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "3000000.00", "2021-05", "0.330602198001010010", "绍市人社发〔2021〕51号", "9d7604cd46853a37a1f3c35f210c94bdf",
        "12345678901234",
    ],
)  # fmt: skip
def test_other_figures_stay(text: str) -> None:
    assert masked(text) == text


def test_data_keeps_its_numbers_and_loses_its_names() -> None:
    data = {"seed": 123456789012345678, NUMBER: [NUMBER, 1.5, None, True, {"id": f"a{NUMBER}"}]}
    made = masked_data(data)
    assert (
        made["seed"] == 123456789012345678 and NUMBER not in str(made) and made["999999********0010"[:14] + NUMBER[-4:]]
    )
    with uncovered():
        assert masked_data(data) == data
    assert masked(NUMBER) != NUMBER


def ledger(key: str, other: str) -> Ledger:
    payment = Payment(
        clause="grant", entity="person", key=key, month=month(2025, 1), due=month(2025, 1), amount=100,
        payee=f"agency/{other}", funds={}, cites=(),
    )  # fmt: skip
    return Ledger(
        policy="p",
        payments=(payment,),
        undetermined=(
            Undetermined(clause="grant", entity="person", key=key, missing=(f"agency/{other}.level", "wage")),
            Undetermined(clause="grant", entity="person", key=None, missing=("rate",), count=1, waiting=(key,)),
        ),
        refused=(Refused(clause="grant", entity="person", key=key, month=month(2025, 1), reason="limit"),),
    )


class TestDisguises:
    def test_two_that_look_alike_are_told_apart_whatever_the_order(self) -> None:
        twin = NUMBER[:8] + "81" + NUMBER[10:]
        for ids in ([NUMBER, twin, "p1"], ["p1", twin, NUMBER]):
            names = masked_names({"person": ids})
            assert names.name("person", NUMBER) == f"999999********{NUMBER[-4:]}"
            assert names.name("person", twin) == f"999999********{NUMBER[-4:]}#2"
            assert names.name("person", "p1") == "p1"

    def test_every_place_of_a_ledger(self) -> None:
        facts = Facts({"person": [Row(NUMBER, {})], "agency": [Row(OLD, {})]})
        made = disguise_of(ids_of(facts)).ledger(ledger(NUMBER, OLD))
        assert NUMBER not in str(made) and OLD not in str(made) and made.payments[0].amount == 100
        with uncovered():
            assert disguise_of(ids_of(facts)).ledger(ledger(NUMBER, OLD)) == ledger(NUMBER, OLD)

    def test_pseudonyms_stand_in_every_place_alike(self) -> None:
        key = Pseudonyms(b"k" * 32)
        made = disguise_of({}, key).ledger(ledger("p1", "a1"))
        assert made.payments[0].key == key.of("p1") == made.refused[0].key == made.undetermined[1].waiting[0]
        assert made.payments[0].payee == f"agency/{key.of('a1')}"
        assert made.undetermined[0].missing == (f"agency/{key.of('a1')}.level", "wage")


class TestPseudonyms:
    def test_one_key_one_name(self, tmp_path: Path) -> None:
        (tmp_path / "a.key").write_text("0123456789abcdef0123456789abcdef\n")
        (tmp_path / "b.key").write_bytes(b"another key that is long enough")
        a, again, b = (
            read_key(str(tmp_path / "a.key")),
            read_key(str(tmp_path / "a.key")),
            read_key(str(tmp_path / "b.key")),
        )
        assert a.of("p1") == again.of("p1") != b.of("p1") and a.fingerprint != b.fingerprint
        assert a.of("p1") != a.of("p2") and a.of(OLD) == a.of(NUMBER) and len(a.of("p1")) == 18
        assert "0123" not in repr(a)

    def test_a_key_that_anybody_could_try_out(self, tmp_path: Path) -> None:
        (tmp_path / "short").write_text("secret\n")
        for path in (tmp_path / "short", tmp_path / "none", tmp_path):
            with pytest.raises(NoKey):
                read_key(str(path))
