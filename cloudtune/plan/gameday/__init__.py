"""Game days: a forecast as journeys of customers, at the rates that a load generator plays."""
