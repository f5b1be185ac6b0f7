"""Personal data: what is masked, under which names people leave the house, and who may see more."""
