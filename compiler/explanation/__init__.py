"""Why a clause pays a row, or does not, and what would change that."""
