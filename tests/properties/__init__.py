"""The differential property test: random tagged programs, as notebook and as package."""
