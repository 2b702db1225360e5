"""The board page: what a board is shown of a period, in sentences, pictures and tables."""
