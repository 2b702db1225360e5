"""Tests of what is asked and of how a form is checked."""
