"""What comments are about: a taxonomy that people keep, and the words it does not explain."""
