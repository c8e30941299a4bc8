"""What responses quote: found, linked in both directions, and offered to be marked."""
