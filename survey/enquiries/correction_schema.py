"""The JSON shapes of corrections.

What may be changed is documented by the fields of an enquiry, and checked by `check.py`, which
knows the partnership; so it goes through here as it was sent.
"""

from copy import deepcopy
from typing import Any

from marshmallow import Schema, fields, pre_load
from marshmallow.validate import Length

from survey.enquiries.correcting import CORRECTABLE
from survey.enquiries.schema import EnquirySchema, Moment, printable

LONGEST_REASON = 500


def _may_be_left_out(name: str) -> fields.Field[Any]:
    field = deepcopy(EnquirySchema._declared_fields[name])
    field.required = False
    return field


ChangeSchema = Schema.from_dict(
    {name: _may_be_left_out(name) for name in CORRECTABLE}, name="ClosureChange"
)


class AsSent(fields.Nested):
    """An object, documented by its schema and handed on as it came."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("type", input=value, type=type(value).__name__)
        return value


class CorrectionSchema(Schema):
    """What a closure should have said, and why it says something else now."""

    closed_at = Moment(
        metadata={
            "description": "Which closure; needed where the enquiry was closed several times.",
            "examples": ["2026-07-02T16:45:00+01:00"],
        }
    )
    reason = fields.String(
        required=True,
        validate=[Length(1, LONGEST_REASON), printable("reason")],
        metadata={
            "description": "Why. It is kept and shown with the closure: name no person.",
            "examples": ["Filed under the wrong service"],
        },
    )
    change = AsSent(
        ChangeSchema,
        required=True,
        validate=Length(1),
        metadata={"description": "The right values, by field; null takes a value away."},
    )

    @pre_load
    def strip(self, data: Any, **_: Any) -> Any:
        """Take outer blanks off the reason."""
        if isinstance(data, dict) and isinstance(data.get("reason"), str):
            return data | {"reason": data["reason"].strip()}
        return data


class DifferenceSchema(Schema):
    """What a correction changed, with what came of it; only the fields that differ."""

    before = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"examples": [{"service": "hr"}]},
    )
    after = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"examples": [{"service": "payroll"}]},
    )


class CorrectedSchema(DifferenceSchema):
    """What became of a correction; `corrected` is false where the closure said so already."""

    source = fields.String(required=True)
    reference = fields.String(required=True)
    closed_at = fields.DateTime(required=True)
    corrected = fields.Boolean(required=True)
