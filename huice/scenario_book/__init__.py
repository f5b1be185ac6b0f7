"""A scenario as rows of a workbook, to be edited by people who know the figures, and back.

    statements   a program and a scenario's name → its statements, each with the figures that stand in it
    read         the rows of a workbook, edited or not → the text of a scenario, and what is wrong, by sheet and cell
    layout       what stands where on the sheet, for both directions (huice.reports.budget.assumptions writes it)

On the sheet a statement stands as it is written in a policy, with ①, ② … in the place of its figures; the figures stand
below it in cells of their own. So nothing has to be guessed when it is read: the figures are put back into the
statement, and the parser and the checker judge the whole as they judge any scenario. What they say is told of the cell
that it is about. Appropriations, of which there are many, stand on a sheet of their own by fund, pot and year.
"""
