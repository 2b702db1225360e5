"""What people wrote, understood: sentiment, by a method that names its version."""
