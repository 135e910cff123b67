"""What makes the model fast and repeatable; this room knows no economics."""
