"""Things that measure and things they are measured against: identity, place, schedules, labels."""
