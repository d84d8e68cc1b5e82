"""Holding a committed forecast against what happened."""
