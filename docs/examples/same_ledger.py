"""Do two ledgers hold the same payments? (`make demo` asks it of the workbook's and the CSV folder's.)

Usage: same_ledger.py A.xlsx B.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook


def rows_of(path: Path) -> list[tuple[str, ...]]:
    """clause, id, month, due and amount of every payment."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [list(row) for row in csv.reader(file)][1:]
    else:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        rows = [[str(cell) for cell in row] for row in sheet[1:] if row[0]]
    return sorted((row[0], row[4], row[5], row[6], f"{float(row[7]):.2f}") for row in rows)


def main() -> int:
    a, b = (rows_of(Path(name)) for name in sys.argv[1:3])
    same = a == b
    print(f"{len(a)} payments, {len(b)} payments: {'the same ledger' if same else 'DIFFERENT'}")
    return 0 if same and a else 1


sys.exit(main())
