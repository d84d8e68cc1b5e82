"""One file per command; heavy imports wait until it runs."""
