"""Policies as text, through the whole compiler and the interpreter."""

from compiler import ir
from compiler.evaluate import evaluate
from compiler.facts import Facts
from compiler.interpret import interpret
from lang.types import MONEY
from tests.compiler.by_hand import m, months, rows, yes
from tests.compiler.test_explain import load_policy

ELSEWHERE = """policy local "x"
  in force 2021-01-01 to 2022-12-31
entity person "人员"
  has received elsewhere "他处已领": money monthly default 0 yuan
  has employed "就业": yes/no monthly
clause own "本级"
  for person
  employed ≥ 6 months → 3000 yuan once
exclusive local_support among own, received elsewhere per person take highest
"""


def test_what_others_paid_month_by_month_is_added_up() -> None:
    _, program = load_policy(ELSEWHERE)
    paid = program.groups["local_support"].members[1].paid
    assert paid is not None
    assert program.streams[paid].type == MONEY and isinstance(program.streams[paid].op, ir.Total)
    employed = yes(("2021-07", None))  # six months in December
    facts = rows(
        once={"employed": employed, "received_elsewhere": months({"2021-10": 200_000})},
        twice={"employed": employed, "received_elsewhere": months({"2021-10": 200_000, "2021-11": 50_000})},
        enough={"employed": employed, "received_elsewhere": months({"2021-10": 200_000, "2021-11": 100_000})},
        never={"employed": employed},
        later={"employed": employed, "received_elsewhere": months({"2022-01": 900_000})},
    )
    ledger = interpret(program, Facts(facts))
    assert {(p.key, p.amount, p.month) for p in ledger.payments} == {
        ("once", 100_000, m("2021-12")),
        ("twice", 50_000, m("2021-12")),
        ("never", 300_000, m("2021-12")),
        ("later", 300_000, m("2021-12")),
    }
    assert ledger.complete


def test_what_others_pay_in_the_same_month_or_later_counts_as_paid_too() -> None:
    text = ELSEWHERE.replace("→ 3000 yuan once", "→ 1000 yuan per month")
    _, program = load_policy(text)
    employed = yes(("2021-07", "2022-03"))  # 1000 a month from December to March
    facts = rows(
        same={"employed": employed, "received_elsewhere": months({"2021-12": 50_050})},
        after={"employed": employed, "received_elsewhere": months({"2022-01": 150_000})},
    )
    ledger = interpret(program, Facts(facts))
    assert ledger == evaluate(program, Facts(facts))
    paid = {key: [(p.month, p.amount) for p in ledger.payments if p.key == key] for key in ("same", "after")}
    # December: 1000 − 500.50; then the own sum grows by 1000 a month
    months_of_same = [m("2021-12"), m("2022-01"), m("2022-02"), m("2022-03")]
    assert paid["same"] == list(zip(months_of_same, [49_950, 100_000, 100_000, 100_000], strict=True))
    # December 1000 is ours; January to March: own sums 2000, 3000, 4000 against 2500 had, then 2500, then 3000
    assert paid["after"] == [(m("2021-12"), 100_000), (m("2022-02"), 50_000), (m("2022-03"), 100_000)]


def test_a_total_of_one_calendar_year_or_month() -> None:
    _, program = load_policy("""policy fixed "x"
  in force 2021-01-01 to 2023-12-31
entity person "人员"
  has employed "就业": yes/no monthly
  has wage "工资": money monthly
clause months_of_2021 "一"
  for person
  total employed in 2021 ≥ 3 months → 1 yuan once
clause of_march "二"
  for person
  total employed in 2021-03 ≥ 1 month → 1 yuan once
clause wages "三"
  for person
  total wage in 2021 ≥ 300 yuan → 1 yuan once
""")
    wage = months({f"2021-{i:02}": 10_000 for i in range(1, 5)} | {"2020-12": 90_000, "2022-01": 90_000})
    facts = rows(
        around={"employed": yes(("2020-10", "2021-01"), ("2021-11", "2022-02")), "wage": wage},
        march={"employed": yes(("2021-03", "2021-03")), "wage": months({"2021-02": 50_000})},
    )
    ledger = interpret(program, Facts(facts))
    assert ledger == evaluate(program, Facts(facts))
    assert [(p.clause, p.key, p.month) for p in ledger.payments] == [
        ("of_march", "march", m("2021-03")),
        ("wages", "around", m("2021-03")),
        ("months_of_2021", "around", m("2021-12")),
    ]
    assert [(u.clause, u.key, u.missing) for u in ledger.undetermined] == [("wages", "march", ("wage",))]
