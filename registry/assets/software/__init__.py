"""Firmware and software of an instrument, version after version."""
