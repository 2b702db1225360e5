"""The door for mail providers: what came back to them, and what became of our letters.

Sending the same again is safe, since providers do it when they get no answer.
"""

from collections.abc import Collection, Mapping

from flask import request
from flask_smorest import Blueprint

from survey.access.caller import caller
from survey.foundation.database import db
from survey.foundation.problems import Problem
from survey.partnership.directory import directory
from survey.post.notify import receipt
from survey.responses.coming_back import act_on, read
from survey.responses.mail_schema import ReceiptSchema, UnderstoodSchema

RFC822 = "message/rfc822"
BODY = {"required": True, "content": {RFC822: {"schema": {"type": "string", "format": "binary"}}}}

returning = Blueprint(
    "returning", __name__, url_prefix="/api/v1/mail", description="What comes back by mail"
)


@returning.route("/returned", methods=["POST"])
@returning.doc(requestBody=BODY)
@returning.response(200, UnderstoodSchema)
def message_returned() -> Mapping[str, object]:
    """Hand in a message that came back, as it came: a bounce, an automatic reply, a complaint."""
    if request.mimetype != RFC822:
        raise Problem(415, "Unsupported Media Type", f"Send the message as {RFC822}.")
    kind, ours = read(request.get_data(cache=False), _partners())
    db.session.commit()
    return {"kind": kind.value, "ours": ours}


@returning.route("/receipts", methods=["POST"])
@returning.arguments(ReceiptSchema)
@returning.response(200, UnderstoodSchema)
def receipt_sent(told: Mapping[str, str | None]) -> Mapping[str, object]:
    """Hand in a delivery receipt of GOV.UK Notify."""
    returned = receipt(told["status"] or "", told["reference"] or "")
    ours = act_on(returned, _partners())
    db.session.commit()
    return {"kind": returned.kind.value, "ours": ours}


def _partners() -> Collection[int] | None:
    """The ids of the partners that the caller may see; None is all."""
    if caller().partners is None:
        return None
    every = directory().everything.partners
    return [partner.id for partner in every if caller().may_see_partner(partner.code)]
