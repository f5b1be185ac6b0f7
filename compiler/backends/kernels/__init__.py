"""The IR as machine code: one pass over the rows of an entity, a person's whole history at a time.

What carries it: a yes/no over the months of the window is one whole number, a bit a month, so that `and`, `or`, `not`
are one instruction for sixty months, a run of twelve months is four shifts, and the first month in which a condition
holds is the lowest bit. Numbers that change by the month are vectors. The code is LLVM's, made from the IR through
llvmlite with invented names only; nothing a policy says is ever in it but numbers.

    facts.py      the facts as flat arrays, by entity and attribute, and the window of months
    schedule.py   in which order entities are passed over;  kept.py, feeds.py: what one pass leaves for a later one
    values.py     what a stream is inside a row: flags, numbers
    build.py      blocks, loops and vectors;  walks.py: the rows in order;  guards.py: rows that are left at once
    streams.py    operations of the IR, one method each;  cells.py: facts;  registers.py: operations that remember;
                  reckoning.py: comparison and arithmetic;  dates.py
    clauses.py    the stages of a clause from alternatives to limits
    sinks.py      where payments go: totals by month, or rows of a ledger
    machine.py    text of LLVM in, callable code out
    groups.py     clauses that shut each other out;  quotas.py, places.py: who may claim, and who of them finds a place
    ahead.py      cells of linked rows asked for before they are needed
    doubts.py     rows of which something that matters is unknown: the evaluators say what they get
    passes.py     a function a pass;  run.py: all of it on one page;  ledger.py: rows of payments as a ledger
"""
