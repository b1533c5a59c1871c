"""What laboratories state of themselves, and who confirms it."""
