"""Procedures: how a kind of work is done on some instruments, as versions that never change."""
