"""What can be proved of policies: findings of `huice check`, each with a person who shows it, and properties.

In: checked and compiled policies, one or several together (`finding.Policy`). Out: `finding.Finding`s.

The contract of a finder
    A finder is one module with a function `find(policies) -> Iterator[Found]`. It looks for one thing and is listed in
    `registry.py`: `fast/` runs in every `huice check` (no solver; milliseconds where nothing is found, and where
    something is, `reasoning/somebody` looks for who shows it), `deep/` with `--deep` (the solver of
    `compiler/backends/smt`, within deterministic limits). It gives
    - `Finding`: something is so. `code` is registered in `lang/codes` (severity and category stand there).
      `witness` is a `witness.Witness`: made by `witness.witness(…)`, which replays the facts in the interpreter and
      gives None where they do not show what they are to show. No finding with a witness is made without that replay.
    - `Disproved`: a proof that what a fast finder said (showing nobody) is not so; nothing is said of that cause then.
    - `NotProved`: it could not be decided whether something is so, and why. It is reported (HC490), never dropped.
    Two findings of one cause are one: the same `cause` (aspect, policy, clause, …) is reported once, and what
    a deep finder says takes the place of what a fast one said of it. `run.findings` does this, and sorts.

Who finds what (so that nothing is said twice)
    fast   conditions, order and amounts as far as bounds alone decide; clauses that a group shuts out; gaps and double
           rows of tables; facts, parameters and definitions never read; limits; dates that are written out
    deep   dead and contradictory conditions, shadowed rules and order, overlaps, stacking, cliffs, amounts below 0,
           limits that never bind, dates of facts on which conventions differ, properties

Properties: `properties.prove(policy, property)` gives Proved, Refuted (a witness) or NotProved. What a property
means is said in `claims.py`, for the tests with drawn facts too: `claims.holds`, `claims.never_less`.
"""
