"""Personal details in comments: found, struck out, and told by their kind."""
