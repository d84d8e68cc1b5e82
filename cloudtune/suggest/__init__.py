"""Finding what a spec lacks, in its own data, as edits ready to apply."""
