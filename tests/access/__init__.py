"""Tests of who may, and of who did."""
