"""Reports on a plan: campaigns, what units report, and the consolidated report that is frozen with a hash."""
