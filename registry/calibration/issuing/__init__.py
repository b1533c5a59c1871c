"""Which laboratories issue their certificates here, so that none gets its number without a second person."""
