"""Forecasts as code: YAML specs in, reviewed forecasts out."""

__version__ = "0.1.0"
