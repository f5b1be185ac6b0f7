"""What a reader hands over: the rows of one table (sheet, file, list), columns found but no cell read yet.

A reader knows files and names of columns; `assemble` knows values, keys and spells. Between them stand these records.
"""

from __future__ import annotations

from attrs import field, frozen

from huice.facts.coded import Coded, Rows
from huice.facts.faults import Fault
from lang.diagnostics import Text

BIRTH = "birth date"  # a column that holds nothing but what an identity number says as well, and is held against it


@frozen(eq=False)
class Place:
    """Where rows were written: `numbers` are those under which a spreadsheet shows them."""

    file: str
    sheet: str | None
    numbers: Rows

    def fault(self, row: int, column: str | None, message: Text, value: str | None = None) -> Fault:
        return Fault(
            message=message,
            file=self.file,
            sheet=self.sheet,
            row=int(self.numbers[row]),
            column=column,
            value=value,
        )


@frozen(eq=False)
class Constant:
    """One value a row. `title`: the column as it is headed. `unit`: yuan for which a bare number of it stands."""

    title: str
    cells: Coded
    unit: int = 1


@frozen(eq=False)
class SpellCells:
    """Spells as written: of spell i the row `rows[i]` of its part, and the cells of its two ends and its value.

    `given`: the rows of the part of which something is said, even that there was never a spell.
    """

    rows: Rows
    starts: Coded
    ends: Coded
    values: Coded | None
    given: Rows
    title: str
    end_title: str
    value_title: str
    unit: int = 1


@frozen(eq=False)
class Part:
    """Rows of an entity, several of one key if they differ in spells only."""

    entity: str
    place: Place
    key: Coded
    key_title: str
    constants: dict[str, Constant] = field(factory=dict)
    spells: dict[str, SpellCells] = field(factory=dict)
    birth: Constant | None = None
    key_is_identity: bool = False


@frozen(eq=False)
class SpellSheet:
    """A table of one attribute's spells: complete, so that a row of the entity that it does not name never had one."""

    entity: str
    attribute: str
    place: Place
    key: Coded
    spells: SpellCells
