"""Adjustments: a plan's versions by decision, which one is in force when, and what differs between two."""
