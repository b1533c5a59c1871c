"""Accreditation bodies, what their numbers look like, and the arrangements they signed."""
