"""Figures as tables: CSV with its description, and spreadsheets, all of the same columns."""
