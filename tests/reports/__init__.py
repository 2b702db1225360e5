"""Tests of measures, periods, counting, figures and the forms in which they go out."""
