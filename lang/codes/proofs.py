"""HC49x: what a proof says of a policy, and where there is none. The other findings of analysis stand in HC4xx."""

from __future__ import annotations

from lang.codes.registry import register

register(
    "HC490", "info", "coverage",
    ("not proved", "未能证明"),
    ("`huice check --deep` asks a solver, with a limit that counts its steps. Where it neither proves that something "
     "is so nor finds a person who shows that it is not, that is said: it does not mean that all is well.",
     "“huice check --deep”借助求解器，并限定其步数。既不能证明、又找不到反例时，会如实说明，这不等于没有问题。"),
)  # fmt: skip
