"""Past forecasts out of git, held against what came since."""
