"""The IR as constraints: every fact of one row is a variable, every stream a term for each month of the horizon.

In: a compiled program. Out: terms for the solver, and from its models facts that the interpreter can replay.
"""
