"""The standard policies, as data. This package imports nothing."""
