"""Characters to statements of tokens: encoding, signs, words, lines."""
