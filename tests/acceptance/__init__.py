"""Policies and rosters with answers worked out by hand from the language's definition, asked through the command."""
