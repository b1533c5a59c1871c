"""Certificates and other files of calibrations."""
