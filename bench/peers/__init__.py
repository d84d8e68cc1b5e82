"""Peers: one file each, calendar and variables given to all."""
