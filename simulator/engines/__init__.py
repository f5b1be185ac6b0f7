"""Ways to get from a plan and its worlds to accrued payments."""
