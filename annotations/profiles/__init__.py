"""What the site shows of a person."""
