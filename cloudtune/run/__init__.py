"""The steps of the pipeline, listed once, and what runs them: workers, cache, what-ifs, publishing."""
