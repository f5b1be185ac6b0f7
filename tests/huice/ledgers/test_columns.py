"""A ledger of columns is the ledger of records, byte for byte: every format, the JSON, the terminal, the manifest."""

import csv
import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from compiler import evaluate_columns
from compiler.fact_columns import FactColumns, Table
from huice.facts.identities import check_digit
from huice.ledgers import book, cell_texts
from huice.ledgers.rows import FORMATS, SEPARATOR, sums_of
from huice.privacy.disguise import disguise_of
from huice.privacy.key_columns import disguised_keys
from huice.privacy.masking import uncovered
from huice.privacy.pseudonyms import Pseudonyms
from tests.huice.helpers import Run, run
from tests.huice.helpers import write as put

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "stdlib_policies" / "shaoxing_2021_51" / "example"
TOWN = """policy town
  issued 2021-01-01
  in force 2021-07-01 to 2022-12-31
  applies from 2021-01-01
  paid from aid 60%, treasury 40%

kind county "县区": mabian "马边县", ebian "峨边县", other "其他"

entity person "人员"
  has origin "来源地": county
  has employed "就业": yes/no monthly
  has wage "工资": money 0 to 100000 yuan monthly
  has employer "用人单位": enterprise
  has identity "身份证号": identity
entity enterprise "企业"
  has county "所在县": county
  has staff: many person via employer

fund aid "帮扶资金"
fund treasury "财政资金"

clause steady "稳岗，“首月”" cites "一（一）", "一（二）"
  for person where origin in (mabian, ebian)
  employed ≥ 3 months → 1000 yuan once
  paid from aid

clause living
  for person where origin = mabian
  employed → 33.33 yuan per month for at most 4 months

clause share "岗位补贴" cites "二"
  for person
  employed ≥ 2 months → 7% × wage once per year to employer

clause award "奖补" cites "三"
  for enterprise
  share of staff where (employed) ≥ 50% → 500 yuan once per year
  paid from treasury then aid
limit award to 9 per county per year
exclusive one among steady, living per person take first
"""
KEY = "0123456789abcdef"


def identity(number: int) -> str:
    """Many of them look alike when masked."""
    first = f"99999919{60 + number // 2000:02d}0{number % 9 + 1}{number // 9 % 28 + 1:02d}{number % 3:03d}"
    return first + check_digit(first)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """3,000 people: unknown cells, employers without a row and none, ids that are masked or begin like formulas, and
    cells that cannot be read."""
    folder = tmp_path_factory.mktemp("town")
    chance = random.Random(5)
    roster = folder / "roster"
    roster.mkdir()
    people: list[Sequence[object]] = []
    spells: list[Sequence[object]] = []
    wages: list[Sequence[object]] = []
    seen: set[str] = set()
    for number in range(3_000):
        key = identity(number) if number % 2 else chance.choice(["p", "=p", '"p,', "人"]) + str(number)
        if key in seen:
            continue
        seen.add(key)
        employer = chance.choice([f"e{chance.randrange(40)}"] * 98 + ["", "nowhere"]) if number % 9 else "无"
        origin = chance.choice(
            ["马边县", "峨边县", "其他", "其他", "火星"] if chance.random() < 0.05 else ["马边县", "其他"]
        )
        people.append((key, "" if chance.random() < 0.02 else origin, employer))
        first = chance.randrange(1, 10)
        if chance.random() < 0.9:
            end = f"2022-{chance.randrange(1, 13):02d}" if chance.random() < 0.5 else f"2021-{first + 2:02d}"
            spells.append((key, f"2021-{first:02d}", end))
        if chance.random() < 0.98:
            wages.append((key, "2020-01", "", chance.randrange(300_000, 900_000) / 100))
    firms = [(identity(10_000 + n) if n % 5 == 0 else f"e{n}", "马边县" if n % 2 else "峨边县") for n in range(40)]
    tables: dict[str, list[Sequence[object]]] = {
        "person": [("id", "来源地", "用人单位"), *people],
        "person.employed": [("id", "from", "to"), *spells],
        "person.wage": [("id", "from", "to", "value"), *wages],
        "enterprise": [("id", "county"), *firms],
    }
    for name, rows in tables.items():
        with (roster / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return put(folder / "town.policy", TOWN), roster


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Chooses the way that is taken; parts are short, so that there are several."""

    def choose(columns: bool) -> None:
        monkeypatch.setattr(evaluate_columns, "FEW", 1 if columns else 10**9)
        monkeypatch.setattr(book, "SLICE", 700)

    return choose


@pytest.fixture
def town_once(town: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The town, evaluated once either way: how its ledger is written is what these tests are about."""
    evaluate = evaluate_columns.evaluate_columns

    def kept(program: Any, compiled: Any, facts: FactColumns, **options: Any) -> Any:
        way = evaluate_columns.FEW == 1
        if way not in ONCE:
            ONCE[way] = facts.tables["person"].keys, evaluate(program, compiled, facts, **options)
        assert ONCE[way][0] == facts.tables["person"].keys
        return ONCE[way][1]

    monkeypatch.setattr(evaluate_columns, "evaluate_columns", kept)
    return town


ONCE: dict[bool, tuple[Any, Any]] = {}


def both(many: Callable[[bool], None], call: Callable[[], Run]) -> tuple[Run, Run]:
    many(False)
    small = call()
    many(True)
    return small, call()


def content(place: Path, form: str) -> object:
    if form != "duckdb":
        return place.read_bytes()
    with duckdb.connect(str(place), read_only=True) as database:
        tables = ("payments", "undetermined", "refused")
        return [(database.execute(f"describe {t}").fetchall(), database.table(t).fetchall()) for t in tables]


def told(text: str, folder: Path) -> str:
    return text.replace(str(folder), "")


OPTIONS: tuple[list[str], ...] = ([], ["--unmasked"], ["--pseudonyms", "KEY"])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("options", OPTIONS, ids=["masked", "unmasked", "pseudonyms"])
def test_every_file_is_the_same(
    town_once: tuple[Path, Path], many: Callable[[bool], None], tmp_path: Path, form: str, options: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    policy, roster = town_once
    key = put(tmp_path / "key", KEY)
    given = [key if option == "KEY" else option for option in options]
    folders = [tmp_path / name for name in ("small", "columns")]
    taken = iter(folders)

    def call() -> Run:
        return run("eval", policy, "--facts", roster, "--out", next(taken) / f"l.{form}", "--lang", "zh", *given)

    small, columns = both(many, call)
    if form == "parquet":  # parts are groups of rows there: the same bytes only of one part
        monkeypatch.setattr(book, "SLICE", 1 << 17)
        assert pq.read_table(folders[0] / "l.parquet").equals(pq.read_table(folders[1] / "l.parquet"))
        taken = iter(folders[1:])
        call()
    assert small.status == columns.status == 3 and small.out == columns.out
    assert told(small.err, folders[0]) == told(columns.err, folders[1]) and "火星" in small.err
    assert content(folders[0] / f"l.{form}", form) == content(folders[1] / f"l.{form}", form)
    manifests = [json.loads((folder / f"l.{form}.manifest.json").read_text("utf-8")) for folder in folders]
    for manifest in manifests if form == "duckdb" else ():  # its pages are in no fixed order
        manifest["ledger"]["sha256"] = manifest["sha256"] = ""
    assert manifests[0] == manifests[1]
    assert manifests[0]["counts"]["payments"] > 3_000 and manifests[0]["counts"]["refused"] > 100
    assert manifests[0]["counts"]["undetermined"] > 50
    assert run("verify", folders[1] / f"l.{form}", *options[:1] * (options == ["--unmasked"])).status == 0


@pytest.mark.parametrize("options", OPTIONS, ids=["masked", "unmasked", "pseudonyms"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_json_and_the_terminal(
    town_once: tuple[Path, Path], many: Callable[[bool], None], tmp_path: Path, options: list[str], ascii_only: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    policy, roster = town_once
    put(tmp_path / "key", KEY)
    given = [tmp_path / "key" if option == "KEY" else option for option in options]
    if ascii_only:
        for module in ("common", "eval_command"):
            monkeypatch.setattr(f"huice.cli.{module}.only_ascii", lambda: True)
    small, columns = both(many, lambda: run("eval", policy, "--facts", roster, "--json", *given))
    assert small == columns and (not ascii_only or columns.out.isascii())
    payees = {payment["payee"] for payment in columns.data["payments"]}
    assert None in payees and any(payee and payee.endswith("/nowhere") for payee in payees) == (len(given) < 2)
    small, columns = both(many, lambda: run("eval", policy, "--facts", roster, *given))
    assert small == columns


def test_shaoxing(many: Callable[[bool], None], tmp_path: Path) -> None:
    facts = next(place for place in sorted(EXAMPLE.iterdir()) if place.suffix != ".json")
    small, columns = both(many, lambda: run("eval", "std:shaoxing_2021_51", "--facts", facts, "--json"))
    assert small == columns and len(small.data["payments"]) > 100
    for form in ("csv", "json"):
        places = iter([tmp_path / f"small.{form}", tmp_path / f"columns.{form}"])
        both(many, lambda places=places: run("eval", "std:shaoxing_2021_51", "--facts", facts, "--out", next(places)))  # type: ignore[misc]
        assert (tmp_path / f"small.{form}").read_bytes() == (tmp_path / f"columns.{form}").read_bytes()


@pytest.mark.parametrize("pieces", [1, 0])
def test_few_payments_and_none(
    many: Callable[[bool], None], town: tuple[Path, Path], tmp_path: Path, pieces: int
) -> None:
    """The terminal lists few payments; of none there is a list in JSON that is empty."""
    policy, _ = town
    roster = tmp_path / "roster"
    roster.mkdir()
    people = [f"p{n},{'马边县' if n < pieces else '其他'}" for n in range(3)]
    put(roster / "person.csv", "\n".join(["id,来源地", *people, ""]))
    put(roster / "person.employed.csv", "id,from,to\np0,2021-01,2021-03\np1,2021-01,2021-01\np2,2021-01,2021-01\n")
    put(roster / "enterprise.csv", "id,county\ne1,马边县\n")
    for options in ([], ["--json"]):
        small, columns = both(many, lambda o=options: run("eval", policy, "--facts", roster, *o))  # type: ignore[misc]
        assert small == columns
    assert len(columns.data["payments"]) in ((1, 2, 3) if pieces else (0,))
    for form in FORMATS:
        places = [tmp_path / f"small.{form}", tmp_path / f"columns.{form}"]
        names = iter(places)
        both(many, lambda names=names: run("eval", policy, "--facts", roster, "--out", next(names)))  # type: ignore[misc]
        assert content(places[0], form) == content(places[1], form)


# ---------------------------------------------------------------- names
def test_names_of_columns_are_the_names_of_records() -> None:
    keys = sorted(
        {identity(n) for n in range(900)} | {f"p{n}" for n in range(50)} | {f"x {identity(n)}" for n in range(9)}
    )
    columns = FactColumns({"person": Table(tuple(keys), {})})
    for pseudonyms, plain in ((None, False), (None, True), (Pseudonyms(b"0" * 32), False)):
        with uncovered(plain):
            disguise, names = disguised_keys(columns, pseudonyms)
            expected = disguise_of({"person": keys}, pseudonyms)
            asked = [*keys, "nobody", identity(5_000), ""]
            assert names["person"].to_pylist() == [expected.name("person", key) for key in keys]
            assert [disguise.name("person", key) for key in asked] == [expected.name("person", key) for key in asked]
    assert any(name.endswith("#2") for name in disguised_keys(columns)[1]["person"].to_pylist())


# ---------------------------------------------------------------- cells and digests
@pytest.mark.parametrize(
    "text",
    ["", "a", "a,b", 'a"b', "a\nb", "a\rb", " a ", "=1", "-1", "'", "一，二", "a\tb", "\x01", "\x7f", "a\\b", "😀"],
)
def test_cells_are_dressed_as_the_libraries_do(text: str) -> None:
    def dressed(dressing: cell_texts.Dressing) -> str:
        return str(dressing.array(cell_texts.large([text, "plain"])).to_pylist()[0])

    assert f'"{dressed(cell_texts.ESCAPED)}"' == json.dumps(text, ensure_ascii=False)
    assert f'"{dressed(cell_texts.ESCAPED_IN_ASCII)}"' == json.dumps(text)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(("x", text))
    assert f"x,{dressed(cell_texts.QUOTED)}\r\n" == out.getvalue()
    assert dressed(cell_texts.NO_FORMULA) == ("'" + text if text[:1] in ("=", "-") else text)


def test_the_digest_knows_every_row_and_no_order() -> None:
    rows = [("a", *[str(n)] * 10) for n in range(20)]
    digest = sums_of(rows)["a"].digest
    assert digest == sums_of(rows[::-1])["a"].digest
    assert digest not in {
        sums_of(changed)["a"].digest for changed in (rows[1:], [*rows, rows[0]], [*rows[1:], rows[1]])
    }
    shifted = [tuple(SEPARATOR.join(rows[0]).replace("0", "00", 1).split(SEPARATOR)), *rows[1:]]
    assert digest != sums_of(shifted)["a"].digest
