"""What is asked of the model: runs, comparisons, the folders they leave behind, and how long they take."""
