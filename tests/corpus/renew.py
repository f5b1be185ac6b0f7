"""Writes the expectations that hold today into the corpus: `python -m tests.corpus.renew [--check]`.

Read the difference before committing it: the command records what `check` says, not what it ought to say.
"""

from __future__ import annotations

import sys

from tests.corpus.chunks import FOLDER, chunks_of, files, joined


def main(arguments: list[str]) -> int:
    stale = 0
    for path in files():
        before = path.read_bytes().decode("utf-8")
        after = joined([chunk.renewed() for chunk in chunks_of(path)])
        if before == after:
            continue
        stale += 1
        print(path.relative_to(FOLDER))
        if "--check" not in arguments:
            path.write_text(after, encoding="utf-8", newline="")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
