"""The page people answer on, machines told from people, and the answer stored once and for good."""
