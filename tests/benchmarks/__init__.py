"""Speed as ratios: what nb2prod takes against a reference that runs beside it."""
