"""Criteria sets, assessments against them, what was found, and how it is put right."""
