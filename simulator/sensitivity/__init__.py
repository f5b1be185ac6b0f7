"""Which unknown drives the budget: Sobol indices, a tornado, and what knowing an unknown would be worth.

In: a program, a scenario, an engine. Out: a `Sensitivity` (`results.py`), plain records that the terminal, the workbook
and the report page take as they are; `to_dict()` is the JSON of `huice sensitivity`.

    design       points of the unit cube: Saltelli's A, B and A with one coordinate of B, 16 scrambles
    estimators   values at the points → indices with their errors (pure functions of arrays)
    scan         values at points of the unit cube → sums over the design, stage by stage
    sources      expected spending given the unknowns: simulated, exact, or both
    analyses     which of these, for which measures, in how many draws
    results      the records and their JSON
    run          one analysis on one page

What is measured is E[spending | unknowns]: people given the world are integrated (or simulated twice, independently),
so that an index tells of the unknowns alone. An unknown stands for a coordinate of its own in the unit cube: where the
arguments of a distribution read other unknowns, its index is that of what is new in it, given those.

The records, for who draws or writes them:

    Sensitivity
      plan, engine, draws, seed                as in Results
      unknowns: name → About                   in order of declaration
      outputs: tuple[Output, ...]              total, each clause, each year; entitled and paid of each
      measures: those that were analysed       both, unless only one was asked for, or is all that an engine can do
      of(scope, name, measure) → Output        of("total"), of("clause", "rent"), of("year", "2025", "paid")
      study_first: Advice | None               None where no unknown moves the total
      to_dict(language) → JSON
    About       name, label, read, depends_on, values = its P10, P50, P90 (shares as fractions, money in yuan)
    Output      scope "total" | "clause" | "year"; name ("" | clause | "2025"); measure "entitled" | "paid";
                draws; mean, mean_error, sd (yuan); unknowns, people (shares of the variance, or None), share_error;
                effects: unknown → Effect;  by_swing() → the tornado: (unknown, Effect), largest swing first
    Effect      first, first_error, total, total_error (None where the unknowns' share cannot be told from nothing);
                removed: share of the variance of the spending that would go if the unknown were known;
                low, high: mean spending (yuan) with the unknown at its P10, at its P90, the others as they are;
                swing = high − low, swing_error
    Advice      unknown, effect, tied (others that these draws do not tell apart), sentence (Text in both languages)

JSON (`to_dict`): amounts are numbers (estimates, yuan), an error is half of a 95% t-interval over the scrambles:

    {"version": 1, "policy", "scenario", "engine", "draws", "seed", "worlds": simulated in all,
     "unknowns": {"arrivals": {"label", "read": true, "depends_on": [], "values": {"0.1", "0.5", "0.9"}}},
     "total":   {"entitled": OUTPUT, "paid": OUTPUT},
     "clauses": {"rent": {"entitled": OUTPUT, "paid": OUTPUT}},
     "years":   {"2025": {"total": {"entitled": OUTPUT, "paid": OUTPUT}}},
     "study_first": {"unknown", "first", "total", "removed", "tied": [], "sentence"} | null,
     "without_effect": ["fairs"], "notes": [], "timing": {"seconds"}, "manifest": {…}}
    OUTPUT = {"draws", "mean", "mean_error", "sd", "variance": {"unknowns", "people", "error"},
              "unknowns": {"arrivals": {"first", "first_error", "total", "total_error", "removed",
                                        "low", "high", "swing", "swing_error"}}}
"""
