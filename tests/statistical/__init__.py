"""Statistical claims about the baseline over many seeds; slow, run by `make test-long`."""
