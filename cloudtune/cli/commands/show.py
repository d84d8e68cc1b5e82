"""`cloudtune show`."""
