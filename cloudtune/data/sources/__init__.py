"""Readers of sources: one file a kind, and one table of them."""
