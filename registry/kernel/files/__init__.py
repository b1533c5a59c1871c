"""Files that hang on records: what they are, where their bytes lie, how they are handed out."""
