"""Calibration: screen candidates, play points, emulate moments, draw from the posterior, try it on other seeds."""
