"""One kind of evidence a file: residuals of the fitted model in, proposals out."""
