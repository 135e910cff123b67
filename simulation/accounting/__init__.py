"""Who owes what to whom: the only code that moves money."""
