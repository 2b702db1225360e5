"""Tests of the page people answer on and of the store behind it."""
