"""Reviewing an interval: what earlier calibrations say about how long the next one may wait (ILAC-G24 / OIML D 10)."""
