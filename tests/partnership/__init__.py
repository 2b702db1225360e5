"""Tests of who takes part, and of the working hours they keep."""
