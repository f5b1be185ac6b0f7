"""A checked program to a typed IR and to evaluators: the interpreter (the definition), readable Python, columns."""
