"""The enterprises a plan puts its weight on: proposed, confirmed, reviewed every year, removed, as of any day."""
