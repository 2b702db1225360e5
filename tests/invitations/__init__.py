"""Tests of whom we ask and why not, of the letter and its sending, and of opting out."""
