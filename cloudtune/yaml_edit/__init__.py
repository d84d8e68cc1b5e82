"""Edits of specs that touch nothing but the lines that are meant."""
