"""Tests of the room that sends letters."""
