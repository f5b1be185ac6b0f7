"""The files that a scenario names: rosters (`population … from "roster.xlsx"`) and samples (`empirical("wages.csv")`).

In: what the scenario writes. Out: facts, or the values of a sample. A path is read from the folder of the file in which
it is written and never leads out of that folder: a policy from elsewhere reads nothing that was not put beside it. (A
link in the folder may lead elsewhere; that is for who owns the folder to say.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from attrs import evolve, frozen

from compiler.facts import Facts
from huice.facts.cells import Cell, Wrong, read_cell
from huice.facts.faults import FactsError, Fault
from huice.facts.read import read_facts
from huice.facts.samples import read_sample
from huice.policies import standard_policy
from lang import model
from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from lang.types import UNKNOWN, Given
from simulator.named_files import Named
from simulator.plan import SimulationError


@frozen
class ScenarioFiles:
    """Reads them. `beside`: the folder for programs that are in no file of their own."""

    beside: Path

    def roster(self, program: model.Program, population: model.Population) -> tuple[Facts, tuple[Text, ...]]:
        written = population.roster
        assert written is not None
        path = self._path(written, population.span)
        with _named_at(population.span):
            facts, faults = read_facts(program, str(path))
            errors = [fault for fault in faults if fault.severity == "error"]
            if errors:
                raise FactsError(_first_of(errors))
            if not facts.rows(population.entity):
                message = Text(f"there are no rows of {population.entity} in it", f"其中没有{population.entity}的记录")
                raise FactsError(Fault(message=message, file=str(path)))
        # under the name in the policy: results are the same wherever the folder stands
        return facts, tuple(evolve(fault, file=written).text for fault in faults if fault.severity == "warning")

    def sample(
        self, program: model.Program, distribution: model.Distribution, of: Named, attribute: model.Attribute | None
    ) -> Sequence[Given]:
        assert distribution.path is not None
        path = self._path(distribution.path, distribution.span)
        with _named_at(distribution.span):
            return _sample(path, program, distribution, of, attribute)

    def _path(self, written: str, span: Span) -> Path:
        """Beside the file in which it is written."""
        inside = PurePosixPath(written.replace("\\", "/"))
        if not written or inside.is_absolute() or PureWindowsPath(written).drive or ".." in inside.parts:
            message = Text(
                f"“{written}” leads out of the policy's folder; put the file there",
                f"“{written}”指向政策所在文件夹之外，请将文件放入该文件夹",
            )
            raise SimulationError(Diagnostic("HC613", span, message))
        return self._folder(span.source.name) / inside

    def _folder(self, name: str) -> Path:
        if name.startswith("std:"):
            standard = standard_policy(name.removeprefix("std:"))
            return self.beside if standard is None else standard.parent
        place = Path(name)
        return place.parent if place.is_file() else self.beside


@contextmanager
def _named_at(span: Span) -> Iterator[None]:
    """What cannot be read is told with the line that names it."""
    try:
        yield
    except FactsError as error:
        raise FactsError(error.fault, span) from None


def _sample(
    path: Path,
    program: model.Program,
    distribution: model.Distribution,
    of: Named,
    attribute: model.Attribute | None,
) -> Sequence[Given]:
    """The values of the only column, or of the one that is called like what is drawn."""
    column = attribute or model.Attribute(name=of or "", label=None, entity="", type=distribution.type)
    names = [name for name in (column.name, column.label) if name]
    values: list[Given] = []

    def is_value(cell: Cell) -> bool:
        return not isinstance(read_cell(cell, column, program.kinds), Wrong)

    for place, cell in read_sample(path, names, is_value):
        value = read_cell(cell, column, program.kinds)
        if isinstance(value, Wrong):
            raise FactsError(Fault(message=value.message, file=str(path), row=place))
        if value is UNKNOWN:
            message = Text("this row has no value; take it out of the sample", "该行没有数值，请从样本中删去")
            raise FactsError(Fault(message=message, file=str(path), row=place))
        values.append(value)
    if not values:
        raise FactsError(Fault(message=Text("there are no values in it", "其中没有数值"), file=str(path)))
    return values


def _first_of(faults: Sequence[Fault]) -> Fault:
    first = faults[0]
    if len(faults) == 1:
        return first
    more = len(faults) - 1
    message = Text(
        f"{first.message.en} (and {more} more; `huice facts check` lists them)",
        f"{first.message.zh}（另有 {more} 处，见 huice facts check）",
    )
    return Fault(message=message, file=first.file, sheet=first.sheet, row=first.row, column=first.column)
