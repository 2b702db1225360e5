"""Whom to ask, and why not; the letter and its sending; opting out."""
