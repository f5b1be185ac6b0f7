"""The files that are followed, and when one of them was saved.

Files are looked at by name, a few dozen times a second: whether time of change, size or number of the file differ from
what they were. That costs next to nothing for the handful of files a policy is made of, and works the same for editors
that write in place, that write beside and rename, that delete first, and on network drives and in containers, where
notifications of the system do not arrive.

A file may be half written when it is first seen. It is read when it has not changed between two looks, and one that is
gone or empty is given a second to come (back).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import define, field

POLL = 0.05  # seconds between two looks
SETTLE = 0.04  # without a change it is whole
LONGEST = 1.0  # seconds to wait for a file that is gone, empty, or keeps changing

State = tuple[object, ...] | None  # of a file; None: there is none


def state(path: Path) -> State:
    """What changes when a file, or one in a folder, is saved."""
    try:
        found = path.stat()
        if not path.is_dir():
            return found.st_mtime_ns, found.st_size, found.st_ino
        with os.scandir(path) as entries:
            inside = sorted((e.name, e.stat().st_mtime_ns, e.stat().st_size) for e in entries if e.is_file())
        return tuple(inside)
    except OSError:
        return None


@define
class Followed:
    """`follow` the files; `changed` tells of a save, once."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _states: dict[Path, State] = field(factory=dict, init=False)

    @property
    def states(self) -> Mapping[Path, State]:
        return self._states

    def follow(self, states: Mapping[Path, State]) -> None:
        """These and no others, each in the state in which it was read; those that were followed already keep theirs."""
        self._states = {path: self._states.get(path, of) for path, of in states.items()}

    def look(self) -> tuple[Path, ...]:
        """The files that are not as they were, and take them as they are now."""
        now = {path: state(path) for path in self._states}
        found = tuple(path for path, of in now.items() if of != self._states[path])
        self._states = now
        return found

    def settled(self) -> tuple[Path, ...]:
        """The files that changed since the last call, each whole as far as one can see; nothing when none did."""
        changed = dict.fromkeys(self.look())
        if not changed:
            return ()
        until = self.clock() + LONGEST
        while self.clock() < until:
            self.sleep(SETTLE)
            again = self.look()
            changed |= dict.fromkeys(again)
            if not again and not any(_not_there(self._states[path]) for path in changed):
                break
        return tuple(changed)


def _not_there(of: State) -> bool:
    """Gone, or empty: most editors are about to write it."""
    return of is None or (len(of) == 3 and of[1] == 0)
