"""Comparative statics: twelve changes of policy, what was expected of each, and what paired runs find."""
