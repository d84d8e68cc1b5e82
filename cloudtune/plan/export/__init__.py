"""Schedules as files that platforms take: one format a file, one table of formats, one table of limits."""
