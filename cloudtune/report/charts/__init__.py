"""The parts of the chart: axes, labels, panels."""
