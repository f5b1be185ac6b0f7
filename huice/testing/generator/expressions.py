"""Draws well-typed expressions as a policy writes them, over the vocabulary of `world.py`.

Each function gives the text of one expression of a type for a row of `entity`; what is not a single word stands in
brackets, so that texts can be put into one another. Numbers stay small enough for the proof that everything fits.
"""

from __future__ import annotations

from random import Random

from attrs import frozen

from huice.testing.generator.world import ATTRIBUTES, COUNTY, MEMBERS
from lang.types import COUNT, DATE, MONEY, YES_NO, Type

MANY = {
    "enterprise": (("staff", "person"), ("crew", "person")),
    "agency": (("recruits", "person"), ("clients", "enterprise")),
    "person": (),
}
STEPS = {
    "person": (("employer", "enterprise"), ("works at", "enterprise"), ("recruiter", "agency")),
    "enterprise": (("agency", "agency"),),
    "agency": (),
}
SIGNS = ("≥", "≥", "≥", "<", "≤", ">", "=", "≠")


def written(name: str) -> str:
    return name.replace("_", " ")


@frozen
class Expressions:
    random: Random
    parameters: tuple[str, ...] = ()

    def attribute(self, entity: str, *types: Type) -> str | None:
        found = [a.name for a in ATTRIBUTES if a.entity == entity and a.type in types]
        return written(self.random.choice(found)) if found else None

    # ------------------------------------------------------------ yes/no
    def yes_no(self, entity: str, depth: int) -> str:
        random = self.random
        if depth <= 0:
            return self._leaf(entity)
        match random.randint(0, 11):
            case 0 | 1:
                return f"({self.yes_no(entity, depth - 1)} and {self.yes_no(entity, depth - 1)})"
            case 2 | 3:
                return f"({self.yes_no(entity, depth - 1)} or {self.yes_no(entity, depth - 1)})"
            case 4:
                return f"(not {self.yes_no(entity, depth - 1)})"
            case 5:
                return f"(if {self.flag(entity)} then {self._leaf(entity)} else {self._leaf(entity)})"
            case 6 | 7:
                return self._run(entity, depth)
            case 8:
                return f"({random.choice(('ever', 'previous'))} {self.yes_no(entity, depth - 1)})"
            case 9 if MANY[entity]:
                return self._of_members(entity, depth)
            case 10 if STEPS[entity]:
                link, to = random.choice(STEPS[entity])
                return f"({link}'s {self.flag(to)})"
            case _:
                return self._compared(entity, depth)

    def flag(self, entity: str) -> str:
        return self.attribute(entity, YES_NO) or "yes"

    def _leaf(self, entity: str) -> str:
        random = self.random
        day = self.attribute(entity, DATE)
        county = self.attribute(entity, COUNTY)
        link = random.choice(STEPS[entity])[0] if STEPS[entity] else None
        choices = [self.flag(entity), self.flag(entity), self._run(entity, 0)]
        if county is not None:
            choices += [f"({county} in near)", f"({county} is {random.choice(MEMBERS)})", f"({county} is known)"]
        if day is not None:
            choices += [self._since(day), self._period(day), self._within(entity, day)]
        if link is not None:
            choices.append(f"({link} is known)")
        return random.choice(choices)

    def _run(self, entity: str, depth: int) -> str:
        random = self.random
        months = random.randint(1, 7)
        operand = self.flag(entity) if depth <= 0 or random.random() < 0.5 else self.yes_no(entity, depth - 1)
        match random.randint(0, 3):
            case 0:
                window = random.choice(
                    ("", " in this year", " in last year", f" in last {random.randint(2, 14)} months")
                )
                return f"(total {operand}{window} ≥ {months} months)"
            case 1:
                return f"({self.flag(entity)} ≥ {months} months with {self.flag(entity)})"
            case _:
                return f"({operand} {random.choice(('≥', '≥', '≥', '<', '='))} {months} months)"

    def _since(self, day: str) -> str:
        length = self.random.choice(("0 days", "45 days", "2 months", "6 months", "1 year", "wait", "hold"))
        return f"(since {day} {self.random.choice(('≥', '≥', '<'))} {length})"

    def _period(self, day: str) -> str:
        random = self.random
        periods = (
            "in this month", "in this year", "in last year", f"in last {random.randint(1, 14)} months",
            f"in last {random.randint(1, 99)} days", f"in {random.choice((2021, 2022))}",
            f"in month {random.randint(1, 12)}", "in 2021-05",
        )  # fmt: skip
        return f"({day} {random.choice(periods)})"

    def _within(self, entity: str, day: str) -> str:
        other = self.attribute(entity, DATE)
        months = self.random.randint(1, 30)
        return f"({day} within {months} months of {other})" if other != day else f"(within {months} months of {day})"

    def _compared(self, entity: str, depth: int) -> str:
        random = self.random
        sign = random.choice(SIGNS)
        if random.random() < 0.5:
            return f"({self.money(entity, depth - 1)} {sign} {random.choice((300, 525, 700))} yuan)"
        return f"({self.count(entity, depth - 1)} {sign} {random.randint(0, 4)})"

    def _of_members(self, entity: str, depth: int) -> str:
        random = self.random
        link, of = random.choice(MANY[entity])
        where = f" where ({self.yes_no(of, depth - 1)})"
        match random.randint(0, 3):
            case 0:
                return f"(any {link}{where})"
            case 1:
                return f"(share of {link}{where} ≥ {random.choice((30, 50, 75))}%)"
            case 2 if amount := self.attribute(of, MONEY):
                return f"(sum of {link}'s {amount}{where} ≥ {random.choice((300, 1500))} yuan)"
            case _:
                return f"(count of {link}{where} {random.choice(SIGNS)} {random.randint(1, 3)})"

    # ------------------------------------------------------------ numbers
    def count(self, entity: str, depth: int) -> str:
        random = self.random
        own = self.attribute(entity, COUNT)
        if depth > 0 and MANY[entity] and (own is None or random.random() < 0.5):
            link, of = random.choice(MANY[entity])
            return f"(count of {link} where ({self.yes_no(of, depth - 1)}))"
        if own is None:
            return str(random.randint(0, 4))
        match random.randint(0, 5):
            case 0:
                return f"(total {own}{random.choice((' in this year', ' in last 6 months', ''))})"
            case 1:
                return f"({own} + {random.randint(1, 2)})"
            case _:
                return own

    def money(self, entity: str, depth: int) -> str:
        random = self.random
        plain = self.attribute(entity, MONEY) if random.random() < 0.6 else None
        plain = plain or random.choice((*self.parameters, "200 yuan", "333.33 yuan", "625 yuan", "5万元"))
        if depth <= 0:
            return plain
        count = self.attribute(entity, COUNT)
        match random.randint(0, 10):
            case 0:
                return f"({plain} up to {self.money(entity, depth - 1)})"
            case 1:
                return f"({plain} at least {self.money(entity, depth - 1)})"
            case 2:
                return f"({plain} × {random.choice((10, 30, 75))}%)"
            case 3:
                return f"({plain} / {random.choice((3, 7))})"
            case 4 if count:
                return f"({plain} × {count})"
            case 5 if count:
                return f"(if {count} > 0 then {plain} / {count} else {self.money(entity, 0)})"
            case 6 | 7:
                flag = self.yes_no(entity, depth - 1)
                return f"(if {flag} then {self.money(entity, 0)} else {self.money(entity, 0)})"
            case 8 if entity == "person":
                return "standard rate[origin, children]"
            case 9 if STEPS[entity]:
                link, to = random.choice(STEPS[entity])
                amount = self.attribute(to, MONEY)
                return f"({link}'s {amount})" if amount else plain
            case 10:
                return f"({plain} + {self.money(entity, 0)})"
            case _:
                return plain
