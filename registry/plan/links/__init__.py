"""What indicators of different plans have to do with each other, as the plans' files say it."""
