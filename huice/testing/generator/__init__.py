"""Random well-typed policies as a person would write them. The same seed gives the same.

`world` is the vocabulary (persons, enterprises, agencies), `expressions` draws one expression of a type, `policies` the
text of a whole policy, which goes the way of every policy: parser, checker, lowering, passes.
"""
