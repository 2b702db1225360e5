"""What every room stands on: database, clock, keys, errors, logs, pages. Knows no surveys."""
