"""Figures as they were reported to a board: frozen, addressable for ever, compared with today's."""
