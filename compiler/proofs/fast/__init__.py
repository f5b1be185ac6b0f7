"""Finders that run in every `huice check`: no solver, no search. One a file; `registry.py` lists them."""
