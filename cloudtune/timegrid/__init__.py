"""Steps, durations and moments, on the standard library alone."""

from cloudtune.timegrid.duration import Duration
from cloudtune.timegrid.moment import Moment
from cloudtune.timegrid.step import STEPS, Step

__all__ = ["STEPS", "Duration", "Moment", "Step"]
