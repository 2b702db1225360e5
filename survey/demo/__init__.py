"""A ready partnership with two years of made-up data, and a mailbox to read its letters in."""
