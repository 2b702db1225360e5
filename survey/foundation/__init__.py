"""What every room stands on: database, clock, keys, errors, logs. Knows nothing of surveys."""
