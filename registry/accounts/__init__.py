"""Organisations and their succession, people, roles, sign-in, tokens."""
