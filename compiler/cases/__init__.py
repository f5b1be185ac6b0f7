"""The cases of a policy, run through an evaluator."""
