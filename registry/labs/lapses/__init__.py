"""What of laboratories lapses, and when: one list for reminders."""
