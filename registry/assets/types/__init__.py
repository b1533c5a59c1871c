"""Instrument types: what the law or an organisation asks of each, effective-dated, and what follows for an asset."""
