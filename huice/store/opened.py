"""Results that were written to a folder, opened again: the same figures, without the policy and without a run."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from simulator.figures.statistics import FEN_A_YUAN, rank

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "results"
_OF_FLOWS = ("entitled", "paid", "lapsed", "payments")
_OF_REST = ("not_taken_up", "not_yet_claimed")
# What an exact engine computed beside draws of the rest (simulator/engines/exact/results.py).
_COMPUTED = ("entitled", "lapsed", "not_taken_up", "not_yet_claimed")


@frozen(slots=False, eq=False)
class Results:
    """What `huice simulate --out DIR` wrote. Make one with `Results.open(DIR)`."""

    folder: Path

    @classmethod
    def open(cls, folder: str | Path) -> Results:
        """FileNotFoundError where there are no results in it, ValueError where they are damaged."""
        results = cls(Path(folder))
        results.to_dict()
        return results

    @cached_property
    def _data(self) -> dict[str, Any]:
        found: dict[str, Any] = self._json("results.json")
        timing = self._json("manifest.json").get("timing")
        if not isinstance(found.get("total"), dict):
            raise ValueError(f"{self.folder / 'results.json'}: these are not the results of a simulation")
        return found if timing is None else found | {"timing": timing}

    def _json(self, name: str) -> dict[str, Any]:
        place = self.folder / name
        try:
            found = json.loads(place.read_text("utf-8"))
        except ValueError as error:
            raise ValueError(f"{place}: damaged ({error})") from None
        if not isinstance(found, dict):
            raise ValueError(f"{place}: damaged")
        return found

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `huice simulate`, as the run gave it."""
        return self._data

    @property
    def draws(self) -> int:
        return int(self._data["draws"])

    @property
    def drawn(self) -> bool:
        """Whether there are figures by draw (an exact engine computes distributions without)."""
        return (self.folder / FOLDER / "flows.parquet").is_file()

    # ------------------------------------------------------------ tables
    def table(self, name: str) -> pa.Table:
        """One of the tables of docs/results.md: figures, flows, rest, lines, pots, years, groups."""
        import pyarrow.parquet as pq

        return pq.read_table(self.folder / FOLDER / f"{name}.parquet")

    @property
    def frame(self) -> pa.Table:
        """One row a draw (Arrow): its scramble, the unknowns, and yuan in all and by clause."""
        import pyarrow.parquet as pq

        return pq.read_table(self.folder / "draws.parquet")

    @property
    def figures(self) -> pa.Table:
        """Every distribution of the run, one row each."""
        return self.table("figures")

    # ------------------------------------------------------------ figures
    def total(self, measure: str = "entitled", clause: str | None = None) -> NDArray[np.int64]:
        """Fen by draw over the whole period (of `payments`: how many): entitled, paid, owed_at_end, lapsed,
        not_taken_up, not_yet_claimed. ValueError where nothing was drawn."""
        if not self.drawn:
            raise ValueError("nothing was drawn: there is no total by draw (take quantile, to_dict or figures)")
        if clause is not None and clause not in self._data["clauses"]:
            raise ValueError(f"no clause {clause}; there are {', '.join(self._data['clauses'])}")
        if measure == "owed_at_end":
            return self._summed("flows", "claimed", clause) - self._summed("flows", "paid", clause)
        if measure in _OF_FLOWS:
            return self._summed("flows", measure, clause)
        if measure in _OF_REST:
            return self._summed("rest", measure, clause)
        raise ValueError(f"no measure {measure}; there are {', '.join((*_OF_FLOWS, *_OF_REST, 'owed_at_end'))}")

    def _summed(self, table: str, column: str, clause: str | None) -> NDArray[np.int64]:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        found = pq.read_table(self.folder / FOLDER / f"{table}.parquet", columns=["draw", "clause", column])
        if clause is not None:
            found = found.filter(pc.equal(found["clause"].cast("string"), clause))
        sums = np.zeros(self.draws, dtype=np.int64)
        np.add.at(sums, found["draw"].to_numpy(), found[column].to_numpy())
        return sums

    def quantile(self, probability: float | str, measure: str = "paid", clause: str | None = None) -> float:
        """min{x: F(x) ≥ p}, in yuan; what was computed, not drawn, knows the probabilities of the JSON alone."""
        if not 0 < float(probability) <= 1:
            raise ValueError(f"a probability above 0 and up to 1, not {probability}")
        computed = "exact" in str(self._data["engine"]) and measure in _COMPUTED
        if self.drawn and not computed:
            ordered = np.sort(self.total(measure, clause))
            return float(ordered[rank(str(probability), self.draws)] / FEN_A_YUAN)
        place = self._data["total"] if clause is None else self._data["clauses"][clause]
        for text, value in place[measure]["quantiles"].items():
            if float(text) == float(probability):
                return float(value)
        known = ", ".join(place[measure]["quantiles"])
        raise ValueError(f"computed quantiles are kept for {known}; not for {probability}")
