"""The one place of figures: the results of a run as plain records, for every report alike.

In: the JSON form of a simulation or a comparison (`Results.to_dict()`, `Comparison.to_dict()`, or `results.json` read
back) and the checked program. Out: `Projection` and `Comparison` of `records.py`: figures as they are, with names in
both languages; and from these `Table`s, whose cells the terminal, the page and the workbook show. So all outputs agree
to the fen: none of them computes or picks a figure of its own.

    projection(data, program)     a simulation → Projection
    comparison(data, program)     a comparison (program: B) → Comparison
    answer(projection)            the sentence that answers what it will cost, in both languages
    answer_of_comparison(...)     the same of a comparison
    views, fund_views, difference_views   Projection or Comparison → Table: headings and cells as they are shown
                                  everywhere; headings.py has the words

Amounts are yuan, never rounded here; `Unit.show` of `huice.reports.amounts` rounds when something is shown. What a
result does not have (an older file, another engine) is None or empty, never 0.
"""

from huice.reports.tables.answer import answer, answer_of_comparison
from huice.reports.tables.comparison import comparison
from huice.reports.tables.projection import projection
from huice.reports.tables.records import Comparison, Projection, Table

__all__ = ["Comparison", "Projection", "Table", "answer", "answer_of_comparison", "comparison", "projection"]
