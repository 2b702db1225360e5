"""What people say, for insiders: themes with their counts and change, and comments drawn fairly."""
