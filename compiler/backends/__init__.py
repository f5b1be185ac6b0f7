"""Back ends: other ways of evaluating the IR than the interpreter, each held to it by tests."""
