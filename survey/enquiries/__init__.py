"""Enquiries come in: by the API, or from CSV files through a mapping."""
