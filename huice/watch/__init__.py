"""`huice watch`: a policy while it is being written. Every save shows its mistakes, or what it does to the budget.

files      the files that are followed, and when one of them was saved (polled; settled before it is read)
reading    the program of the file, its findings, and which files it is made of
changes    two versions in the same draws → what the change costs: records, and their JSON
events     what there is to tell; `Terminal`, `Lines` and `Json` are the ways to tell it
loop       save → mistakes → first figures → better ones while nothing is saved

Versions are simulated by `simulator.incremental`: clauses that did not change are not simulated again.
"""
