"""State inspections of measurement: plans of a year, visits, what was seen, minutes and what follows from them."""
