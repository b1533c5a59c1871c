"""Labels: what is stuck on a thing so that its record is found; drawn, made beforehand, claimed, printed, revoked."""
