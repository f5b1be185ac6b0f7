"""A program and a scenario to distributions of spending."""
