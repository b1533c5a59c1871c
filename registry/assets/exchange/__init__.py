"""Bulk exchange: sheets in and out, judged row by row before anything is changed, and undone as a whole."""
