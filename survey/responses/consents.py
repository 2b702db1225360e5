"""What a person allows after answering, and how they take it back.

Each consent is asked for by itself and starts unticked. A row keeps the very words that were read,
since a consent is one to those words. To be contacted is allowed about the enquiry; to be quoted,
for the comment that stood in the answer given just before, and for no other. Taking one back ends
all of its kind about that enquiry, so that no forgotten second tab keeps one alive.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select, update

from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import change, db, insert_into
from survey.foundation.keys import keys
from survey.invitations.model import Invitation
from survey.partnership.model import PartnerRow
from survey.responses.model import Consent, Response
from survey.responses.thanked import Thanked

Kind = Literal["contact", "quote"]
KINDS: tuple[Kind, ...] = ("contact", "quote")
# To be raised when the English below changes: a test holds the two together.
VERSION = 1
UUID_BYTES, PROOF_BYTES = 16, 11
TOKEN_CHARACTERS = 36


@dataclass(frozen=True)
class Wording:
    """What is asked for, in the language of the page: the question, what it means, the tick."""

    asks: str
    hint: str
    yes: str

    def __str__(self) -> str:
        return f"{self.asks}\n{self.hint}\n{self.yes}"


def wording(kind: Kind) -> Wording:
    """The words for a kind of consent, in the language that is being spoken."""
    if kind == "contact":
        return Wording(
            gettext("May we contact you about this?"),
            gettext(
                "Somebody who looks into answers may write to you, at the address to which "
                "we sent our letter, about this enquiry alone."
            ),
            gettext("Yes, you may contact me about this"),
        )
    return Wording(
        gettext("May we quote your comment, without your name?"),
        gettext(
            "Others may read it, in reports and in public. "
            "We first take out what could tell who you are."
        ),
        gettext("Yes, you may quote my comment, without my name"),
    )


def standing(about: Thanked) -> list[Consent]:
    """What is allowed now, about this answer: by kind, contact first."""
    of_invitation = (
        select(Consent)
        .join(Response, Response.id == Consent.response_id)
        .where(Response.invitation_id == about.invitation_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.kind, Consent.id.desc())
    )
    found: dict[str, Consent] = {}
    for consent in db.session.scalars(of_invitation):
        if consent.kind == "contact" or consent.response_id == about.response_id:
            found.setdefault(consent.kind, consent)
    return list(found.values())


def to_ask_for(about: Thanked, allowed: Sequence[Consent]) -> tuple[Kind, ...]:
    """What is not allowed yet; to quote is only asked for where there is something to quote."""
    kinds = {consent.kind for consent in allowed}
    return tuple(
        kind for kind in KINDS if kind not in kinds and (kind == "contact" or about.has_comment)
    )


def give(about: Thanked, kinds: Collection[Kind], language: str) -> None:
    """Note what was ticked, up to the commit. What stands already stays as it is.

    The words are those of the language that is being spoken, which `language` names.
    """
    for kind in kinds:
        statement = insert_into(Consent).values(
            response_id=about.response_id,
            kind=kind,
            wording=str(wording(kind)),
            version=VERSION,
            language=language,
            given_at=now(),
        )
        db.session.execute(
            statement.on_conflict_do_nothing(
                index_elements=["response_id", "kind"], index_where=Consent.withdrawn_at.is_(None)
            )
        )


def withdraw(consent: Consent) -> None:
    """Take it back, up to the commit, with all others of its kind about the same enquiry."""
    enquiry = select(Response.invitation_id).where(Response.id == consent.response_id)
    answers = select(Response.id).where(Response.invitation_id.in_(enquiry))
    change(
        update(Consent)
        .where(
            Consent.kind == consent.kind,
            Consent.withdrawn_at.is_(None),
            Consent.response_id.in_(answers),
        )
        .values(withdrawn_at=now())
    )


def withdrawal_token(consent: UUID) -> str:
    """The secret part of the link that takes a consent back: 36 characters, good for ever."""
    return urlsafe_b64encode(consent.bytes + _proof(consent)).decode()


def find_consent(token: str) -> Consent | None:
    """The consent that a link takes back; None where there is none, or not any more."""
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        return None
    try:
        content = urlsafe_b64decode(token)
        uuid = UUID(bytes=content[:UUID_BYTES])
    except ValueError:
        return None
    if not compare_digest(content[UUID_BYTES:], _proof(uuid)):
        return None
    return db.session.scalar(select(Consent).where(Consent.uuid == uuid))


def asked_by(consent: Consent) -> tuple[str, str]:
    """Name and colour of the partner that a consent was given to."""
    row = db.session.execute(
        select(PartnerRow.name, PartnerRow.colour)
        .join(Closure, Closure.partner_id == PartnerRow.id)
        .join(Invitation, Invitation.closure_id == Closure.id)
        .join(Response, Response.invitation_id == Invitation.id)
        .where(Response.id == consent.response_id)
    ).one()
    return row.name, row.colour


def _proof(consent: UUID) -> bytes:
    return keys().content_digest(f"consent/{consent.hex}")[:PROOF_BYTES]
