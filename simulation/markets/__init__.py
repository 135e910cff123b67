"""Where agents meet: one file per mechanism, named by its key in a scenario's `mechanisms:`."""
