"""History from sheets: calibrations, verifications, checks and tests of years, in one go."""
