"""Text to a checked program: tokens, tree, names, types, messages. Knows no numbers library, no files but its own."""
