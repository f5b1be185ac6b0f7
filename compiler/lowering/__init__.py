"""A checked program becomes the IR."""
