"""The tree to a checked program: names, types, units, cases, scenarios."""
