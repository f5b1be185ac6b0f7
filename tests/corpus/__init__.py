"""The corpus: small programs by feature, good and bad, with what is said of them written inside. See chunks.py."""
