"""Two versions of a policy: what changed, what it reaches, one person whose answer differs. Data in, data out."""
