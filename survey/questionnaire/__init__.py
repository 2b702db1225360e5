"""What is asked: versioned questions, in several languages."""
