"""All calls of git: safe by their settings, and in this package alone."""
