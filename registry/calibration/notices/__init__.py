"""Notices of due dates: to people by e-mail, to programs by webhook, and as a calendar."""
