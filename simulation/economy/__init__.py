"""What a quarter is: the schedule, the opening, the books, the recorder and the run."""
