"""Sheets that people send in: read cell by cell, judged row by row, imported in one go, undone in one go."""
