"""What a plan asks of whom: duties with their due dates, state, owner and documents."""
