"""Traceability: what a result rests on, up to where its chain ends, and what rests on a standard."""
