"""Calibrations, verifications, their results, due dates and overdue flags."""
