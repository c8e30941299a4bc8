"""What is looked at before words are published: steps that each leave a signal for moderators."""
