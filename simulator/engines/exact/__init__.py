"""The exact engine: distributions of totals computed, not drawn; only the unknowns are drawn, quasi-randomly.

components   a plan → one small net for each clause (or exclusive group), and why a clause has none
nets         automata with weights, minimised; beliefs: fixed attributes hidden until a payment shows them;
             products: nets of the same people followed together
units        what a unit can be, for a question about some clauses: rows, classes, weights
questions    a measure in some months → what each payment means to it (take-up, lags, deadline)
laws         the law of what a unit is paid, backwards along its net, at points of the space of worlds (worlds)
counts       how many units arrive
sums         independent compound sums in every world: means, variances, cumulants
answers      a question → the sums that it asks about
compound     distributions of the sums by characteristic functions

`conditional_moments` is for whoever needs means and variances given the world: see its docstring.
"""

from simulator.engines.exact.moments import Moments, conditional_moments

__all__ = ["Moments", "conditional_moments"]
