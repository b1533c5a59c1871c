"""The decisions of bodies about accreditations, over time."""
