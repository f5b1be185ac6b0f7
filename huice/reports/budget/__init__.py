"""The budget as a workbook that a finance bureau would sign, of a projection or of a comparison, Chinese or English.

In: figures of `huice.reports.tables`. Out: one workbook. Each sheet is a module: cover, spending (appropriations,
clauses, lines, groups, months), enough, sensitivity, targets, actual, assumptions, differences, source; `placed` and
`charts` hold how tables and charts are made of cells; `workbook` says which sheets there are, in order.

Exact yuan stand on the sheet of data alone; shown amounts are formulas over them in the unit of the report, totals are
live sums with a visible check, and every formula carries its value. The same results give the same bytes.
"""

from huice.reports.budget.workbook import write_budget, write_comparison_budget

__all__ = ["write_budget", "write_comparison_budget"]
