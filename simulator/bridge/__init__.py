"""From version A to version B in steps that add up: what each changed declaration costs or saves.

In: two versions, the comparison of their simulations, and what changed (compiler.difference). Out: `Bridge`, one step a
change. The steps add up to B − A, draw by draw and to the fen; what is left by changes that nobody named is a step of
its own, so that nothing is lost. A null change has no step, and an ineffective one is exactly 0 in every draw.

    steps     which changes are one step: those that cannot stand one without the other are glued
    hybrid    A with some of B's declarations: the versions between the two
    shares    Shapley values and differences in a stated order, of arrays and of percentiles
    bridge    runs what must be run, with common random numbers, and adds up

How a step is measured (`method`): clauses that cannot stand in each other's way are taken apart first, so a change that
is alone with its clauses is `alone`: its step is the difference itself. Where up to MOST_SHAPLEY changes reach the same
clauses, each gets the average of what it adds over all orders in which they could be made (`shapley`: Shapley, "A value
for n-person games", 1953). Where there are more, they are made `in order`, as they are listed.

The JSON is a list, `"bridge"` of `huice compare --json`, one object a step:
    changes   [{"declaration": "clause", "name": "stable_job", "entity": null, "label": "就业稳岗补贴"}]; empty for
              what is left
    reaches   clauses whose payments the step can change
    entitled  {"method": "alone|shapley|in order", "mean", "sd", "mean_error", "sd_error", "quantiles",
              "quantile_errors", "min", "max", "p90": {"value", "error"}}: yuan, of the whole period.
              `quantiles` are of the step itself;
              `p90.value` is what it adds to the 90th percentile of the total, and these add up to the
              difference of the two percentiles. Errors: half of a 95% interval.
    paid      the same of what is paid: where no money can run short, or where it was asked for
    years     {"2025": {"entitled": {"mean", "mean_error", …}, "paid": {…}}}, as far as they are there
The sums of `mean` over the steps are `difference.total.entitled.mean` and `difference.total.paid.mean`.
"""
