"""Cases: a standard was found out of tolerance, and everything that relied on it is judged, disposed of, signed off."""
