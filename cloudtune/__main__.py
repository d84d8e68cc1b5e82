"""`python -m cloudtune`."""

from cloudtune.cli.main import main

main()
