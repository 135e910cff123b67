"""The commands of `tif`, a file a family; what a command takes and prints, nothing else."""
