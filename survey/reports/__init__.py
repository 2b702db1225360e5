"""Figures a board can rely on: measures, the figures API, the board page."""
