"""Writes the example roster of Shaoxing's document: a folder of CSV files and one workbook with the same people.

Nobody in it exists: names are numbers, and identity numbers have the unused prefix 999999 (with a right check digit).
The same seed gives the same bytes, so that the committed files can be made again and compared. A few cells are left
blank on purpose: what is unknown must show up as undetermined, never as a refusal.

    python docs/examples/make_roster.py stdlib_policies/shaoxing_2021_51/example
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random

import xlsxwriter
from attrs import define, field, frozen

Cell = str | int | date
PEOPLE, ENTERPRISES, AGENCIES, CERTIFICATES, ATTENDANCES = 300, 25, 3, 60, 30
FIRST_YEAR, LAST_MONTH = 2021, 2025 * 12 + 11
COUNTIES = ("mabian", "ebian", "jinkouhe", "muchuan", "danba")
COUNTY_WEIGHTS = (30, 30, 15, 22, 3)
DISTRICTS = ("yuecheng", "keqiao", "shangyu", "zhuji")
MONTHLY = ("employed", "social_insurance", "self_employed", "renting", "love_post")

LABELS = {
    "person": "人员", "enterprise": "企业", "agency": "服务机构", "certificate": "证书", "attendance": "参会",
    "id": "编号", "name": "名称", "identity_number": "身份证号", "origin": "来源地", "poverty_alleviated": "脱贫人口",
    "hired_on": "入职日期", "employer": "用人单位", "recruiter": "组织机构", "organised": "有组织输出",
    "employed": "就业", "social_insurance": "社会保险", "self_employed": "自主创业", "renting": "租房",
    "love_post": "爱心岗位", "district": "付款地区", "base_level": "基地级别", "holder": "持证人", "level": "等级",
    "assessed": "核定标准", "obtained_on": "取证日期", "attendee": "参会单位", "attended_on": "参会日期",
    "cost": "费用", "government_paid": "政府承担", "from": "自", "to": "至",
    "mabian": "马边县", "ebian": "峨边县", "jinkouhe": "金口河区", "muchuan": "沐川县", "danba": "丹巴县",
    "yuecheng": "越城区", "keqiao": "柯桥区", "shangyu": "上虞区", "zhuji": "诸暨市",
    "provincial": "省级", "national": "国家级", "junior": "初级", "intermediate": "中级", "senior": "高级",
    "yes": "是", "no": "否",
}  # fmt: skip
NO_AWARD = {"en": "none", "zh": "未入选"}  # a level of its own
NOBODY = {"en": "none", "zh": "无"}  # there is none, as against a blank: not known


@frozen
class Table:
    """One file or sheet: an entity's, or (`person.employed`) the spells of one monthly attribute."""

    name: str
    columns: tuple[str, ...]
    rows: list[dict[str, Cell]] = field(factory=list)


@define
class Roster:
    random: Random
    tables: dict[str, Table]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def yes_no(self, share: float) -> str:
        return "yes" if self.chance(share) else "no"

    def day_in(self, month: int) -> date:
        return date(month // 12, month % 12 + 1, self.random.randint(1, 28))


def identity_number(born: date, serial: int) -> str:
    """18 signs by GB 11643: prefix, birthday, serial, check digit (ISO 7064 MOD 11-2)."""
    body = f"999999{born:%Y%m%d}{serial:03d}"
    total = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(body))
    return body + "10X98765432"[total % 11]


def month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def spells_of_work(roster: Roster, start: int) -> Iterator[tuple[int, int | None]]:
    """Work from `start` on, with breaks; the last spell may still go on (None)."""
    month = start
    while month <= LAST_MONTH:
        length = 1 + min(int(roster.random.expovariate(1 / 13)), 50)
        if month + length > LAST_MONTH:
            yield month, None
            return
        yield month, month + length - 1
        if not roster.chance(0.35):
            return
        month += length + roster.random.randint(1, 8)


def add_spell(roster: Roster, attribute: str, person: str, first: int, last: int | None) -> None:
    row: dict[str, Cell] = {"id": person, "from": month_text(first)}
    if last is not None:
        row["to"] = month_text(last)
    roster.tables[f"person.{attribute}"].rows.append(row)


def add_histories(roster: Roster, person: str, start: int, own_business: bool) -> list[int]:
    """The monthly facts of one person; returns the months in which a spell of work began."""
    insured, renting, love_post = roster.chance(0.85), roster.chance(0.4), roster.chance(0.08)
    began = []
    for first, last in spells_of_work(roster, start):
        began.append(first)
        add_spell(roster, "self_employed" if own_business else "employed", person, first, last)
        end = LAST_MONTH if last is None else last
        if insured and not own_business:
            late = roster.random.choice((0, 0, 0, 1))
            if first + late <= end:
                add_spell(roster, "social_insurance", person, first + late, last)
        if renting:
            until = None if last is None or roster.chance(0.3) else min(end, first + roster.random.randint(2, 20))
            add_spell(roster, "renting", person, first, until)
        if love_post and not own_business:
            add_spell(roster, "love_post", person, first, min(end, first + roster.random.randint(3, 12)))
    return began


def employer_and_start(roster: Roster, number: int) -> tuple[str, int]:
    """The first people make the years of three firms: e01 24 in 2022, e02 12 in 2023, e03 9 in 2021 (one too few)."""
    for firm, year, first, last in (("e01", 2022, 1, 24), ("e02", 2023, 25, 36), ("e03", 2021, 37, 45)):
        if first <= number <= last:
            return firm, year * 12 + roster.random.randint(1, 6)
    firm = f"e{roster.random.randint(4, ENTERPRISES):02d}"
    return firm, roster.random.randint(FIRST_YEAR * 12, 2025 * 12 + 6)


def add_people(roster: Roster) -> dict[str, list[int]]:
    began: dict[str, list[int]] = {}
    for number in range(1, PEOPLE + 1):
        person = f"p{number:03d}"
        employer, start = employer_and_start(roster, number)
        in_award_year = number <= 45
        own_business = not in_award_year and roster.chance(0.04)
        born = date(roster.random.randint(1965, 2002), roster.random.randint(1, 12), roster.random.randint(1, 28))
        organised = roster.yes_no(0.6)
        row: dict[str, Cell] = {
            "id": person,
            "identity_number": identity_number(born, number),
            "origin": roster.random.choices(COUNTIES[:4] if in_award_year else COUNTIES,
                                            COUNTY_WEIGHTS[:4] if in_award_year else COUNTY_WEIGHTS)[0],
            "poverty_alleviated": "yes" if in_award_year else roster.yes_no(0.92),
            "hired_on": roster.day_in(start),
            "employer": "nobody" if own_business else employer,
            "organised": organised,
            "recruiter": f"a{roster.random.randint(1, AGENCIES)}" if organised == "yes" else "nobody",
        }  # fmt: skip
        began[person] = add_histories(roster, person, start, own_business)
        roster.tables["person"].rows.append(row)
    return began


def add_enterprises(roster: Roster) -> None:
    levels = {"e01": "national", "e02": "provincial", "e03": "provincial", "e04": "provincial", "e05": "national"}
    for number in range(1, ENTERPRISES + 1):
        key = f"e{number:02d}"
        roster.tables["enterprise"].rows.append(
            {
                "id": key,
                "name": f"示例企业{number:02d}",
                "district": roster.random.choices(DISTRICTS, COUNTY_WEIGHTS[:4])[0],
                "base_level": levels.get(key, "no award"),
            }
        )
    for number in range(1, AGENCIES + 1):
        roster.tables["agency"].rows.append({"id": f"a{number}", "name": f"示例服务机构{number}"})


def add_certificates(roster: Roster, began: dict[str, list[int]]) -> None:
    holders = sorted(roster.random.sample(sorted(began), CERTIFICATES))
    for number, holder in enumerate(holders, 1):
        month = min(roster.random.choice(began[holder]) + roster.random.randint(2, 9), LAST_MONTH)
        roster.tables["certificate"].rows.append(
            {
                "id": f"c{number:02d}",
                "holder": holder,
                "level": roster.random.choices(("junior", "intermediate", "senior"), (65, 25, 10))[0],
                "assessed": roster.random.choice((800, 1000, 1000, 1500, 1800, 2000)),
                "obtained_on": roster.day_in(month),
            }
        )


def add_attendances(roster: Roster) -> None:
    for number in range(1, ATTENDANCES + 1):
        year = FIRST_YEAR + (number - 1) // 6
        roster.tables["attendance"].rows.append(
            {
                "id": f"t{number:02d}",
                "attendee": f"e{roster.random.randint(1, ENTERPRISES):02d}",
                "attended_on": roster.day_in(year * 12 + roster.random.randint(1, 9)),
                "cost": roster.random.randrange(3000, 9000, 100),
                "government_paid": roster.yes_no(0.4),
            }
        )


def leave_blanks(roster: Roster) -> None:
    """What a register really lacks: a few cells that nobody filled in."""
    for table, column, keys in (
        ("person", "poverty_alleviated", ("p060", "p131", "p244")),
        ("person", "origin", ("p172",)),
        ("person", "hired_on", ("p205",)),
        ("person", "organised", ("p077", "p118", "p290")),
        ("person", "employer", ("p099", "p216")),
        ("certificate", "assessed", ("c07", "c31")),
        ("certificate", "obtained_on", ("c48",)),
        ("attendance", "attended_on", ("t11",)),
    ):
        for row in roster.tables[table].rows:
            if row["id"] in keys:
                row.pop(column)


def build(seed: int) -> Roster:
    tables = [
        Table("person", ("id", "identity_number", "origin", "poverty_alleviated", "hired_on", "employer", "organised",
                         "recruiter")),
        *(Table(f"person.{attribute}", ("id", "from", "to")) for attribute in MONTHLY),
        Table("enterprise", ("id", "name", "district", "base_level")),
        Table("agency", ("id", "name")),
        Table("certificate", ("id", "holder", "level", "assessed", "obtained_on")),
        Table("attendance", ("id", "attendee", "attended_on", "cost", "government_paid")),
    ]  # fmt: skip
    roster = Roster(Random(seed), {table.name: table for table in tables})
    add_enterprises(roster)
    add_certificates(roster, add_people(roster))
    add_attendances(roster)
    leave_blanks(roster)
    return roster


def shown(cell: Cell | None, language: str) -> Cell:
    if cell is None:
        return ""
    if cell == "no award":
        return NO_AWARD[language]
    if cell == "nobody":
        return NOBODY[language]
    return LABELS.get(cell, cell) if language == "zh" and isinstance(cell, str) else cell


def write_csv(roster: Roster, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for table in roster.tables.values():
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns)
            for row in table.rows:
                writer.writerow([shown(row.get(column), "en") for column in table.columns])


def write_workbook(roster: Roster, path: Path) -> None:
    """Chinese sheet and column names; dates as dates, identity numbers as text."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "示例名册（虚构）", "created": datetime(2026, 1, 1)})
    heading = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for table in roster.tables.values():
        sheet = book.add_worksheet(".".join(LABELS[part] for part in table.name.split(".")))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(table.columns) - 1, 20)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, LABELS[column], heading)
        for line, row in enumerate(table.rows, 1):
            for place, column in enumerate(table.columns):
                cell = shown(row.get(column), "zh")
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), day)
                elif isinstance(cell, int):
                    sheet.write_number(line, place, cell)
                elif cell:
                    sheet.write_string(line, place, cell)
    book.close()


def main() -> None:
    folder = Path(sys.argv[1])
    roster = build(seed=51)
    write_csv(roster, folder / "roster_csv")
    write_workbook(roster, folder / "roster.xlsx")


if __name__ == "__main__":
    main()
