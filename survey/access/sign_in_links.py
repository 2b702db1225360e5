"""Links that sign somebody in, once, within a quarter of an hour after their letter was written.

Asking for one stores a row, whoever asks: whether the address is anybody's is found out later, by
the step that sends the letter, so that neither the answer nor its time tells. Nothing is kept of
the address but a hash; the letter goes to the address in the partnership file.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from blinker import Signal
from sqlalchemy import ColumnElement, Row, and_, select, update

from survey.access.model import SignInLink
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import TOKEN_BYTES, keys, token_hash

VALID_FOR = timedelta(minutes=15)

# Sent once a link that was asked for is stored and committed.
link_asked_for = Signal()


def ask_for_link(address: str, leads_to: str) -> None:
    """Note that somebody asks for a link, up to the commit."""
    now, uuid = clock.now(), uuid4()
    db.session.add(
        SignInLink(
            uuid=uuid,
            token_hash=token_hash(token_of(uuid)),
            person=keys().person_hash(address),
            leads_to=leads_to,
            asked_at=now,
            next_attempt_at=now,
        )
    )


def token_of(uuid: UUID) -> str:
    """The token of a link: the same each time, so that a letter written again has the same.

    Hexadecimal, since it ends a link, and what finds links in a text may leave a last hyphen out.
    """
    return keys().content_digest(f"sign-in/{uuid}")[:TOKEN_BYTES].hex()


def person_behind(token: str) -> bytes | None:
    """Whose link it is, as a hash; None where it does not open, or no longer."""
    return db.session.scalar(select(SignInLink.person).where(_opens(token)))


def use(token: str) -> Row[bytes, str] | None:
    """Use a link up, up to the commit: whose it is and where it leads; None as above."""
    return db.session.execute(
        update(SignInLink)
        .where(_opens(token))
        .values(used_at=clock.now())
        .returning(SignInLink.person, SignInLink.leads_to),
        execution_options={"synchronize_session": False},
    ).first()


def _opens(token: str) -> ColumnElement[bool]:
    return and_(
        SignInLink.token_hash == token_hash(token),
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > clock.now(),
    )
