"""The person engine as machine code: simulation and clauses in one walk, nothing of size people × months in memory.

A function for each entity goes over draws, the months of arrival and the rows that arrived in them. Of eight rows at a
time it draws what they are (the same keyed words as `simulator/people`, so that the same people come out to the bit),
then of one row after another makes its history a bit a month, and the clauses on it with the code of
`compiler.backends.kernels`. What comes out is sums by draw, clause and month.

    recipes.py    how each attribute is drawn, from the scenario; what has no recipe is the NumPy engine's
    words.py      the keyed random words as LLVM code
    drawing.py    the attributes of a block of rows;   histories.py   spells and what follows them, a bit a month
    streams.py    the operations of the IR on rows that are made, not loaded;   sums.py   where payments go
    code.py       one function an entity;   engine.py   from a plan to all of that
    kernel.py     the code over draws: the arrays of a piece of them, the call, the threads
"""
