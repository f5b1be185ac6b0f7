"""Statements to the tree, with a message for each that does not parse."""
