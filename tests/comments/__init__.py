"""Tests of what is understood of comments."""
