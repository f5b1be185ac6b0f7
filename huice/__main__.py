"""`python -m huice` is the command `huice`."""

from huice.cli import main

main()
