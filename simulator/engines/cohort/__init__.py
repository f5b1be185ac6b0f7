"""The cohort engine: how many people are in each state, drawn month by month; time does not grow with their number.

prepare     a plan → families of pieces with their trellises, once a run
arrive      how many arrive; by fixed attributes
walk        counts along a trellis: binomial draws by inversion, keyed by node and month
places      quotas: who of those that ask for a place gets one
payments    what the walks have marked → payments by count
engine      all of it for the draws of a chunk
"""
