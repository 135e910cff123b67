"""Who acts: for each kind of agent its columns and its decision rules as pure functions."""
