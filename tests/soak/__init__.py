"""Long runs in which nothing may break."""
