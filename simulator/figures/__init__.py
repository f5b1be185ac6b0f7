"""From books to distributions and their JSON."""
