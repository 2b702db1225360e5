"""Whoever signs in, found by the hash of their address among the people that the file names."""

from collections.abc import Collection
from dataclasses import dataclass

from survey.access.caller import Caller
from survey.access.roles import Seat, partners_of, scopes_of
from survey.foundation.keys import keys
from survey.partnership.people import named_people


@dataclass(frozen=True)
class Member:
    """Somebody who may sign in: the address as the file has it, and their seats, one at least."""

    person: bytes
    name: str
    email: str
    seats: tuple[Seat, ...]

    @property
    def roles(self) -> list[str]:
        """Their seats in words, such as `board of HCC`."""
        return [role if partner is None else f"{role} of {partner}" for role, partner in self.seats]

    def as_caller(self) -> Caller:
        """Who they are to whatever they ask for."""
        return Caller(
            name=self.name,
            scopes=scopes_of(self.seats),
            partners=partners_of(self.seats),
            sources=None,
        )


def members() -> dict[bytes, Member]:
    """Everybody who may sign in now, by the hash of their address."""
    found: dict[bytes, Member] = {}
    for one in named_people():
        person = keys().person_hash(one.email)
        known = found.get(person) or Member(person, one.name, one.email, ())
        seats = tuple(dict.fromkeys([*known.seats, (one.role, one.partner)]))
        found[person] = Member(person, known.name, known.email, seats)
    return found


def without_a_seat(persons: Collection[bytes]) -> set[bytes]:
    """Which of them may not sign in, or no longer."""
    return set(persons) - members().keys()
