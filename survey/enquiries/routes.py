"""The door for helpdesks: closed and open enquiries come in, by the thousand or one alone.

The body is read here, since what it holds is checked item by item in `take_in`: only what is no
list of items at all is an error of the whole request.
"""

from typing import Any

from flask_smorest import Blueprint

from survey.access.caller import caller
from survey.enquiries.intake import Intake, closures_arrived, take_in
from survey.enquiries.json_body import json_body
from survey.enquiries.schema import EnquirySchema, IntakeSchema
from survey.foundation.database import db
from survey.foundation.problems import Problem

MOST = 1000
NOT_ENQUIRIES = "The body holds no enquiries"
# One wrong item never stops the others, so the body as a whole is right whatever its items are.
_ANYTHING = {"description": "Whatever is no enquiry is answered under `rejected`."}
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "oneOf": [
                    {
                        "title": "Enquiries",
                        "type": "object",
                        "required": ["enquiries"],
                        "additionalProperties": False,
                        "properties": {
                            "enquiries": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": MOST,
                                "items": {"anyOf": [EnquirySchema, _ANYTHING]},
                            }
                        },
                    },
                    {
                        "title": "One enquiry alone, known by its reference",
                        "type": "object",
                        "required": ["reference"],
                        "not": {"required": ["enquiries"]},
                        "anyOf": [EnquirySchema, _ANYTHING],
                    },
                ]
            }
        }
    },
}

writing = Blueprint(
    "enquiries", __name__, url_prefix="/api/v1", description="Enquiries come in from helpdesks."
)


@writing.route("/enquiries", methods=["POST"])
@writing.doc(requestBody=BODY)
@writing.response(200, IntakeSchema)
def send_enquiries() -> Intake:
    """Send up to 1,000 closed or open enquiries, each taken in on its own merits.

    Sending the same again is safe and changes nothing. Other values for a closure that is known
    are counted under `differs`, and change nothing either. To ask for the link (`deliver`), the key
    needs the scope `links:read` too.
    """
    who = caller()
    intake = take_in(items_sent(), who.sources, who.partners, links="links:read" in who.scopes)
    db.session.commit()
    if intake.accepted:
        closures_arrived.send()
    return intake


def items_sent() -> list[object]:
    """The items in the request's body.

    Raises:
        Problem: it is not JSON, or neither a list of enquiries nor one alone.
    """
    body = json_body()
    if not isinstance(body, dict):
        raise Problem(422, NOT_ENQUIRIES, 'Send an object: {"enquiries": [...]}.')
    if "enquiries" not in body and "reference" in body:
        return [body]
    items = body.pop("enquiries", None)
    if body:
        raise Problem(422, NOT_ENQUIRIES, 'Beside "enquiries" there is nothing else to send.')
    if not isinstance(items, list) or not 1 <= len(items) <= MOST:
        raise Problem(422, NOT_ENQUIRIES, f'"enquiries" is a list of 1 to {MOST:,} items.')
    return items
