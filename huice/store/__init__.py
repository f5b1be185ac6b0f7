"""The results of a run as files that any tool reads, and opened again with the same figures.

    tables   a run's results → Arrow tables: every distribution of the JSON, and what was booked in every draw
    opened   a folder written by `huice simulate --out` → `huice.Results`

The schema is documented in docs/results.md. Money is whole fen (int64) where it was booked, and yuan (float64) in
distributions, as everywhere.
"""
