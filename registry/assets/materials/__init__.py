"""What is known of a reference material: its certificate, its shelf life, and how much of it is left."""
