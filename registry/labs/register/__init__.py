"""The public register of laboratories: nothing that is private."""
