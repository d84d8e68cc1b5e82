"""Forecasts: fit, project, backtest, intervals, accuracy, explanation."""
