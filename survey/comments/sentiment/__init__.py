"""What mood a comment is in: TextBlob's lexicon behind words and weights of service desks."""
