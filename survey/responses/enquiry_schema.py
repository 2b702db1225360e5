"""The JSON shape of what became of an enquiry. No address and no answer is in it.

A link is only where its source sends it itself, and for a key that may read links.
"""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from survey.enquiries.correction_schema import DifferenceSchema
from survey.enquiries.fields import CHANNELS, DELIVERIES
from survey.invitations.eligibility import REASONS
from survey.partnership.settings import OUTCOMES

DECISIONS = ("asked", "pending", "not_asked")
STATES = ("due", "handed_over", "sent", "refused", "bounced", "expired", "answered")


def _one_of(values: tuple[str, ...], description: str, **more: Any) -> fields.String:
    return fields.String(
        required=True, validate=OneOf(values), metadata={"description": description}, **more
    )


def _moment(description: str, **more: Any) -> fields.DateTime:
    return fields.DateTime(required=True, metadata={"description": description}, **more)


class CorrectionMadeSchema(DifferenceSchema):
    """A correction: only the fields that it changed, with what came of it."""

    corrected_at = _moment("When it was corrected.")
    reason = fields.String(required=True)


class ClosureStateSchema(Schema):
    """One time the enquiry was closed, and whether the person who asked was asked about it."""

    partner = fields.String(required=True)
    directorate = fields.String(required=True, allow_none=True)
    service = fields.String(required=True)
    topic = fields.String(required=True, allow_none=True)
    team = fields.String(required=True, allow_none=True)
    channel = _one_of(CHANNELS, "How it came in.")
    outcome = _one_of(OUTCOMES, "How it ended.")
    opened_at = _moment("When it was opened.")
    first_reply_at = _moment("When it was first replied to.", allow_none=True)
    reopened_at = _moment("When it was opened again.", allow_none=True)
    closed_at = _moment("When it was closed.")
    deliver = _one_of(DELIVERIES, "Who sends the link: we, by `mail`, or the source (`link`).")
    decision = _one_of(DECISIONS, "Whether we ask; `pending` until that is decided.")
    reason = _one_of(REASONS, "Why we do not ask.", allow_none=True)
    state = _one_of(
        STATES,
        "How the invitation stands, where we asked; `handed_over`: its source sends the link.",
        allow_none=True,
    )
    decided_at = _moment("When it was decided.", allow_none=True)
    sent_at = _moment("When the mail server took the letter.", allow_none=True)
    reminded_at = _moment("When it took the reminder.", allow_none=True)
    bounced_at = _moment("When the letter came back for good.", allow_none=True)
    expires_at = _moment("Until when the link may be answered.", allow_none=True)
    link = fields.Url(
        required=True,
        allow_none=True,
        require_tld=False,
        metadata={
            "description": "The answer page, for the source to send: where its state is "
            "`handed_over`, the person did not opt out, and the key has the scope links:read."
        },
    )
    corrections = fields.List(
        fields.Nested(CorrectionMadeSchema),
        required=True,
        metadata={"description": "What was put right since it came in, oldest first."},
    )


class EnquiryStateSchema(Schema):
    """An enquiry, every time it was closed, and what became of asking about it."""

    source = fields.String(required=True)
    reference = fields.String(required=True)
    open_since = _moment("Since when it is open, if it is.", allow_none=True)
    closures = fields.List(fields.Nested(ClosureStateSchema), required=True)
