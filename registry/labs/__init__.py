"""Laboratories, their accreditation and scope."""
