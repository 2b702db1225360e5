"""The board pack: one PDF of a period, to be sent round before a meeting and printed."""
