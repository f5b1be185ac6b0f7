"""What was written: the nodes of the tree, and walks over it."""
