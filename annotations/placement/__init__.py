"""What becomes of notes when the text beneath them changes: carried, told, put right by hand."""
