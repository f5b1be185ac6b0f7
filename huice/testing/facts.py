"""People and histories for any program, as a Hypothesis strategy: `facts_for(program)`.

In: a loaded program. Out: facts that any evaluator reads, whose printed form is the Python that makes them again. They
lie near the program's constants, lean towards what makes a clause pay, leave facts out (unknown) and say that there is
none; links lead to rows, to nobody, and to rows that were not given. The first choice is always the smallest: one
row, nothing known, so that Hypothesis ends with the smallest person that shows a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve, frozen
from hypothesis import strategies as st

from compiler.difference.as_facts import facts_json
from compiler.fact_columns import from_facts
from compiler.facts import Facts as Tables
from compiler.facts import Row
from huice.face import Facts, Program
from huice.testing.pools import ClausePools, Pool, Value, pools_of
from lang import model
from lang.types import NONE, UNKNOWN

T = TypeVar("T")

NOT_GIVEN = "elsewhere"  # the key of a row that no table has
_MOST_COPIES = 60


@frozen(eq=False, repr=False)
class DrawnFacts(Facts):
    """What `facts_for` draws. `data` is the JSON form; `tables` the same as records."""

    tables: Tables = None  # type: ignore[assignment]  # attrs: the base has an optional field
    data: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"huice.Facts.from_dict({dict(self.data)!r})"


def drawn(program: model.Program, tables: Tables) -> DrawnFacts:
    """Records as facts of the Python face."""
    data = facts_json(tables, program)
    return DrawnFacts(
        columns=lambda asked: (from_facts(tables, asked), []),
        records=lambda asked: (tables, []),
        tables=tables,
        data=data,
    )


def facts_for(
    program: Program, *, clause: str | None = None, rows: int = 3, unknown: bool = True
) -> st.SearchStrategy[DrawnFacts]:
    """Facts for `program`, at most `rows` different rows of each entity. `clause`: aim at this one (None: at each in
    turn). `unknown` False: every fact that a clause reads is given, so that nothing is undetermined for want of one.
    ValueError for a clause that the program does not have."""
    if clause is not None and clause not in program.ir.clauses:
        raise ValueError(f"the policy has no clause {clause}")
    pools = pools_of(program.model, program.ir)
    aimed = [one for one in pools if clause in (None, one.clause)]
    if not aimed:
        return st.builds(drawn, st.just(program.model), st.just(Tables({})))
    return tables_for(aimed, pools, rows, unknown).map(lambda tables: drawn(program.model, tables))


@st.composite
def tables_for(
    draw: st.DrawFn,
    aimed: Sequence[ClausePools],
    pools: Sequence[ClausePools],
    rows: int,
    unknown: bool,
    plain: bool = False,
) -> Tables:
    """The same as records. `aimed`: the clauses that may be aimed at; the facts of `pools` are drawn too, for the rows
    that are there. `plain`: numbers come from yes/no choices alone, so that what is drawn does not depend on which
    modules happen to be loaded (Hypothesis mixes the constants of the tested code into drawn numbers)."""
    return _Drawing(_bits(draw) if plain else _numbers(draw), unknown).tables(aimed, pools, rows)


Below = Callable[[int], int]  # of n: a whole number from 0 to n − 1, the small ones are the simple ones


def _numbers(draw: st.DrawFn) -> Below:
    return lambda n: draw(st.integers(0, n - 1))


def _bits(draw: st.DrawFn) -> Below:
    flag = st.booleans()

    def below(n: int) -> int:
        number = 0
        for _ in range((n - 1).bit_length()):
            number = 2 * number + draw(flag)
        return number % n

    return below


@frozen
class _Drawing:
    below: Below
    unknown: bool

    def pick(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))]

    def tables(self, aimed: Sequence[ClausePools], pools: Sequence[ClausePools], rows: int) -> Tables:
        aim = self.pick(aimed)
        every = {key: pool for one in pools for key, pool in one.pools.items()} | dict(aim.pools)
        keys = {entity: [f"{entity[0]}{n}" for n in range(1, 2 + self.below(rows))] for entity in aim.entities}
        tables: dict[str, list[Row]] = {}
        for entity, of in keys.items():
            facts = {name: pool for (owner, name), pool in every.items() if owner == entity}
            made = [Row(key, dict(self.given(facts, keys))) for key in of]
            copies = min(self.pick(aim.copies.get(entity, (0,))), _MOST_COPIES)
            made += [evolve(made[-1], key=f"{made[-1].key}_{n:02}") for n in range(1, copies + 1)]
            tables[entity] = made
        return Tables(tables)

    def given(self, facts: Mapping[str, Pool], keys: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Value]]:
        for name, pool in facts.items():
            value = self.value(pool, keys)
            if value is not UNKNOWN:
                yield name, value

    def value(self, pool: Pool, keys: Mapping[str, Sequence[str]]) -> Value:
        """One value; UNKNOWN where the fact is left out. Mostly one that speaks for a payment."""
        choice = self.below(16)
        if choice == 0 and self.unknown:
            return UNKNOWN
        if choice == 1 and pool.attribute.type.base != "yes/no":
            return NONE
        if pool.leads_to is not None:
            targets = keys.get(pool.leads_to, ())
            return NOT_GIVEN if choice == 2 or not targets else self.pick(targets)
        values = pool.values if choice < 5 else pool.wanted
        return self.pick(values) if values else UNKNOWN
