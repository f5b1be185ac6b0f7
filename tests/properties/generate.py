"""Random well-typed programs of the IR, and facts for them. The same seed gives the same program.

`program(random)` draws streams by their types from a small world of persons, enterprises and agencies, then clauses,
groups and quotas over them; `facts(random, program)` draws rows with gaps. `constructs` names what a program and its
facts contain, so that a test can say that everything was tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from random import Random
from typing import Literal

from attrs import define, evolve, field

from compiler import ir
from compiler.facts import Facts, History, Row, Span
from lang.dates import Duration, Month, last_day, month
from lang.types import COUNT, DATE, DURATION, MONEY, NONE, NUMBER, SHARE, UNKNOWN, YES_NO, Given, Type, Value

COUNTY = Type("kind", "county")
TO_ENTERPRISE, TO_AGENCY = Type("link", "enterprise"), Type("link", "agency")
MEMBERS = ("east", "west", "north")
FIRST = month(2021, 4)
COMPARISONS: Sequence[Literal["=", "≠", "<", "≤", ">", "≥"]] = ("=", "≠", "<", "≤", ">", "≥")


def _attribute(
    entity: str, name: str, type: Type, *, monthly: bool = False, default: Value | None = None, high: int | None = None
) -> ir.Attribute:
    return ir.Attribute(
        entity=entity,
        name=name,
        label=None,
        type=type,
        monthly=monthly,
        counts="full months",
        default=default,
        low=None if high is None else Fraction(0),
        high=None if high is None else Fraction(high),
    )


ATTRIBUTES = (
    _attribute("person", "poor", YES_NO),
    _attribute("person", "employed", YES_NO, monthly=True),
    _attribute("person", "insured", YES_NO, monthly=True),
    _attribute("person", "renting", YES_NO, monthly=True, default=False),
    _attribute("person", "origin", COUNTY),
    _attribute("person", "hired_on", DATE),
    _attribute("person", "moved_on", DATE, monthly=True),
    _attribute("person", "wage", MONEY, monthly=True, high=90_000),
    _attribute("person", "elsewhere", MONEY, monthly=True, default=Fraction(0), high=90_000),
    _attribute("person", "children", COUNT, high=9),
    _attribute("person", "placed", COUNT, monthly=True, high=20),
    _attribute("person", "stay", DURATION),
    _attribute("person", "employer", TO_ENTERPRISE),
    _attribute("person", "works_at", TO_ENTERPRISE, monthly=True),
    _attribute("person", "recruiter", TO_AGENCY),
    _attribute("enterprise", "national", YES_NO),
    _attribute("enterprise", "open", YES_NO, monthly=True),
    _attribute("enterprise", "seat", COUNTY),
    _attribute("enterprise", "founded_on", DATE),
    _attribute("enterprise", "headcount", COUNT, monthly=True, high=50),
    _attribute("enterprise", "assessed", MONEY, high=500_000),
    _attribute("enterprise", "agency", TO_AGENCY),
    _attribute("agency", "licensed", YES_NO, monthly=True),
    _attribute("agency", "fee", MONEY, high=30_000),
)
ENTITIES = ("person", "enterprise", "agency")
LINKS = {"person": ("employer", "works_at", "recruiter"), "enterprise": ("agency",), "agency": ()}


# ---------------------------------------------------------------- programs
@define
class _Pool:
    """The streams drawn so far, by entity and type."""

    random: Random
    streams: list[ir.Stream] = field(factory=list)

    def add(self, entity: str | None, type: Type, op: ir.Op) -> ir.Id:
        number = len(self.streams)
        self.streams.append(ir.Stream(number, entity, type, op))
        return number

    def find(self, entity: str | None, *types: Type) -> list[ir.Id]:
        """Streams of the entity, or of none, that have one of the types."""
        return [s.id for s in self.streams if s.entity in (None, entity) and s.type in types]

    def pick(self, entity: str | None, *types: Type, tries: int = 2) -> ir.Id:
        """One of them; later ones more often, so that operations are built upon each other."""
        found = self.find(entity, *types)
        own = [i for i in found if self.streams[i].entity == entity] or found
        return max(self.random.choice(own) for _ in range(tries))

    def owner(self, *numbers: ir.Id) -> str | None:
        owners = {self.streams[i].entity for i in numbers} - {None}
        assert len(owners) <= 1
        return owners.pop() if owners else None


def program(random: Random) -> ir.Program:
    """One program: streams, one to four clauses, perhaps a group, a quota, a document that reaches back."""
    pool = _Pool(random)
    _leaves(pool)
    for _ in range(random.randint(20, 60)):
        random.choice(_OPERATIONS)(pool, random.choice(("person", "person", "enterprise", "agency")))
    last = FIRST + random.randint(8, 20)
    clauses = [_clause(pool, index) for index in range(random.randint(1, 4))]
    order = [clause.name for clause in clauses]
    groups: dict[str, ir.Group] = {}
    if len(clauses) > 1 and random.random() < 0.5:
        group = _group(pool, clauses)
        if group is not None:
            groups["only_one"] = group
            members = [m.clause for m in group.members if m.clause is not None]
            order = [*members, *(name for name in order if name not in members)]
            clauses = [evolve(c, group="only_one") if c.name in members else c for c in clauses]
    quotas: dict[str, ir.Quota] = {}
    for clause in clauses:
        highest = clause.group is not None and groups[clause.group].take == "highest"
        if not highest and random.random() < 0.35:
            quotas[clause.name] = _quota(pool, clause)
    clauses = [evolve(c, quota=c.name) if c.name in quotas else c for c in clauses]
    return ir.Program(
        name="drawn",
        first=FIRST,
        last=last,
        due_from=FIRST + random.choice((0, 0, 3)),
        streams=tuple(pool.streams),
        clauses={clause.name: clause for clause in clauses},
        order=tuple(order),
        groups=groups,
        quotas=quotas,
        targets={},
        attributes={(a.entity, a.name): a for a in ATTRIBUTES},
        parameters={
            "standard": _parameter("standard", MONEY, ((FIRST - 30, Fraction(50_000)), (FIRST + 5, Fraction(61_250)))),
            "later": _parameter("later", MONEY, ((FIRST + 4, Fraction(40_000)),)),
            "number": _parameter("number", COUNT, ((12, 2),)),
            "outside": _parameter("outside", MONEY, ()),
        },
        definitions=_definitions(pool),
        entities=ENTITIES,
    )


def _definitions(pool: _Pool) -> dict[tuple[str, str], ir.Id]:
    """Some streams have names, of which not all could stand in code."""
    names = ("covered", "属于范围", "class", "print", "run", "person", "step_40", "Covered", "x" * 80)
    found: dict[tuple[str, str], ir.Id] = {}
    for name in names:
        stream = pool.random.choice(pool.streams)
        if stream.entity is not None and pool.random.random() < 0.5:
            found[stream.entity, name] = stream.id
    return found


def _parameter(name: str, type: Type, values: tuple[tuple[Month, Value], ...]) -> ir.ParameterValues:
    return ir.ParameterValues(name=name, type=type, values=values, external=not values)


def _leaves(pool: _Pool) -> None:
    random, add = pool.random, pool.add
    for attribute in ATTRIBUTES:
        if attribute.type.base == "link" or random.random() < 0.8 or attribute.type == YES_NO:
            add(attribute.entity, attribute.type, ir.Fact(attribute.name))
    add(None, YES_NO, ir.Constant(True))
    add(None, DATE, ir.Settlement())
    add(None, DATE, ir.Constant(date(2021, random.randint(1, 12), random.randint(1, 28))))
    add(None, MONEY, ir.Constant(Fraction(random.choice((30_000, 52_500, 62_500)))))
    add(None, MONEY, ir.Constant(Fraction(random.choice((100_001, 20_000)), 3)))
    add(None, MONEY, ir.Parameter("standard"))
    add(None, COUNT, ir.Constant(random.randint(1, 5)))
    add(None, COUNT, ir.Parameter("number"))
    add(None, DURATION, ir.Constant(random.randint(1, 6)))
    add(None, SHARE, ir.Constant(Fraction(random.randint(1, 9), 10)))
    add(None, NUMBER, ir.Constant(Fraction(random.randint(1, 7), random.randint(2, 5))))
    for name in ("later", "outside"):
        if random.random() < 0.3:
            add(None, MONEY, ir.Parameter(name))
    if random.random() < 0.2:
        add(None, MONEY, ir.Constant(NONE))
    for entity in ENTITIES:
        _aggregate(pool, entity)


def _not(pool: _Pool, entity: str) -> None:
    operand = pool.pick(entity, YES_NO)
    pool.add(pool.owner(operand), YES_NO, ir.Not(operand))


def _junction(pool: _Pool, entity: str) -> None:
    operands = tuple(pool.pick(entity, YES_NO) for _ in range(pool.random.randint(2, 4)))
    op = ir.And(operands) if pool.random.random() < 0.5 else ir.Or(operands)
    pool.add(pool.owner(*operands), YES_NO, op)


def _select(pool: _Pool, entity: str) -> None:
    kinds = [type for type in (YES_NO, MONEY, COUNT, DATE, COUNTY) if pool.find(entity, type)]
    type = pool.random.choice(kinds)
    ids = pool.pick(entity, YES_NO), pool.pick(entity, type), pool.pick(entity, type)
    pool.add(pool.owner(*ids), type, ir.Select(*ids))


def _arithmetic(pool: _Pool, entity: str) -> None:
    random = pool.random
    left = pool.pick(entity, MONEY)
    operator = random.choice(("+", "-", "minimum", "maximum", "×", "/"))
    if operator in ("+", "-", "minimum", "maximum"):
        right = pool.pick(entity, MONEY)
    elif operator == "×":
        right = pool.pick(entity, COUNT, SHARE, NUMBER)
    else:
        right = pool.pick(None, COUNT, NUMBER) if random.random() < 0.6 else pool.pick(entity, COUNT)
    pool.add(pool.owner(left, right), MONEY, ir.Arithmetic(operator, left, right))  # type: ignore[arg-type]


def _counting(pool: _Pool, entity: str) -> None:
    left, right = pool.pick(entity, COUNT), pool.pick(entity, COUNT)
    operator: Literal["+", "-", "maximum"] = pool.random.choice(("+", "-", "maximum"))
    pool.add(pool.owner(left, right), COUNT, ir.Arithmetic(operator, left, right))


def _compare(pool: _Pool, entity: str) -> None:
    random = pool.random
    kinds: list[tuple[Type, ...]] = [(MONEY,), (COUNT,), (COUNT, SHARE, NUMBER), (DURATION,), (DATE,)]
    kinds = [types for types in kinds if pool.find(entity, *types)]
    types = random.choice(kinds)
    left, right = pool.pick(entity, *types), pool.pick(entity if random.random() < 0.5 else None, *types)
    pool.add(pool.owner(left, right), YES_NO, ir.Compare(random.choice(COMPARISONS), left, right))


def _same(pool: _Pool, entity: str) -> None:
    type = pool.random.choice((YES_NO, COUNTY))
    if pool.find(entity, type):
        left, right = pool.pick(entity, type), pool.pick(entity, type)
        pool.add(pool.owner(left, right), YES_NO, ir.Compare(pool.random.choice(("=", "≠")), left, right))


def _one_of(pool: _Pool, entity: str) -> None:
    if pool.find(entity, COUNTY):
        operand = pool.pick(entity, COUNTY)
        members = tuple(sorted(pool.random.sample(MEMBERS, pool.random.randint(1, 2))))
        pool.add(pool.owner(operand), YES_NO, ir.OneOf(operand, members))


def _known(pool: _Pool, entity: str) -> None:
    types = [t for t in (YES_NO, MONEY, DATE, TO_ENTERPRISE, TO_AGENCY, COUNTY) if pool.find(entity, t)]
    operand = pool.pick(entity, pool.random.choice(types))
    pool.add(pool.owner(operand), YES_NO, ir.Known(operand))


def _since(pool: _Pool, entity: str) -> None:
    """`since DAY ≥ LENGTH`, or a comparison of two moved dates."""
    random = pool.random
    day = pool.pick(entity, DATE)
    length = pool.pick(entity if random.random() < 0.4 else None, *((DURATION,) if random.random() < 0.7 else (COUNT,)))
    unit: Literal["months", "days"] = random.choice(("months", "months", "days"))
    moved = pool.add(pool.owner(day, length), DATE, ir.Later(day, length, unit))
    settlement = next(s.id for s in pool.streams if isinstance(s.op, ir.Settlement))
    other = pool.pick(entity, DATE) if random.random() < 0.3 else settlement
    pool.add(pool.owner(moved, other), YES_NO, ir.Compare(random.choice(("≤", "≤", ">")), moved, other))


def _period(pool: _Pool, entity: str) -> None:
    random = pool.random
    day = pool.pick(entity if random.random() < 0.8 else None, DATE)
    ops = (
        ir.InPeriod(day, "this month"),
        ir.InPeriod(day, "this year"),
        ir.InPeriod(day, "last year"),
        ir.InPeriod(day, "last", None, Duration(random.randint(1, 14))),
        ir.InPeriod(day, "last", None, Duration(random.randint(1, 99), "days")),
        ir.InPeriod(day, "year", random.choice((2021, 2022))),
        ir.InPeriod(day, "month", FIRST + random.randint(-3, 6)),
        ir.InPeriod(day, "month number", random.randint(1, 12)),
    )
    pool.add(pool.owner(day), YES_NO, random.choice(ops))


def _run(pool: _Pool, entity: str) -> None:
    random = pool.random
    operand = pool.pick(entity, YES_NO)
    cap = random.choice((None, 2, 3, 4, 6, 9))
    length = pool.add(pool.owner(operand), DURATION, ir.Run(operand, cap))
    months = pool.add(None, DURATION, ir.Constant(random.randint(1, cap or 8)))
    operator: Literal["≥", "=", "<"] = random.choice(("≥", "≥", "≥", "=", "<"))
    pool.add(pool.owner(length), YES_NO, ir.Compare(operator, length, months))


def _total(pool: _Pool, entity: str) -> None:
    random = pool.random
    type = random.choice((YES_NO, COUNT, MONEY))
    operand = pool.pick(entity, type)
    window: ir.Window = random.choice(("so far", "this year", "last year", "last months"))
    months = random.randint(1, 14) if window == "last months" else None
    result = DURATION if type == YES_NO else type
    total = pool.add(pool.owner(operand), result, ir.Total(operand, window, months))
    if type == YES_NO or random.random() < 0.5:
        other = pool.pick(None, result)
        pool.add(pool.owner(total), YES_NO, ir.Compare(random.choice(COMPARISONS), total, other))


def _ever(pool: _Pool, entity: str) -> None:
    operand = pool.pick(entity, YES_NO)
    pool.add(pool.owner(operand), YES_NO, ir.Ever(operand))


def _previous(pool: _Pool, entity: str) -> None:
    kinds = [type for type in (YES_NO, MONEY, COUNT, DATE) if pool.find(entity, type)]
    type = pool.random.choice(kinds)
    operand = pool.pick(entity, type)
    pool.add(pool.owner(operand), type, ir.Previous(operand))


def _through(pool: _Pool, entity: str) -> None:
    links = [t for t in (TO_ENTERPRISE, TO_AGENCY) if pool.find(entity, t)]
    if not links:
        return
    link = pool.pick(entity, pool.random.choice(links))
    to = pool.streams[link].type.name
    kinds = [type for type in (YES_NO, YES_NO, MONEY, COUNT, COUNTY, DATE) if pool.find(to, type)]
    type = pool.random.choice(kinds)
    pool.add(entity, type, ir.Through(link, pool.pick(to, type)))


def _aggregate(pool: _Pool, entity: str) -> None:
    random = pool.random
    members = {"enterprise": ("person", ("employer", "works_at")), "agency": ("enterprise", ("agency",))}
    owner: str | None = entity
    if entity in members and random.random() < 0.8:
        of, vias = members[entity]
        if entity == "agency" and random.random() < 0.5:
            of, vias = "person", ("recruiter",)
        via: str | None = random.choice(vias)
    else:
        owner, of, via = None, entity, None
    where = pool.pick(of, YES_NO) if random.random() < 0.8 else None
    word: Literal["count", "sum", "share"] = random.choice(("count", "sum", "share"))
    value = None
    type = COUNT if word == "count" else SHARE
    if word == "sum":
        type = random.choice((MONEY, COUNT))
        value = pool.pick(of, type)
    number = pool.add(owner, type, ir.Aggregate(word, of, via, where, value))
    other = pool.pick(None, *((MONEY,) if type == MONEY else (COUNT, SHARE) if type == SHARE else (COUNT,)))
    pool.add(owner, YES_NO, ir.Compare(random.choice(("≥", "≥", "<", "=")), number, other))


_OPERATIONS: tuple[Callable[[_Pool, str], None], ...] = (
    _not, _junction, _junction, _select, _arithmetic, _counting, _compare, _same, _one_of, _known, _since, _since,
    _period, _period, _run, _run, _total, _total, _ever, _previous, _through, _through, _aggregate,
)  # fmt: skip


# ---------------------------------------------------------------- clauses
def _clause(pool: _Pool, index: int) -> ir.Clause:
    random = pool.random
    entity = random.choice(("person", "person", "person", "enterprise", "agency"))
    funds = random.choice(
        (
            None,
            ir.Funds(funds=("aid",), shares=None, pots=(None,)),
            ir.Funds(funds=("aid", "city"), shares=None, pots=(None, None)),
            ir.Funds(
                funds=("aid", "city", "county"),
                shares=(Fraction(1, 3), Fraction(1, 2), Fraction(1, 6)),
                pots=(None, None, None),
            ),
        )
    )
    return ir.Clause(
        index=index,
        name=f"clause_{'dcba'[index]}",
        label=None,
        cites=("一", "二（一）")[: random.randint(0, 2)],
        entity=entity,
        alternatives=tuple(_alternative(pool, entity) for _ in range(random.choice((1, 1, 1, 2, 3)))),
        funds=funds,
    )


def _alternative(pool: _Pool, entity: str) -> ir.Alternative:
    random = pool.random
    conditions = [pool.pick(entity, YES_NO, tries=3) for _ in range(random.choice((0, 1, 1, 2, 2)))]
    when = conditions[0] if conditions else None
    if len(conditions) == 2:
        op = ir.And(tuple(conditions)) if random.random() < 0.3 else ir.Or(tuple(conditions))
        when = pool.add(pool.owner(*conditions), YES_NO, op)

    def sometimes(chance: float, *types: Type) -> ir.Id | None:
        return pool.pick(None, *types) if random.random() < chance else None

    links = pool.find(entity, TO_ENTERPRISE, TO_AGENCY)
    mode, unit = random.choice(
        (("nearest", 1), ("nearest", 1), ("down", 100), ("up", 100), ("nearest", 5_000), ("nearest", 5_000))
    )
    return ir.Alternative(
        when=when,
        amount=pool.pick(entity if random.random() < 0.6 else None, MONEY),
        frequency=random.choice(("once", "once per year", "per month", "per month")),
        mode=mode,  # type: ignore[arg-type]
        unit=unit,
        months=sometimes(0.2, COUNT, DURATION),
        per_year=sometimes(0.2, MONEY),
        in_all=sometimes(0.2, MONEY),
        payee=random.choice(links) if links and random.random() < 0.3 else None,
    )


def _group(pool: _Pool, clauses: Sequence[ir.Clause]) -> ir.Group | None:
    """Over persons, or over enterprises through the persons' link."""
    random = pool.random
    entity = random.choice(("person", "enterprise", "enterprise"))
    members: list[ir.GroupMember] = []
    for clause in clauses:
        if clause.entity == entity:
            members.append(ir.GroupMember(clause=clause.name, paid=None, link=None))
        elif clause.entity == "person" and pool.find("person", TO_ENTERPRISE):
            link = random.choice(pool.find("person", TO_ENTERPRISE))
            members.append(ir.GroupMember(clause=clause.name, paid=None, link=link))
    if not members:
        return None
    if random.random() < 0.4:
        paid = pool.pick(entity, MONEY)
        if pool.streams[paid].entity == entity:
            members.append(ir.GroupMember(clause=None, paid=paid, link=None))
    random.shuffle(members)
    return ir.Group(name="only_one", entity=entity, take=random.choice(("first", "highest")), members=tuple(members))


def _quota(pool: _Pool, clause: ir.Clause) -> ir.Quota:
    random = pool.random
    orders = pool.find(clause.entity, DATE, COUNT, MONEY)
    pots = pool.find(clause.entity, COUNTY)
    return ir.Quota(
        clause=clause.name,
        places=pool.pick(None, COUNT),
        per=random.choice(pots) if pots and random.random() < 0.4 else None,
        period=random.choice((None, "month", "year")),
        order=random.choice(orders) if random.random() < 0.5 else None,
    )


# ---------------------------------------------------------------- facts
def facts(random: Random, drawn: ir.Program) -> Facts:
    """A few rows of each entity, given out of order, of which something is often not known."""
    keys = {
        "person": [f"p{n}" for n in range(random.randint(2, 6))],
        "enterprise": [f"e{n}" for n in range(random.randint(1, 3))],
        "agency": [f"a{n}" for n in range(random.randint(1, 2))],
    }
    gaps = random.choice((0.0, 0.03, 0.15))
    tables: dict[str, list[Row]] = {}
    for entity, of_entity in keys.items():
        rows = []
        for key in of_entity:
            values: dict[str, Given | History] = {}
            for attribute in ATTRIBUTES:
                if attribute.entity == entity and random.random() >= gaps:
                    values[attribute.name] = _value(random, attribute, keys, gaps)
            rows.append(Row(key, values))
        random.shuffle(rows)
        tables[entity] = rows
    return Facts(tables)


def _value(random: Random, attribute: ir.Attribute, keys: Mapping[str, Sequence[str]], gaps: float) -> Given | History:
    if not attribute.monthly or random.random() < 0.15:
        return _constant(random, attribute, keys, gaps)
    outside: Given = False if attribute.type == YES_NO else UNKNOWN
    if attribute.type != YES_NO and gaps == 0:
        first = FIRST - 40
        spans = [Span(first, first + 30, _constant(random, attribute, keys, gaps))]
        start = first + 31
    else:
        spans, start = [], FIRST - random.randint(0, 14)
    for _ in range(random.randint(1, 3)):
        stop = start + random.randint(0, 9)
        value = True if attribute.type == YES_NO else _constant(random, attribute, keys, gaps)
        if attribute.type == YES_NO and random.random() < gaps:
            value = UNKNOWN
        spans.append(Span(start, None if stop > FIRST + 12 else stop, value))
        if spans[-1].last is None:
            break
        start = stop + (1 if attribute.type != YES_NO and random.random() < 0.7 else random.randint(1, 4))
    return History(tuple(spans), outside)


def _constant(random: Random, attribute: ir.Attribute, keys: Mapping[str, Sequence[str]], gaps: float) -> Given:
    base = attribute.type.base
    if base != "yes/no" and random.random() < gaps + (0.12 if base == "link" else 0.02):
        return NONE
    if base == "yes/no":
        return random.random() < 0.7
    if base == "kind":
        return random.choice(MEMBERS)
    if base == "date" and random.random() < 0.4:
        return last_day(FIRST + random.randint(-20, 8))
    if base == "date":
        return date(
            random.choice((2019, 2020, 2021, 2021, 2022)), random.randint(1, 12), random.randint(1, 31) % 28 + 1
        )
    if base == "money":
        return Fraction(random.choice((0, 33_333, 52_500, 12_345, 70_001)))
    if base == "count":
        return random.randint(0, 6)
    if base == "duration":
        return random.randint(0, 9)
    of = keys[attribute.type.name or ""]
    return random.choice([*of, "not_given"]) if random.random() < 0.1 else random.choice(of)


# ---------------------------------------------------------------- what was tried
def constructs(drawn: ir.Program, given: Facts) -> Counter[str]:
    """The constructs of a program that its clauses can reach, and of its facts."""
    found: Counter[str] = Counter()
    for stream in reached(drawn):
        found.update(_names(stream))
    for clause in drawn.clauses.values():
        for rule in clause.alternatives:
            found[f"pays {rule.frequency}"] += 1
            found[f"rounds {rule.mode}"] += 1
            for name in ("months", "per_year", "in_all", "payee"):
                found[f"with {name}"] += getattr(rule, name) is not None
        found["several rules"] += len(clause.alternatives) > 1
        found["shares"] += clause.funds is not None and clause.funds.shares is not None
    for group in drawn.groups.values():
        found[f"group {group.take}"] += 1
        for member in group.members:
            found[f"group {group.take} of {'clause' if member.clause else 'attribute'}"] += 1
            found["group through a link"] += member.link is not None
    for quota in drawn.quotas.values():
        found[f"quota for {quota.period or 'life'}"] += 1
        found["quota per kind"] += quota.per is not None
        found["quota in order"] += quota.order is not None
    found["reaches back"] += drawn.due_from > drawn.first
    for table in given.tables.values():
        for row in table.values():
            for value in row.values.values():
                found.update(_gaps(value))
    return found


def reached(drawn: ir.Program) -> Iterator[ir.Stream]:
    waiting: list[ir.Id | None] = []
    for clause in drawn.clauses.values():
        for rule in clause.alternatives:
            waiting += [rule.when, rule.amount, rule.months, rule.per_year, rule.in_all, rule.payee]
    for group in drawn.groups.values():
        waiting += [number for member in group.members for number in (member.paid, member.link)]
    for quota in drawn.quotas.values():
        waiting += [quota.places, quota.per, quota.order]
    seen: set[ir.Id] = set()
    while waiting:
        number = waiting.pop()
        if number is not None and number not in seen:
            seen.add(number)
            yield drawn.streams[number]
            waiting += ir.operands(drawn.streams[number].op)


def _names(stream: ir.Stream) -> Iterator[str]:
    op = stream.op
    yield type(op).__name__
    match op:
        case ir.Total(_, window):
            yield f"total {window}"
        case ir.InPeriod(_, period):
            yield f"in {period}"
        case ir.Aggregate(word, _, via):
            yield f"{word} of {'all' if via is None else 'linked'}"
        case ir.Compare(operator) | ir.Arithmetic(operator):
            yield operator
        case ir.Later(_, _, unit):
            yield f"later {unit}"
        case ir.Run(_, cap):
            yield "run without cap" if cap is None else "run with cap"


def _gaps(value: Given | History) -> Iterator[str]:
    if isinstance(value, History):
        yield "history"
        if any(span.value is UNKNOWN for span in value.spans):
            yield "unknown months"
        if any(span.value is NONE for span in value.spans):
            yield "NONE months"
    elif value is NONE:
        yield "NONE"
