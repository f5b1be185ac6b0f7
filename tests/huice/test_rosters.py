"""What is wrong with a roster: each fault names its place, ends with status 3, and leaves the rest evaluated."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from huice.facts.cells import check_digit
from tests.huice.helpers import GRANT, IDENTITY, PEOPLE, Run, run, write

FIRST17 = "99999919800101123"
NUMBER = FIRST17 + check_digit(FIRST17)
BAD = FIRST17 + ("0" if NUMBER[-1] != "0" else "1")
AN = "an,hill,2025-02-03,12,2025-01,,2025-01,"
HEADER = "id,origin,hired_on,courses,employed from,employed to,social insurance from,social insurance to"


@pytest.fixture
def grant(tmp_path: Path) -> Path:
    return write(tmp_path / "grant.policy", GRANT)


def people(folder: Path, *lines: str, header: str = HEADER, name: str = "person.csv") -> Path:
    """A roster in CSV: the header, the lines given, and `an`, who earns 3000 + 200 whatever befalls the others."""
    place = folder / "roster"
    place.mkdir(exist_ok=True)
    write(place / name, "\n".join([header, *lines, AN]) + "\n")
    return place


def evaluated(grant: Path, roster: Path, lang: str = "en") -> tuple[Run, Any, list[Any]]:
    done = run("eval", grant, "--facts", roster, "--json", "--lang", lang)
    assert not IDENTITY.search(done.out + done.err)
    return done, done.data, [fault for fault in done.data["faults"] if fault["severity"] == "error"]


def paid(data: Any, key: str) -> list[str]:
    return [f"{p['clause']} {p['amount']}" for p in data["payments"] if p["id"] == key]


AN_GETS = ["course_grant 200.00", "stable_job 3000.00"]


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("bo,hill,2024-02-30,12,2025-01,,2025-01,", "hired_on", "no day 2024-02-30"),
        ("bo,hill,24/1/2,12,2025-01,,2025-01,", "hired_on", "“24/1/2” is not a date"),
        ("bo,hill,٢٠٢٥-٠١-٠١,12,2025-01,,2025-01,", "hired_on", "is not a date"),
        ("bo,hills,2025-01-01,12,2025-01,,2025-01,", "origin", "“hills” is not a county; known are hill, river, other"),
        ("bo,hill,2025-01-01,41,2025-01,,2025-01,", "courses", "41 is outside the range 0 to 40"),
        ("bo,hill,2025-01-01,-1,2025-01,,2025-01,", "courses", "-1 is outside the range 0 to 40"),
        ("bo,hill,2025-01-01,1.5,2025-01,,2025-01,", "courses", "“1.5” is not a whole number"),
        ("bo,hill,2025-01-01," + "9" * 5000 + ",2025-01,,2025-01,", "courses", "is not a whole number"),
        ("bo,hill,2025-01-01,12,2025-06,2025-03,2025-01,", "employed to", "the spell ends before it begins"),
        ("bo,hill,2025-01-01,12,,2025-03,2025-01,", "employed from", "an end but no beginning"),
        ("bo,hill,2025-01-01,12,2025-13,,2025-01,", "employed from", "there is no month 2025-13"),
    ],
)
def test_a_cell_that_cannot_be_read(grant: Path, tmp_path: Path, line: str, column: str, says: str) -> None:
    done, data, faults = evaluated(grant, people(tmp_path, line))
    assert done.status == 3
    (fault,) = faults
    assert (fault["row"], fault["column"]) == (2, column)
    assert fault["file"].endswith("person.csv") and says in fault["message"]
    assert len(fault["message"]) < 200
    assert paid(data, "an") == AN_GETS
    waiting = {name for u in data["undetermined"] if u.get("id") == "bo" for name in u["missing"]}
    assert waiting == {column.split()[0]}, "what cannot be read is unknown, and nothing else is"


def test_the_message_stands_on_the_terminal_too_in_both_languages(grant: Path, tmp_path: Path) -> None:
    roster = people(tmp_path, "bo,hill,2024-02-30,12,2025-01,,2025-01,")
    english = run("eval", grant, "--facts", roster)
    assert english.status == 3 and "person.csv row 2 column hired_on: there is no day 2024-02-30" in english.err
    assert "3,000.00  person/an" in english.out
    chinese = run("eval", grant, "--facts", roster, "--lang", "zh")
    assert "person.csv 第 2 行 “hired_on”列：没有 2024-02-30 这一天" in chinese.err


def test_a_misspelt_column_is_an_error_that_offers_the_name(grant: Path, tmp_path: Path) -> None:
    done, data, faults = evaluated(grant, people(tmp_path, header=HEADER.replace("origin", "orgin")))
    assert done.status == 3
    assert [(f["column"], f["message"]) for f in faults] == [("orgin", "no attribute “orgin”; did you mean “origin”?")]
    assert paid(data, "an") == ["course_grant 200.00"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_strict_stops_and_says_everything(grant: Path, tmp_path: Path, lang: str) -> None:
    lines = ["bo,hill,2024-02-30,12,2025-01,,2025-01,", "cy,hills,2025-01-01,12,2025-01,,2025-01,"]
    roster = people(tmp_path, *lines)
    done = run("eval", grant, "--facts", roster, "--strict", "--lang", lang)
    assert done.status == 3 and not done.out and "--strict" in done.err
    assert "2024-02-30" in done.err and "hills" in done.err
    data = run("eval", grant, "--facts", roster, "--strict", "--json").data
    assert sorted(data) == ["faults", "version"] and [fault["row"] for fault in data["faults"]] == [3, 2]
    assert run("eval", grant, "--facts", people(tmp_path), "--strict").status == 0


def test_columns_that_nobody_knows_are_listed_once_and_lose_nothing(grant: Path, tmp_path: Path) -> None:
    roster = people(tmp_path, header=HEADER + ",birth date,remarks")
    done, data, faults = evaluated(grant, roster)
    assert done.status == 0 and not faults and paid(data, "an") == AN_GETS
    notes = [f["message"] for f in data["faults"]]
    assert notes.count("ignored, not declared: birth date, remarks") == 1


def test_a_missing_column_is_named_and_unknown(grant: Path, tmp_path: Path) -> None:
    place = tmp_path / "roster"
    place.mkdir()
    write(place / "person.csv", "id,origin\nan,hill\n")
    done, data, _ = evaluated(grant, place)
    assert done.status == 0 and not data["complete"] and not data["payments"]
    assert any(f["message"].startswith("no column for: hired on, courses, employed") for f in data["faults"])


def test_a_column_twice_is_not_used(grant: Path, tmp_path: Path) -> None:
    for second in ("origin", "来源地", " ORIGIN "):
        roster = people(tmp_path, header=f"{HEADER},{second}")
        done, data, faults = evaluated(grant, roster)
        assert done.status == 3 and "are one column twice" in faults[0]["message"]
        assert paid(data, "an") == ["course_grant 200.00"]


def test_spaces_around_a_column_name_are_said_and_harmless(grant: Path, tmp_path: Path) -> None:
    done, data, faults = evaluated(grant, people(tmp_path, header=HEADER.replace("origin", " origin　")))
    assert done.status == 0 and not faults and paid(data, "an") == AN_GETS
    assert any("“ origin　”" in f["message"] for f in data["faults"])


def test_a_comma_without_quotes_shifts_nothing(grant: Path, tmp_path: Path) -> None:
    done, data, faults = evaluated(grant, people(tmp_path, "bo,hill,2025-01-01,1,2,2025-01,,2025-01,,2025-12"))
    assert done.status == 3 and "more cells than there are columns" in faults[0]["message"]
    assert not paid(data, "bo") and paid(data, "an") == AN_GETS


def test_a_row_without_id_and_blank_rows(grant: Path, tmp_path: Path) -> None:
    roster = people(tmp_path, ",,,,,,,", "", ",hill,2025-01-01,12,2025-01,,2025-01,")
    done, data, faults = evaluated(grant, roster)
    assert [(f["row"], f["column"], f["message"]) for f in faults] == [(4, "id", "this row has no id and is not used")]
    assert done.status == 3 and paid(data, "an") == AN_GETS


def test_no_id_column_at_all(grant: Path, tmp_path: Path) -> None:
    done, data, faults = evaluated(grant, people(tmp_path, header=HEADER.replace("id,", "surname,", 1)))
    assert done.status == 3 and not data["payments"]
    assert any("no column “id”" in f["message"] for f in faults)


def test_two_rows_of_a_key_with_different_constants_are_both_out(grant: Path, tmp_path: Path) -> None:
    lines = ["bo,hill,2025-01-01,12,2025-01,2025-03,2025-01,", "bo,river,2025-01-01,12,2025-06,,,"]
    done, data, faults = evaluated(grant, people(tmp_path, *lines))
    (fault,) = faults
    assert done.status == 3 and fault["row"] == 3
    assert "bo stands in row 2 already, with another value of origin" in fault["message"]
    assert not paid(data, "bo") and paid(data, "an") == AN_GETS


def test_rows_of_a_key_that_differ_in_spells_are_one_person(grant: Path, tmp_path: Path) -> None:
    lines = ["bo,hill,2025-01-01,12,2025-01,2025-02,2025-01,", "bo,,,,2025-05,,,"]
    done, data, faults = evaluated(grant, people(tmp_path, *lines))
    assert done.status == 0 and not faults
    assert [p["month"] for p in data["payments"] if p["id"] == "bo" and p["clause"] == "stable_job"] == ["2025-07"]


def test_overlapping_spells_count_once(grant: Path, tmp_path: Path) -> None:
    lines = ["bo,hill,2025-01-01,12,2025-01,2025-02,2025-01,2025-12", "bo,hill,2025-01-01,12,2025-02,2025-02,,"]
    done, data, _ = evaluated(grant, people(tmp_path, *lines))
    assert done.status == 0 and paid(data, "bo") == ["course_grant 200.00"], "two months are not three"


def test_overlapping_spells_of_different_values(grant: Path) -> None:
    facts = {"person": [PEOPLE[0] | {"wage": [["2025-01", "2025-06", "4200"], ["2025-06", None, "4300"]]}]}
    done = run("eval", grant, "--facts", "-", "--json", stdin=json.dumps(facts))
    assert done.status == 3 and paid(done.data, "an") == AN_GETS
    (fault,) = done.data["faults"]
    assert fault["column"] == "wage" and "different values overlap" in fault["message"]


class TestIdentityNumbers:
    def roster(self, tmp_path: Path, *lines: str) -> Path:
        return people(tmp_path, *lines, header="身份证号," + HEADER.replace("id,", "编号,", 1))

    @pytest.fixture(autouse=True)
    def shorter_an(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(globals(), "AN", ",an,hill,2025-02-03,12,2025-01,,2025-01,")

    def test_a_wrong_check_digit(self, grant: Path, tmp_path: Path) -> None:
        roster = self.roster(tmp_path, BAD + ",bo,hill,2025-01-01,12,2025-01,,2025-01,")
        done, data, faults = evaluated(grant, roster)
        assert done.status == 3 and paid(data, "bo") == AN_GETS, "the row goes on without its number"
        assert [(f["row"], f["column"]) for f in faults] == [(2, "身份证号")]
        assert "check digit" in faults[0]["message"]

    def test_two_keys_with_one_number_are_one_person_twice(self, grant: Path, tmp_path: Path) -> None:
        old = NUMBER[:6] + NUMBER[8:17]
        tail = "hill,2025-01-01,12,2025-01,,2025-01,"
        done, data, faults = evaluated(grant, self.roster(tmp_path, f"{NUMBER},bo,{tail}", f"{old},cy,{tail}"))
        assert done.status == 3 and not paid(data, "bo") and not paid(data, "cy") and paid(data, "an") == AN_GETS
        assert "person bo and cy have one identity number" in faults[0]["message"]

    def test_a_number_in_a_wrong_place_is_masked(self, grant: Path, tmp_path: Path) -> None:
        roster = self.roster(tmp_path, f",bo,{NUMBER},{NUMBER},{NUMBER},{NUMBER},,{NUMBER},")
        for lang in ("en", "zh"):
            done = run("eval", grant, "--facts", roster, "--lang", lang)
            assert done.status == 3 and NUMBER not in done.out + done.err
            assert "999999********" in done.err

    def test_as_the_key_of_the_rows_it_is_masked_on_the_terminal(self, grant: Path, tmp_path: Path) -> None:
        header = "身份证号," + HEADER.removeprefix("id,")
        place = tmp_path / "roster"
        place.mkdir()
        write(place / "person.csv", f"{header}\n{NUMBER},hill,2025-01-01,12,2025-01,,2025-01,\n")
        done = run("eval", grant, "--facts", place)
        assert done.status == 0 and "3,200.00" in done.out and NUMBER not in done.out + done.err
        done = run("explain", grant, "--facts", place, "--entity", f"person/{NUMBER}")
        assert done.status == 0 and NUMBER not in done.out + done.err

    def test_in_json_as_a_number(self, grant: Path) -> None:
        facts = {"person": [PEOPLE[0] | {"identity": int(FIRST17 + "0")}]}
        done = run("eval", grant, "--facts", "-", "--json", stdin=json.dumps(facts))
        assert done.status == 3 and paid(done.data, "an") == AN_GETS
        assert "stored as a number" in done.data["faults"][0]["message"] and FIRST17 not in done.out + done.err


class TestFiles:
    def test_gb18030_is_read_and_said(self, grant: Path, tmp_path: Path) -> None:
        place = tmp_path / "人员.csv"
        text = (
            "编号,来源地,录用日期,课程数,就业自,就业至,社保自,社保至\nan,山县,2025年2月3日,12,2025年1月,至今,2025-01,\n"
        )
        place.write_bytes(text.encode("gb18030"))
        done, data, faults = evaluated(grant, place)
        assert done.status == 0 and not faults and paid(data, "an") == AN_GETS
        assert any("GB18030" in f["message"] for f in data["faults"])

    def test_neither_utf8_nor_gb18030(self, grant: Path, tmp_path: Path) -> None:
        place = tmp_path / "person.csv"
        place.write_bytes(b"id,origin\nan,\xff\xff\xff\n")
        done, _, faults = evaluated(grant, place)
        assert done.status == 3 and "neither UTF-8 nor GB18030" in faults[0]["message"]

    def test_an_empty_csv_and_an_open_quote(self, grant: Path, tmp_path: Path) -> None:
        for text, says in (("", "empty"), (f'{HEADER}\n{AN}\n"bo,' + "x" * 200_000, "not CSV")):
            done, _, faults = evaluated(grant, write(tmp_path / "person.csv", text))
            assert done.status == 3 and says in faults[0]["message"]

    def test_tables_of_other_names(self, grant: Path, tmp_path: Path) -> None:
        people(tmp_path)
        roster = people(tmp_path, name="notes.csv")
        done, data, _ = evaluated(grant, roster)
        assert done.status == 0 and paid(data, "an") == AN_GETS
        people(tmp_path, name="persons.csv")
        done, data, faults = evaluated(grant, roster)
        assert done.status == 3 and faults[0]["message"] == "no entity “persons”; did you mean “person”?"

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("x.json", b'{"person": [', "not JSON"),
            ("x.json", b'[{"id": "p1"}]', "an object with a list of rows"),
            ("x.json", b'{"person": {"id": "p1"}}', "an object with a list of rows"),
            ("x.json", b"\xff\xfe{}", "UTF-8"),
            ("x.json", b'{"person": ' + b"[" * 100_000, "nested too deeply"),
            ("x.json", b'{"person": [{"id": "a", "courses": NaN}]}', "not JSON: NaN"),
            ("x.json", b'{"person": [{"id": "\\ud800"}]}', "surrogate"),
            ("x.xlsx", b"this is no workbook", "cannot be read"),
            ("x.xlsx", b"PK\x03\x04" + b"\0" * 100, "cannot be read"),
            ("x.doc", b"", "not supported yet"),
            ("none.json", None, "there is no such file"),
            ("empty", "folder", "no .csv file in this folder"),
        ],
    )
    def test_what_is_no_roster_at_all(
        self, grant: Path, tmp_path: Path, name: str, content: bytes | str | None, says: str
    ) -> None:
        place = tmp_path / name
        if content == "folder":
            place.mkdir()
        elif isinstance(content, bytes):
            place.write_bytes(content)
        done = run("eval", grant, "--facts", place, "--json")
        assert done.status == 3
        (fault,) = done.data["faults"]
        assert says in fault["message"] and fault["file"] == str(place)
        assert says in run("eval", grant, "--facts", place).err
        chinese = run("eval", grant, "--facts", place, "--lang", "zh").err
        assert re.search("[一-龥]", chinese)

    @pytest.mark.parametrize(
        ("person", "column", "says"),
        [
            ({"id": ""}, None, 'an object with an "id"'),
            ("an", None, 'an object with an "id"'),
            ({"id": True}, None, 'an object with an "id"'),
            ({"id": "bo", "employed": [["2025-01"]]}, "employed", "a spell is [from, to]"),
            ({"id": "bo", "employed": [[None, None]]}, "employed", "a spell is [from, to]"),
            ({"id": "bo", "origin": [["2025-01", None]]}, "origin", "one value, not spells"),
            ({"id": "bo", "origin": {}}, "origin", "a value was expected"),
            ({"id": "bo", "origin": "hill", "来源地": "river"}, "origin", "twice"),
            ({"id": "bo", "employed": [["2025-06", "2025-01"]]}, "employed", "ends before it begins"),
            ({"id": "bo", "courses": 10**300}, "courses", "is not a whole number"),
            ({"id": "bo", "courses": 1e300}, "courses", "is not a whole number"),
            ({"id": "an"}, None, "stands in row 1 already"),
            ({"id": "bo", "orgin": "hill"}, "orgin", "did you mean"),
        ],
    )
    def test_rows_in_json(self, grant: Path, person: Any, column: str | None, says: str) -> None:
        rows = [PEOPLE[0], person]
        if "orgin" in person:
            rows = [person]
        done = run("eval", grant, "--facts", "-", "--json", stdin=json.dumps({"person": rows}))
        assert done.status == 3
        fault = done.data["faults"][0]
        assert fault["column"] == column and says in fault["message"] and fault["sheet"] == "person"
        if len(rows) == 2 and person != {"id": "an"}:
            assert paid(done.data, "an") == AN_GETS

    def test_a_key_twice_in_one_object(self, grant: Path) -> None:
        text = json.dumps({"person": [PEOPLE[0]]}).replace('"courses": 12', '"courses": 12, "courses": 1')
        done = run("eval", grant, "--facts", "-", "--json", stdin=text)
        assert done.status == 3 and "stands twice" in done.data["faults"][0]["message"]
        assert paid(done.data, "an") == ["stable_job 3000.00"]


WRITTEN = {
    "hired_on": ["2021年5月1日", "2021/5/1", "2021.5.1", "2021-05-01", "20210501", "44317", "２０２１－０５－０１"],
    "wage": ["3000", "3,000.00", "3000元", "0.3万元", "￥3000", "３０００", "3000.00元整"],
    "poor": ["是", "√", "1", "yes", "TRUE", "有", "✔"],
    "rich": ["否", "×", "0", "no", "FALSE", "无", "没有"],
    "unknown": ["", "-", "#N/A", "—", "不详", " ", "n/a"],
}
DEFECTS = ["x", "对", "2", "半年"]
KINDS = """policy kinds
  in force 2025-01-01 to 2025-12-31
entity person
  has identity number: identity
  has birth date: date
  has hired on: date
  has wage "工资": money
  has poor: yes/no
  has rich: yes/no
  has unknown: count
clause one
  for person
  hired on = 2021-05-01 and wage = 3000 yuan and poor and not rich → 1 yuan once
clause two
  for person
  unknown ≥ 1 → 1 yuan once
"""


def test_what_people_write_is_read_alike(tmp_path: Path) -> None:
    rows = [f'p{i},{d},"{w}",{y},{n},{u}' for i, (d, w, y, n, u) in enumerate(zip(*WRITTEN.values(), strict=True))]
    write(tmp_path / "person.csv", "\n".join(["id,hired on,工资,poor,rich,unknown", *rows]) + "\n")
    done = run("eval", write(tmp_path / "k.policy", KINDS), "--facts", tmp_path / "person.csv", "--json")
    assert done.status == 0
    assert [p["id"] for p in done.data["payments"] if p["clause"] == "one"] == [f"p{i}" for i in range(7)]
    assert {u["id"]: u["missing"] for u in done.data["undetermined"]} == {f"p{i}": ["unknown"] for i in range(7)}


@pytest.mark.parametrize("cell", DEFECTS)
def test_an_unclear_yes_or_no_is_a_fault(tmp_path: Path, cell: str) -> None:
    write(tmp_path / "person.csv", f"id,poor\np1,{cell}\n")
    done = run("eval", write(tmp_path / "k.policy", KINDS), "--facts", tmp_path / "person.csv", "--json")
    (fault,) = (f for f in done.data["faults"] if f["severity"] == "error")
    assert done.status == 3 and (fault["row"], fault["column"], fault["value"]) == (2, "poor", cell)


def test_a_column_in_ten_thousands(tmp_path: Path) -> None:
    text = "id,hired on,工资（万元）,poor,rich\np1,2021-05-01,0.3,是,否\np2,2021-05-01,3000元,是,否\n"
    write(tmp_path / "person.csv", text)
    done = run("eval", write(tmp_path / "k.policy", KINDS), "--facts", tmp_path / "person.csv", "--json")
    assert [p["id"] for p in done.data["payments"] if p["clause"] == "one"] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("number", "birth", "says"),
    [
        (NUMBER, "1980-01-02", "not the one in the identity number"),
        (NUMBER[:15] + "200", "", "its last digits are 0"),
        ("1.10101199001011E+17", "", "stored as a number"),
        ("99999919801301123" + check_digit("99999919801301123"), "", "no date"),
    ],
)
def test_identity_numbers_that_cannot_be(tmp_path: Path, number: str, birth: str, says: str) -> None:
    for place in ("person.csv", "people.json"):
        if place == "people.json":
            row = {"id": "p1", "identity_number": number} | ({"birth_date": birth} if birth else {})
            write(tmp_path / place, json.dumps({"person": [row]}))
        else:
            write(tmp_path / place, f"id,identity number,birth date\np1,{number},{birth}\n")
        done = run("eval", write(tmp_path / "k.policy", KINDS), "--facts", tmp_path / place, "--json", "--lang", "en")
        (fault,) = (f for f in done.data["faults"] if f["severity"] == "error")
        assert done.status == 3 and says in fault["message"], place
        assert not IDENTITY.search(done.out + done.err)


def test_a_birth_date_that_the_policy_does_not_know_is_held_against_the_number(grant: Path, tmp_path: Path) -> None:
    roster = people(tmp_path, f"bo,hill,2025-01-01,12,2025-01,,2025-01,,{NUMBER},1980年1月2日")
    text = (roster / "person.csv").read_text(encoding="utf-8")
    write(roster / "person.csv", text.replace(HEADER, HEADER + ",身份证号,出生日期").replace(AN, AN + ",,"))
    done, data, faults = evaluated(grant, roster)
    assert done.status == 3 and paid(data, "bo") == AN_GETS
    assert [(f["row"], f["column"]) for f in faults] == [(2, "出生日期")]


def test_titles_above_and_sums_below_the_table(grant: Path, tmp_path: Path) -> None:
    write(tmp_path / "person.csv", f"某县就业人员名册,,,,,,,\n,,,,,,,\n{HEADER}\n{AN}\n合计,,,12,,,,\n")
    done, data, faults = evaluated(grant, tmp_path / "person.csv")
    assert done.status == 0 and not faults and paid(data, "an") == AN_GETS
    notes = [(f["row"], f["message"]) for f in data["faults"]]
    assert notes == [
        (3, "the headings stand in this row; what is above it is not read"),
        (5, "taken for a sum, not used"),
    ]


def test_a_lone_table_of_another_name_is_taken_for_the_entity_whose_columns_it_has(grant: Path, tmp_path: Path) -> None:
    write(tmp_path / "2025名册.csv", f"{HEADER}\n{AN}\n")
    done, data, faults = evaluated(grant, tmp_path / "2025名册.csv")
    assert done.status == 0 and not faults and paid(data, "an") == AN_GETS
    assert any("read as the table of person" in f["message"] for f in data["faults"])
