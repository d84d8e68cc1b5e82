"""The version of the reports."""

RENDERING = "2"
"""Another one makes every report be written anew, figures as they are.

Raise it when the same forecast gives another document, page or chart.
"""
