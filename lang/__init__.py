"""Text to a checked program: source, tokens, tree, names, types, messages. Knows no numbers library and no files but its own."""
