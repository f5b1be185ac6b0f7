"""`report.html`: one page that answers the question, and can be signed and printed.

In: a `Projection` or `Comparison` of `huice.reports.tables` (every figure of the page is one of theirs) and a language.
Out: the text of one HTML file. It loads nothing from anywhere: style and script are inside, named by their hashes in a
content security policy that forbids all else. Without the script everything is still there to read and to print; with
it charts tell their figures under the pointer or by arrow keys, tables sort and copy themselves as figures in yuan.

    markup       elements whose text is escaped unless it is markup already
    document     the frame of a page: head, policy, style, script
    tables       a `Table` → <table>: what is shown, and beside it the figure in yuan (<data value>)
    figures      a chart in two widths (a sheet, a telephone), its caption, what stands under it
    charts/      fan, bars, exceedance, waterfall, tornado: records → SVG
    parts        what both pages end with: assumptions, method and error, where the figures come from
    simulation, comparison    the two pages

The same figures and language give the same bytes.
"""
