"""Passes over the IR: each is one function, `(ir.Program) -> ir.Program`, in a file of its name."""
