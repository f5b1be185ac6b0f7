"""The parts of the interpreter (`compiler/interpret.py`): the definition of what a program pays."""
