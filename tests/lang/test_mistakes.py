"""One mistake, one message, in the statement where it was made: thousands of slips in good programs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from attrs import define, field

from lang.diagnostics import Diagnostic
from lang.modules import FolderLoader, Loader, NoFiles
from lang.program import load
from lang.source import Source
from tests.corpus.chunks import FOLDER, chunks
from tests.lang.slips import Slip, slips
from tests.lang.test_check_pages import declarations

ROOT = Path(__file__).resolve().parents[2]
STANDARD = ROOT / "stdlib_policies"
ENOUGH = 0.98


@define
class Tally:
    """How slips were told: `silent` gave another good program, which no front end can know."""

    silent: int = 0
    one: int = 0
    elsewhere: int = 0
    several: int = 0
    kinds: Counter[str] = field(factory=Counter)
    worst: list[str] = field(factory=list)

    @property
    def told(self) -> int:
        return self.one + self.elsewhere + self.several

    @property
    def share(self) -> float:
        """Of the slips that were told: exactly one message, in the right statement."""
        return self.one / self.told

    def add(self, name: str, slip: Slip, found: tuple[Diagnostic, ...]) -> None:
        if not found:
            self.silent += 1
            return
        if len(found) == 1 and speaks_of(found[0], slip):
            self.one += 1
            return
        self.elsewhere += len(found) == 1
        self.several += len(found) > 1
        self.kinds[slip.kind] += 1
        said = [(d.code, d.span.source.position(d.span.start)[0], d.message.en) for d in found[:4]]
        self.worst.append(f"{name}:{slip.first_line} {slip.kind} {slip.token!r}: {said}")


def speaks_of(found: Diagnostic, slip: Slip) -> bool:
    """The finding, or a place that it names, is in the statement of the slip."""
    for span in (found.span, *(label.span for label in found.labels)):
        line = span.source.position(span.start)[0]
        if slip.first_line <= line <= slip.last_line:
            return True
    return False


def programs() -> list[tuple[Source, Loader]]:
    """Good programs: the language page's, the tour's, Shaoxing with its module, the corpus."""
    good: list[tuple[Source, Loader]] = [
        (Source(declarations(), "pages"), NoFiles()),
        *((Source(path.read_text(encoding="utf-8"), str(path)), NoFiles())
          for path in sorted((ROOT / "docs" / "examples").glob("*.policy"))),
    ]  # fmt: skip
    for chunk in chunks():
        if chunk.good and "depth" not in chunk.name and "line_ends" not in chunk.name:
            good.append((chunk.source, FolderLoader((FOLDER / "modules",))))
    return good


def large_programs() -> list[tuple[Source, Loader]]:
    shaoxing = STANDARD / "shaoxing_2021_51" / "shaoxing_2021_51.policy"
    loader = FolderLoader((shaoxing.parent, STANDARD))
    return [(Source(shaoxing.read_text(encoding="utf-8"), str(shaoxing)), loader)]


def tally(given: list[tuple[Source, Loader]], each: int, seed: int) -> Tally:
    counted = Tally()
    for source, loader in given:
        for slip in slips(source, seed, each):
            counted.add(Path(source.name).stem, slip, load(Source(slip.text, source.name), loader)[1])
    return counted


def test_a_slip_gives_one_message_in_its_statement() -> None:
    counted = tally(programs(), 12, seed=1)
    assert counted.told > 300
    assert counted.share >= ENOUGH - 0.01, "\n".join(counted.worst)  # a small sample


@pytest.mark.slow
def test_thousands_of_slips_give_one_message_each_in_their_statement() -> None:
    counted = tally(programs(), 130, seed=2)
    in_shaoxing = tally(large_programs(), 2_500, seed=3)
    for part in (counted, in_shaoxing):
        print(f"slips told {part.told}, silent {part.silent}, one {part.one}, several {part.several}", part.share)
    assert counted.told + in_shaoxing.told >= 5_000
    assert counted.share >= ENOUGH, "\n".join(counted.worst)
    assert in_shaoxing.share >= ENOUGH, "\n".join(in_shaoxing.worst)
