"""What each role may see, and what whoever has several of them may."""

from collections.abc import Collection

from survey.partnership.roles import BOARD, COORDINATOR, JOINT_BOARD, PROVIDER

# A role, and the code of the partner it is for; None where it is for all.
Seat = tuple[str, str | None]

SCOPES = {
    BOARD: frozenset({"figures:read"}),
    JOINT_BOARD: frozenset({"figures:read"}),
    PROVIDER: frozenset({"figures:explore", "comments:read"}),
    # Their own cases are to come; until then they see what their partner's board sees.
    COORDINATOR: frozenset({"figures:read"}),
}


def scopes_of(seats: Collection[Seat]) -> frozenset[str]:
    """All that any of the seats lets somebody do."""
    return frozenset[str]().union(*(SCOPES[role] for role, _ in seats))


def partners_of(seats: Collection[Seat]) -> frozenset[str] | None:
    """Of whom they may see it, by code; None is of all.

    Whoever has a seat for all has it of all: the provider's analysts see more than any board.
    """
    codes = {partner for _, partner in seats}
    return None if None in codes else frozenset(code for code in codes if code)
