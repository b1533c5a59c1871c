"""Proficiency tests and comparisons: schemes, rounds, results, scores, follow-up, and the plan that covers a scope."""
