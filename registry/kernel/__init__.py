"""What every slice leans on and which knows no slice."""
