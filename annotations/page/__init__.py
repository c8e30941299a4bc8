"""What the reading page is made of: gathered, marked, written from its parts, and kept."""
