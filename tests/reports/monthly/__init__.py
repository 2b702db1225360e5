"""Months counted beforehand."""
