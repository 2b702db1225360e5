"""What mood a comment is in: TextBlob behind an analyzer that knows service-desk language."""
