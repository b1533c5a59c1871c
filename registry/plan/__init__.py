"""Plans: what a province promised, what counts towards it, and how far it is."""
