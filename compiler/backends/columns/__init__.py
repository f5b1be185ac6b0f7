"""The IR over NumPy columns, for the simulator."""
