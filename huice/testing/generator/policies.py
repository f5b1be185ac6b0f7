"""Draws the text of whole policies, which go the way of every policy: parser, checker, lowering, passes.

`policy(random)` gives the text and the program that the compiler makes of it. A text that is refused is a mistake of
this generator or of the compiler, and either way the test fails.
"""

from __future__ import annotations

from random import Random

from compiler import ir
from compiler.pipeline import compile_program
from huice.testing.generator.expressions import MANY, STEPS, Expressions
from huice.testing.generator.world import ATTRIBUTES, ENTITIES, FIRST, MEMBERS
from lang.codes import CODES
from lang.dates import first_day, last_day
from lang.program import load
from lang.source import Source

VIA = {"staff": "employer", "crew": "works at", "recruits": "recruiter", "clients": "agency"}
SOURCES = ("aid", "aid then city", "aid 33.33%, city 66.67%", "aid 60%, city 25%, county 15%")
PARAMETERS = ("standard", "later", "outside")


def policy_text(random: Random) -> str:
    return "\n".join(_lines(random)) + "\n"


def policy(random: Random) -> tuple[str, ir.Program]:
    text = policy_text(random)
    checked, found = load(Source(text, "drawn.policy"))
    errors = [d for d in found if CODES[d.code].severity == "error"]
    assert checked is not None and not errors, "\n".join(
        [text, *(f"{d.code} {d.message.en}: {d.span.text}" for d in errors)]
    )
    program, refused = compile_program(checked)
    assert program is not None, "\n".join([text, *(d.message.en for d in refused)])
    return text, program


def _lines(random: Random) -> list[str]:
    last = last_day(FIRST + random.randint(23, 39))
    in_force = FIRST + random.choice((0, 0, 3))
    parameters = ["standard", *(name for name in PARAMETERS[1:] if random.random() < 0.15)]
    draw = Expressions(random, tuple(parameters))
    lines = [
        "policy drawn",
        f"  in force {first_day(in_force).isoformat()} to {last.isoformat()}",
        f"  applies from {first_day(FIRST).isoformat()}",
        *_vocabulary(),
    ]
    entities = [
        random.choice(("person", "person", "person", "enterprise", "agency")) for _ in range(random.randint(1, 4))
    ]
    defined = {entity: f"covered {entity}" for entity in ENTITIES if random.random() < 0.4}
    for entity, name in defined.items():
        lines += [f"define {name} for {entity} =", f"  {draw.yes_no(entity, 2)}"]
    clauses = {f"clause_{'dcba'[index]}": entity for index, entity in enumerate(entities)}
    for name, entity in clauses.items():
        lines += _clause(draw, name, entity, defined.get(entity))
    highest: set[str] = set()
    if len(clauses) > 1 and random.random() < 0.6:
        group, members = _group(draw, clauses)
        lines += group
        if group and group[0].endswith("highest"):
            highest = members
    lines += [
        _limit(random, name, entity)
        for name, entity in clauses.items()
        if name not in highest and random.random() < 0.35
    ]
    return lines


def _vocabulary() -> list[str]:
    lines = [f"kind county: {', '.join(MEMBERS)}", "set near of county = east, north"]
    for entity in ENTITIES:
        lines.append(f"entity {entity}")
        for a in ATTRIBUTES:
            if a.entity == entity:
                unit = " yuan" if a.type.base == "money" else ""
                high = None if a.high is None else a.high / 100 if unit else a.high
                base = a.type.name if a.type.base in ("kind", "link") else a.type.base
                default = "" if a.default is None else " default no" if a.default is False else " default 0 yuan"
                between = "" if high is None else f" 0 to {high}{unit}"
                lines.append(f"  has {a.name}: {base}{between}{' monthly' if a.monthly else ''}{default}")
        lines += [f"  has {link}: many {of} via {VIA[link]}" for link, of in MANY[entity]]
    return [
        *lines,
        "fund aid", "fund city", "fund county",
        "parameter standard: money", "  from 2018-10-01: 500 yuan", "  from 2021-09-01: 612.50 yuan",
        "parameter later: money", "  from 2021-08-01: 400 yuan",
        "parameter outside: money external",
        "parameter wait: duration = 45 days",
        "parameter hold: duration = 4 months",
        "parameter seats: count = 2",
        "table standard rate by origin, children",
        "  east, 3 or more → 700 yuan", "  east, under 3 → 300 yuan", "  west, 1 to under 4 → 523.45 yuan",
        "  otherwise → 100.01 yuan",
    ]  # fmt: skip


def _clause(draw: Expressions, name: str, entity: str, covered: str | None) -> list[str]:
    random = draw.random
    where = f" where {covered}" if covered and random.random() < 0.7 else ""
    lines = [f'clause {name} cites "{random.choice(("一", "二（一）"))}"', f"  for {entity}{where}"]
    rules = random.choice((1, 1, 1, 2, 3))
    for number in range(rules):
        condition = draw.yes_no(entity, random.choice((0, 1, 2, 3)))
        if number == rules - 1 and random.random() < 0.3:
            condition = "otherwise" if rules > 1 else "always"
        lines.append(f"  {condition} → {_payment(draw, entity)}")
    if random.random() < 0.7:
        lines.append(f"  paid from {random.choice(SOURCES)}")
    return lines


def _payment(draw: Expressions, entity: str) -> str:
    random = draw.random
    rounding = random.choice(("", "", " rounded down to 1 yuan", " rounded up to 10 yuan", " rounded to 50 yuan"))
    frequency = random.choice((" once", " once per year", " per month", " per month"))
    limits = ""
    if frequency == " per month" and random.random() < 0.3:
        limits += f" for at most {random.randint(1, 9)} months"
    if random.random() < 0.3:
        limits += f" at most {random.choice((800, 2000))} yuan per year"
    if random.random() < 0.3:
        limits += f" at most {random.choice((1500, 4000))} yuan"
    to = f" to {random.choice(STEPS[entity])[0]}" if STEPS[entity] and random.random() < 0.3 else ""
    return f"{draw.money(entity, random.choice((0, 1, 2)))}{rounding}{frequency}{limits}{to}"


def _group(draw: Expressions, clauses: dict[str, str]) -> tuple[list[str], set[str]]:
    random = draw.random
    per = random.choice(("person", "enterprise", "enterprise"))
    members = []
    inside: set[str] = set()
    for name, entity in clauses.items():
        if entity == per:
            members.append(name)
            inside.add(name)
        elif entity == "person":
            members.append(f"{name} via {random.choice(('employer', 'works at'))}")
            inside.add(name)
    if random.random() < 0.5:
        members.append("elsewhere" if per == "person" else "assessed")
    if len(members) < 2 or not inside:
        return [], set()
    random.shuffle(members)
    take = random.choice(("first", "highest"))
    return [f"exclusive only_one among {', '.join(members)} per {per} take {take}"], inside


def _limit(random: Random, name: str, entity: str) -> str:
    county = {"person": "origin", "enterprise": "seat"}.get(entity)
    order = {"person": ("hired on", "children", "wage"), "enterprise": ("founded on",), "agency": ("fee",)}[entity]
    per = f" per {county}" if county and random.random() < 0.4 else ""
    period = random.choice(("", " per month", " per year"))
    by = f" order by {random.choice(order)}" if random.random() < 0.5 else ""
    return f"limit {name} to {random.choice(('1', '2', '3', 'seats'))}{per}{period}{by}"
