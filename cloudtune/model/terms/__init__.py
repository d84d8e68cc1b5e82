"""The ingredients of the model, one file each."""
