"""Learning from the ledger: what rosters and payments say of a scenario's unknowns, and what is to come.

known_at      a roster as it was known at the end of a month
observed      a roster as arrays: when rows came, their monthly facts, their values
posteriors    beta and gamma distributions of what was counted
spells        leaving and returning: trials, events, the Kaplan–Meier curve
following     which monthly fact goes on by itself, follows another, or never changes
coming        how many arrive in a month
values        shares of kinds, numbers, dates counted from the arrival, links
claims        take-up and lag, of payments that may still come
calibrate     all of it as a scenario in the language, with a note a figure
evidence      what a scenario's expressions are held against; likelihoods of worlds
worlds_after  worlds drawn from the posterior
so_far        the year to date in a run: known payments, what is still open
forecast      a run whose beginning is known; reforecast: with updated unknowns
backtest      forecasts from cuts, scored against what was paid
"""
