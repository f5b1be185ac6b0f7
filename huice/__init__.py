"""The public face of Huice."""
