"""Random words by key, distributions, and the worlds drawn from them."""
