"""Things a test needs, one module per slice: plain functions that store a row and give it back."""
