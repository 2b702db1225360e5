"""Reckons again what was published, another way, from whatever rows still exist."""
