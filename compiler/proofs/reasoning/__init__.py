"""Whether conditions can hold together, by looking alone: no solver, no search, no facts.

In: checked conditions. Out: what contradicts what, what implies what, with the places in the text. `ranges` knows
between which bounds an expression lies, `literals` takes a condition apart, `conjunction` puts parts together until
one of them leaves nothing possible. What is not understood is taken as possible: everything that is said here is
certain, and much that is certain is left for the proofs (`check --deep`).
"""
