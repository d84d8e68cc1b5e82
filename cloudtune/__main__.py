"""`python -m cloudtune`."""

from cloudtune.cli.main import main

# Guarded: the processes that a run spreads over import this module again.
if __name__ == "__main__":
    main()
