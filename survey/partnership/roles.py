"""The roles in which named people sign in."""

BOARD, JOINT_BOARD, PROVIDER, COORDINATOR = "board", "joint-board", "provider", "coordinator"

# Those that `[[people]]` gives. Coordinators are named with their partner.
GIVEN = (BOARD, JOINT_BOARD, PROVIDER)
