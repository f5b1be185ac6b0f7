"""What a long run has done so far, on the disk: a folder of pieces, one for some draws each.

In: the books, as draws are done. Out: the folder, and from it the books again. Each piece is written whole (a temporary
file, flushed to the disk, renamed), so a run that is ended at any moment loses what it did since the last piece and
nothing else. `run.json` says which run it is of: a checkpoint of another run is refused with what differs.
"""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from lang.diagnostics import Text
from simulator.whole_files import clear_partial, write_whole

Kind = Literal["draws", "twins"]
Arrays = Mapping[str, NDArray[Any]]

EVERY = 10.0  # seconds between pieces
_RUN = "run.json"


class CheckpointError(Exception):
    """A checkpoint that cannot be gone on with; `text` says why."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


@define(eq=False)
class Checkpoint:
    """`resume`: go on with what is there; otherwise what is there is replaced. `every`: seconds between pieces.

    found     draws of this run that were there to go on with; None: there was no checkpoint
    replaced  draws of an unfinished run that stood in the folder
    failed    why a piece could not be written (the run goes on without)
    """

    folder: Path
    resume: bool = False
    every: float = EVERY
    failed: str | None = None
    found: int | None = None
    replaced: int = 0
    _last: float = field(factory=time.monotonic)

    def open(self, run: Mapping[str, Any]) -> None:
        """Make the folder one of this run. Raises CheckpointError; OSError where it cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        clear_partial(self.folder)
        known = self._run()
        if self.resume and known is not None:
            if known != run:
                raise _of_another_run(self.folder, known, run)
            self.found = max((stop for kind, _, stop, _ in self._pieces() if kind == "draws"), default=0)
            return
        self.replaced = max((stop for kind, _, stop, _ in self._pieces() if kind == "draws"), default=0)
        self.clear()
        text = json.dumps(run, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_whole(self.folder / _RUN, lambda place: _write_text(place, text))

    def read(self, kind: Kind) -> list[tuple[int, int, dict[str, NDArray[Any]]]]:
        """(first draw, end, arrays) of the pieces that follow each other from draw 0. A damaged one is none."""
        found = []
        done = 0
        for of_kind, start, stop, path in self._pieces():
            if of_kind != kind or start != done:
                continue
            try:
                with np.load(path, allow_pickle=False) as archive:
                    found.append((start, stop, {name: archive[name] for name in archive.files}))
            except (OSError, ValueError, KeyError, zipfile.BadZipFile):
                continue
            done = stop
        return found

    def due(self) -> bool:
        return self.failed is None and time.monotonic() - self._last >= self.every

    def write(self, kind: Kind, start: int, stop: int, arrays: Arrays) -> bool:
        """Add a piece. False where that is not possible; it is not tried again then."""
        if self.failed is not None or start == stop:
            return self.failed is None

        def save(place: Path) -> None:
            with place.open("wb") as file:
                np.savez(file, allow_pickle=False, **dict(arrays))

        try:
            write_whole(self._piece(kind, start, stop), save)
        except OSError as error:
            self.failed = error.strerror or str(error)
            return False
        self._last = time.monotonic()
        return True

    def clear(self) -> None:
        """Take the pieces away, then the rest; files of others in the folder stay."""
        if not self.folder.is_dir():
            return
        clear_partial(self.folder)
        (self.folder / _RUN).unlink(missing_ok=True)  # first: pieces without it are of no run
        for _, _, _, path in self._pieces():
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        """After the run: nothing is left of the checkpoint."""
        self.clear()
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    # ------------------------------------------------------------ files
    def _run(self) -> dict[str, Any] | None:
        try:
            known = json.loads((self.folder / _RUN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return known if isinstance(known, dict) else None

    def _piece(self, kind: Kind, start: int, stop: int) -> Path:
        return self.folder / f"{kind}-{start:08d}-{stop:08d}.npz"

    def _pieces(self) -> list[tuple[str, int, int, Path]]:
        """Kind, first draw, end, path; in order."""
        found = []
        for path in sorted(self.folder.glob("*-*-*.npz")):
            kind, *numbers = path.stem.split("-")
            if kind in ("draws", "twins") and len(numbers) == 2 and all(n.isdecimal() for n in numbers):
                found.append((kind, int(numbers[0]), int(numbers[1]), path))
        return found


def _of_another_run(folder: Path, known: Mapping[str, Any], run: Mapping[str, Any]) -> CheckpointError:
    differing = [name for name in run if known.get(name) != run[name]]
    shown, shown_zh = [], []
    for name in differing:
        en, zh = _CALLED.get(name, (name, name))
        plain = isinstance(run[name], int | str)
        shown.append(f"{en} ({known.get(name)}, now {run[name]})" if plain else en)
        shown_zh.append(f"{zh}（{known.get(name)}，现为 {run[name]}）" if plain else zh)
    return CheckpointError(
        Text(
            f"{folder}: this checkpoint is of another run; what differs: {', '.join(shown) or 'its form'}. "
            "Without --resume a new run begins.",
            f"{folder}：该断点属于另一次模拟，不同之处：{'、'.join(shown_zh) or '格式'}。不加 --resume 则重新开始。",
        )
    )


_CALLED = {
    "policy": ("the policy", "政策"),
    "scenario": ("the scenario", "情景"),
    "files": ("the roster or another file that the scenario reads", "情景读取的名册等文件"),
    "seed": ("the seed", "随机种子"),
    "draws": ("the number of draws", "抽样次数"),
    "engine": ("the engine", "引擎"),
    "clauses": ("the clauses", "条款"),
    "by": ("--by", "--by"),
    "versions": ("the version of Huice or of its libraries", "惠策或其程序库的版本"),
}


def _write_text(place: Path, text: str) -> None:
    place.write_text(text, encoding="utf-8")
