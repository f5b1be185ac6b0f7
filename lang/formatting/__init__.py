"""The canonical form of a policy file, in either language: spelling, expressions, statements, layout, translation."""
