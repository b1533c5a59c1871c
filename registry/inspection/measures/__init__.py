"""What an inspected organisation has to do, by when, and whether it did."""
