"""Photos and documents of assets."""
