"""Ledgers as files: what a row shows, how it is written and read back, and the manifest that vouches for it."""
