"""Finders that ask the solver (`huice check --deep`). One a file; `registry.py` lists them."""
