"""Sends letters over SMTP, or into a maildir. Knows nothing of what they say."""
