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
evidence      what a scenario's expressions are held against (terms), from a roster; from_ledger, from payments alone
worlds_after  worlds drawn from the posterior: exactly, by a grid, by weighted candidates (importance)
so_far        the year to date in a run: known payments, what is still open
forecast      a run whose beginning is known; reforecast: with updated unknowns; forecast_checks: what cannot be
backtest      forecasts from cuts, scored against what was paid
"""
