"""Long lists of assets: found, filtered, counted, kept as views, and changed many at a time."""
