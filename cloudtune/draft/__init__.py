"""A first spec from data that somebody has: what a file says of itself, and what had to be assumed."""
