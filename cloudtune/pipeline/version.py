"""The version of the figures."""

ENGINE = "2"
"""Another one makes every report stale. Raise it when the same input gives other figures."""
