"""What counts for the indicators of a plan: decided, proposed, and what fell since."""
