"""Files of a plan for spreadsheets, made in the background."""
