"""Clauses as finite automata: a program and a scenario's population in, states and transitions by month out.

people          what is fixed about a person from the start (factors with weights) and what changes by chance (chains)
pieces          which clauses must be followed together, for whom, and which clauses have no finite automaton (and why)
order           whether it matters to a clause who is paid first
step_program    the clauses' streams as one step: registers become numbers that are handed from month to month (stream
                by stream: rewriting)
kinds           every combination of fixed attributes, and what it means for the clauses month by month
transitions     the edges of the states that occur: what the chains do (here), what that comes to (board, marks)
trellis         states by month, minimised backwards: what can no longer be told apart by any payment is one node
minimise        which nodes can be told apart, by hashes of what their edges say

The cohort engine draws counts along the trellis; the exact engine makes nets of it and computes laws along them.
"""
