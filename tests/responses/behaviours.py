"""How machines and people behave on a link, to be replayed against the real app by a set clock.

Each behaviour is a function of a world and the token of a link. What seconds pass, pass on the
clock that the app reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from survey.foundation.database import db
from survey.foundation.keys import token_hash
from survey.invitations.model import Invitation
from survey.responses.counted import counted_responses
from tests.responses.answering import hidden_field

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
)
SCORES = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class World:
    """The app, and its clock."""

    app: Flask
    clock: Traveller

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.shift(seconds)

    def visitor(self, address: str = "198.51.100.7", agent: str = EDGE) -> "Visitor":
        """Somebody, or something, at an address."""
        return Visitor(self, address, agent)


@dataclass(frozen=True)
class Visitor:
    """A browser, or what says so."""

    world: World
    address: str
    agent: str

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        """Send any request; without waiting."""
        headers = {"User-Agent": self.agent} | more.pop("headers", {})
        with self.world.app.test_client() as client:
            return client.open(
                path,
                method=method,
                headers=headers,
                environ_overrides={"REMOTE_ADDR": self.address},
                **more,
            )

    def opens(self, token: str, query: str = "") -> str:
        """Fetch the page; what its form carries."""
        return hidden_field(self.ask("GET", f"/a/{token}{query}").text)

    def sends(self, token: str, form: str, rating: str, **more: str) -> TestResponse:
        """Send a form that was fetched."""
        data = {"form_nonce": form, "rating": rating, "comment": "", "leave_empty": ""} | more
        return self.ask("POST", f"/a/{token}", data=data)

    def answers(self, token: str, rating: str, after: float, **more: str) -> TestResponse:
        """Fetch the page and send its form so many seconds later."""
        form = self.opens(token, f"?rating={rating}")
        self.world.wait(after)
        return self.sends(token, form, rating, **more)


Behaviour = Callable[[World, str], None]


def counted(token: str) -> int | None:
    """The score that counts for a link, if one does."""
    # A page shown within the test's own app context has left its transaction open.
    db.session.remove()
    rows = counted_responses()
    found = db.session.scalar(
        select(rows.c.rating)
        .join(Invitation, Invitation.id == rows.c.invitation_id)
        .where(Invitation.token_hash == token_hash(token))
    )
    db.session.remove()
    return found
