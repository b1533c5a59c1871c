"""Pages: one module for each place a person stands."""
