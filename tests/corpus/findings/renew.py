"""Writes the expectations that hold today into the planted programs:

    python -m tests.corpus.findings.renew [--deep]

Read the difference before committing it. Without `--deep`, expectations that only proofs meet are kept as they stand.
"""

from __future__ import annotations

import re
import sys

from tests.corpus.findings.programs import _EXPECTATIONS, FOLDER, _of_file


def main(proofs: bool) -> None:
    for path in sorted((FOLDER / "planted").glob("*.policy")):
        head = "# prelude\n" if path.read_text(encoding="utf-8").startswith("# prelude\n") else ""
        parts = []
        for program in _of_file(path):
            said = program.said()
            proved = [one for one in program.said(deep=True) if one not in said] if proofs else []
            lines = program.text.split("\n")
            for number, line in enumerate(lines, start=1):
                deep = [e for found in _EXPECTATIONS.findall(line) for e in re.findall(r'deep HC\d{3} "[^"]*"', found)]
                if proofs:
                    deep = [f'deep {code} "{marked}"' for at, code, marked in proved if at == number]
                new = [f'{code} "{marked}"' for at, code, marked in said if at == number] + deep
                bare = _EXPECTATIONS.sub("", line)
                lines[number - 1] = f"{bare}  ### {', '.join(new)}" if new else bare
            parts.append("\n".join(lines))
        path.write_text(head + "# ---\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main("--deep" in sys.argv)
