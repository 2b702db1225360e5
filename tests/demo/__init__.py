"""Tests of the demo: made-up comments and history, planting, the mailbox, running."""
