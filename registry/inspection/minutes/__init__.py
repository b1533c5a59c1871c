"""Minutes of inspections, frozen with a hash when they are signed."""
