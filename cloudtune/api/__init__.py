"""What stands behind the names of `cloudtune`: specs, forecasts and tables as a notebook meets them."""
