"""A quarter's answers by one side, whose rows cross the blocks and parts that are told."""
