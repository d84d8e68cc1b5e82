"""A store that never was: synthetic series whose truth is known."""
