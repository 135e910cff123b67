"""The stages of an enterprise and the origins of projects, in the order of the engine's codes."""

PROOF, PROTOTYPE, PILOT, MARKET, QUEUE, PUBLIC = range(6)
DEAD, ACQUIRED = -1, -2
UNIVERSITY, PARK, SPINOUT, SERIAL, NO_ORIGIN = range(5)
