"""Sends letters and reads what comes back. Knows nothing of what letters say."""
