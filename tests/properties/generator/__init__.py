"""Random well-typed programs with facts, for holding one evaluator to another. The same seed gives the same.

Two sources, because each reaches what the other cannot: `programs.py` draws the IR (every operation in any
combination), `huice.testing.generator` draws the text of a policy, which goes the whole way through parser, checker and
lowering.
"""
