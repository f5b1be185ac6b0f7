"""From rosters and payment ledgers as they are to what the simulator learns from, and what it learnt as a file."""
