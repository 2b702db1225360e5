"""Which answer a thank-you page is about, without the token of its link.

The page's address carries a signed reference that is good for a day, made of the hash that is
stored of the link and the nonce of the form. It opens nothing: neither the form nor what was
answered can be had by it. Whoever holds it may, for that day, allow what the page asks.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from flask import url_for
from itsdangerous import BadData
from sqlalchemy import select

from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.invitations.model import Invitation
from survey.partnership.model import PartnerRow
from survey.responses.model import Response

PURPOSE = "thanks"
GOOD_FOR_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Thanked:
    """A stored answer: its invitation's id and its own, whether it has a comment, who asked."""

    invitation_id: int
    response_id: int
    has_comment: bool
    partner: str
    colour: str


def thanks_place(token: str, nonce: str, language: str) -> str:
    """Where to send somebody whose form with this nonce was stored."""
    content = [urlsafe_b64encode(token_hash(token)).decode(), nonce]
    return url_for("thanking.thanks", answer=keys().sign(PURPOSE, content), language=language)


def find_thanked(reference: str) -> Thanked | None:
    """The answer that a reference is about; None where it is not ours, too old, or forgotten."""
    try:
        link, nonce = keys().unsign(PURPOSE, reference, GOOD_FOR_SECONDS)
    except BadData:
        return None
    row = db.session.execute(
        select(
            Invitation.id,
            Response.id,
            Response.comment.is_not(None),
            PartnerRow.name,
            PartnerRow.colour,
        )
        .join(Response, Response.invitation_id == Invitation.id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .join(PartnerRow, PartnerRow.id == Closure.partner_id)
        .where(Invitation.token_hash == urlsafe_b64decode(link), Response.nonce == nonce)
    ).first()
    return Thanked(*row) if row else None
