"""`simulate --payments`: what was paid in fact beside a forecast that was made without it."""

from __future__ import annotations

from pathlib import Path

from tests.huice.helpers import TOWN, run, write

LEDGER = """clause,entity,id,month,paid_on,amount,payee
stable_job,person,p1,2025-04,2025-04-20,9000.50,
stable_job,person,p2,2025-06,2025-06-20,6000,
stable_job,person,p2,2025-06,2025-06-25,-1000,
"""


def test_months_are_marked_and_the_forecast_is_the_same(tmp_path: Path) -> None:
    policy, ledger = write(tmp_path / "p.policy", TOWN), write(tmp_path / "paid.csv", LEDGER)
    plain = run("simulate", policy, "--draws", 16, "--json").data
    done = run("simulate", policy, "--draws", 16, "--payments", ledger, "--json", "--out", tmp_path / "out")
    assert done.status == 0, done.err
    data = done.data
    assert data["actual"] == {
        "months": {"2025-01": "0.00", "2025-02": "0.00", "2025-03": "0.00", "2025-04": "9000.50", "2025-05": "0.00",
                   "2025-06": "5000.00"},
        "paid": "14000.50",
        "outside": "0.00",
    }  # fmt: skip
    assert data["months"] == plain["months"]
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "paid in fact 9,001" in page or "实际支付 9,001" in page  # half a yuan is rounded up, as a spreadsheet does


def test_a_row_that_cannot_be_read_stops_it(tmp_path: Path) -> None:
    policy = write(tmp_path / "p.policy", TOWN)
    ledger = write(tmp_path / "paid.csv", LEDGER.replace("9000.50", "9000x"))
    done = run("simulate", policy, "--draws", 16, "--payments", ledger)
    assert done.status == 3 and "9000x" in done.err and not done.out
