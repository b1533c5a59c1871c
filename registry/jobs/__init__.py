"""Work the clock starts: the timetable, who runs it, and what became of each run."""
