"""Readable Python evaluators: generated from the IR (`generate`), and the runtime that they call."""
