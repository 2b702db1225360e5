"""Months that are over, counted beforehand for insiders' figures, and again when one changes."""
