"""What a researcher writes: parameters of the catalogue, dated levers, and the frozen `Scenario` they become."""
