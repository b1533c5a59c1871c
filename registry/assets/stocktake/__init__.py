"""Stock-takes: what should be at a place, what was scanned there, and how the two differ."""
