"""Speed and memory, measured and kept; `python -m benchmarks` or `make bench`. No test ever asserts a time."""
