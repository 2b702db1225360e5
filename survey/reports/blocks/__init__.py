"""What boards may see of answers: sealed blocks of ten people or more, and nothing between them."""
