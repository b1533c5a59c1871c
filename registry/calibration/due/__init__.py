"""Due dates: why a day is due, how use ends a proof early, and how a manager extends one."""
