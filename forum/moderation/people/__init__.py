"""What moderators do about people: sanctions, strikes, misuse of flags, notes on somebody."""
