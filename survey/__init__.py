"""Asks people how they fared after each enquiry, and gives the answer to those who can act on it.

The packages below are rooms, ordered as the data travels; `docs/architecture.md` shows the way.
"""
