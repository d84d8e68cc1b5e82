"""Two states of a repository, and what a reviewer needs to know of the difference."""
