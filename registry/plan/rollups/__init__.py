"""Plans seen as a whole: as of any day, as known at any time, over time, by part, and beside each other."""
