"""Payments held against entitlements: which payment was for what, and what is wrong with it.

Data in, data out: `audit(ledger, payments, …)` in `audit.py` is the way in. Reading payment files is `read.py`; tables
and workbooks of findings are reports.
"""
