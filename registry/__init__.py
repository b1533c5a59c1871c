"""Registry of measurement standards, instruments, laboratories and the plan indicators their records fulfil."""
