"""`python -m simulation` is the command `tif`."""

from simulation.cli import main

if __name__ == "__main__":
    main()
