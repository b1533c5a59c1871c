"""Drafts: a plan's next version while it is being written; it may contradict itself until it is published."""
