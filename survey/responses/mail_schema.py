"""What a mail provider sends about letters, and what it is told."""

from marshmallow import EXCLUDE, Schema, fields

from survey.post.returned import Kind


class UnderstoodSchema(Schema):
    """What was made of a message."""

    kind = fields.String(
        required=True,
        metadata={"description": "What it is", "enum": [kind.value for kind in Kind]},
    )
    ours = fields.Boolean(
        required=True,
        metadata={"description": "Whether it is about a letter of ours; else nothing was changed"},
    )


class ReceiptSchema(Schema):
    """What GOV.UK Notify posts when a letter arrived or did not; the rest of it is not needed."""

    class Meta:
        unknown = EXCLUDE

    reference = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The Message-ID of our letter, as we gave it to Notify"},
    )
    status = fields.String(
        required=True,
        metadata={
            "description": "delivered, permanent-failure, temporary-failure or technical-failure"
        },
    )
