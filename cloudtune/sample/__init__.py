"""A store that never was: synthetic series whose truth is known."""

from cloudtune.sample.init import write_init
from cloudtune.sample.store import write_sample

__all__ = ["write_init", "write_sample"]
