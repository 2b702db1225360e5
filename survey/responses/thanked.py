"""Which answer a thank-you page is about, without the token of its link.

The page's address carries a signed reference that is good for a day, made of the hash that is
stored of the link and the nonce of the form. It opens nothing: neither the form nor what was
answered can be had by it. Whoever holds it may, for that day, allow what the page asks.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from flask import Response as Reply
from flask import request
from itsdangerous import BadData
from sqlalchemy import select
from werkzeug.datastructures import Headers

from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.invitations.model import Invitation
from survey.partnership.model import PartnerRow
from survey.responses.model import Response

PATH = "/thanks"
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


class SeeOther(Reply):
    """303 See Other, whose headers Werkzeug need not go through again: they are all of our making.

    That, like `url_for`, would take a twentieth of the time that thousands wait for at once.
    """

    def get_wsgi_headers(self, _environ: object) -> Headers:
        """As they are."""
        return self.headers


def to_thanks(token: str, nonce: str, language: str) -> Reply:
    """Send somebody whose form with this nonce was stored to the page that thanks them."""
    content = [urlsafe_b64encode(token_hash(token)).decode(), nonce]
    place = f"{request.script_root}{PATH}?answer={keys().sign(PURPOSE, content)}"
    headers = {"Location": f"{place}&language={language}", "Content-Length": "0"}
    return SeeOther(status=303, headers=headers)


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
