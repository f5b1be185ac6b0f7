"""A program as a document: constants (`values`), expressions, clauses and other statements in plain words; program text
(`code`); example people (`example`); the order of it all (`sections`); the page (`page`)."""
