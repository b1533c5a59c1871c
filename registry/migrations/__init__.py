"""Numbered schema versions, each with a real downgrade."""
