"""Periods of a plan that are closed, because what was reported on them is not to move any more.

What counts and what money moved up to the last closed day stays as it is, until somebody opens the period again with a
reason. One thing remains possible: to exclude, with a reason, a record that counts there. That is a correction of
today's number, written down today; a report that was frozen keeps its own.
"""
