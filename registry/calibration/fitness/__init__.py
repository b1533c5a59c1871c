"""Fitness: which standards and instruments of today could serve as traceable standards in the years to come."""
