"""How many instruments were inspected and what was found, by type, area and year."""
