"""The JSON shapes of enquiries coming in, as the API document shows them.

`EnquirySchema` says in marshmallow what `check.py` says in plain code, which is what runs: a
thousand items in one request are too many for a schema each. A test holds the two equal. The
schema knows no partnership: which codes exist, and a source that tells the time only to the minute
or day, are the check's alone.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from survey.enquiries.check import SKEW
from survey.enquiries.fields import (
    CHANNELS,
    DELIVERIES,
    EARLIEST,
    EMAIL,
    LANGUAGE,
    LONGEST,
    LONGEST_TARGET,
    MOMENT,
    mistake_in,
)
from survey.foundation.clock import now
from survey.partnership.settings import OUTCOMES


class Moment(fields.AwareDateTime):
    """ISO 8601 with an offset, to the second, neither before 2000 nor in the future."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> datetime:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        moment: datetime = super()._deserialize(value, *args, **more)
        if not EARLIEST <= moment <= now() + SKEW:
            raise ValidationError("lies before 2000 or in the future")
        return moment.replace(microsecond=0)


class Number(fields.Float):
    """A JSON number: no text that looks like one, no true or false."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> float:
        if isinstance(value, str | bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **more)


def printable(name: str) -> Callable[[str], None]:
    """A rule: nothing that a text field of this name may not hold."""

    def check(value: str) -> None:
        if mistake := mistake_in(name, value):
            raise ValidationError(mistake)

    return check


def _text(
    name: str, description: str, example: str, *rules: Callable[[str], object], **more: Any
) -> fields.String:
    return fields.String(
        validate=[Length(1, LONGEST[name]), printable(name), *rules],
        metadata={"description": description, "examples": [example]},
        **more,
    )


def _moment(description: str, example: str, **more: Any) -> Moment:
    return Moment(metadata={"description": description, "examples": [example]}, **more)


NEEDED: dict[str, Any] = {"required": True}
OPTIONAL: dict[str, Any] = {"allow_none": True}


class EnquirySchema(Schema):
    """One enquiry, as it was closed or while it is open."""

    source = _text("source", "Code of the helpdesk it comes from.", "contact-centre", **NEEDED)
    reference = _text("reference", "Its number in that helpdesk.", "ENQ-2026-01742", **NEEDED)
    partner = _text("partner", "Code of the body that the person works for.", "HCC", **NEEDED)
    directorate = _text("directorate", "Code of a part of that body.", "children", **OPTIONAL)
    service = _text("service", "Code of the line of business.", "payroll", **NEEDED)
    topic = _text("topic", "Kind of enquiry within the service.", "payslip", **OPTIONAL)
    team = _text("team", "Who answered it, as the helpdesk calls them.", "Payroll 2", **OPTIONAL)
    channel = _text("channel", "How it came in.", "online-form", OneOf(CHANNELS), **NEEDED)
    opened_at = _moment("When it came in.", "2026-07-01T09:30:00+01:00", **NEEDED)
    first_reply_at = _moment("The first answer.", "2026-07-01T11:05:00+01:00", **OPTIONAL)
    closed_at = _moment(
        "When it was closed; null while it is open. Closed again, it is another closure.",
        "2026-07-02T16:45:00+01:00",
        required=True,
        allow_none=True,
    )
    reopened_at = _moment("When it was last reopened.", "2026-07-02T10:00:00+01:00", **OPTIONAL)
    outcome = _text(
        "outcome",
        "How it ended; needed once it is closed.",
        "resolved",
        OneOf(OUTCOMES),
        **OPTIONAL,
    )
    target_hours = Number(
        validate=Range(0, LONGEST_TARGET, min_inclusive=False),
        allow_none=True,
        metadata={
            "description": "Working hours it was to take; by default those of its service.",
            "exclusiveMinimum": 0,
            "examples": [16],
        },
    )
    email = _text(
        "email",
        "Where to reach the person who asked; without it nobody is asked.",
        "jo.smith@hants.example",
        Regexp(f"^{EMAIL.pattern}$"),
        **OPTIONAL,
    )
    language = _text(
        "language",
        "Language to write to that person in (BCP 47).",
        "en-GB",
        Regexp(f"^{LANGUAGE.pattern}$"),
        **OPTIONAL,
    )
    deliver = _text(
        "deliver",
        "Who sends the link: we, by `mail`, or the source itself, which asks for the `link`.",
        "mail",
        OneOf(DELIVERIES),
        **OPTIONAL,
    )

    @pre_load
    def strip(self, data: Any, **_: Any) -> Any:
        """Take outer blanks off texts; what is then empty is as good as null."""
        if not isinstance(data, dict):
            return data
        return {
            name: (value.strip() or None) if name in LONGEST and isinstance(value, str) else value
            for name, value in data.items()
        }

    @validates_schema(skip_on_field_errors=False)
    def possible(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an order of events that cannot be, and a closure without an outcome."""
        opened, closed = data.get("opened_at"), data.get("closed_at")
        errors: dict[str, list[str]] = {}
        for name in ("closed_at", "first_reply_at", "reopened_at"):
            moment = data.get(name)
            if moment and opened and moment < opened:
                errors[name] = ["lies before opened_at"]
            elif moment and closed and moment > closed:
                errors[name] = ["lies after closed_at"]
        if closed and not data.get("outcome"):
            errors["outcome"] = ["missing; a closed enquiry has one"]
        if errors:
            raise ValidationError(errors)


class RejectedSchema(Schema):
    """An item that was not taken in."""

    index = fields.Integer(
        metadata={"description": "Its place in the list that was sent, from 0.", "examples": [2]}
    )
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={
            "description": "What is wrong, by field.",
            "examples": [{"partner": ['unknown partner "HRFS"; nearest known: HFRS']}],
        },
    )


class IntakeSchema(Schema):
    """What became of each item: the three counts and the rejected add up to all that were sent."""

    accepted = fields.Integer(metadata={"description": "Stored; new to us.", "examples": [997]})
    already_known = fields.Integer(
        metadata={"description": "Sent before with the same values.", "examples": [1]}
    )
    differs = fields.Integer(
        metadata={
            "description": "Sent before with other values; nothing was changed.",
            "examples": [1],
        }
    )
    rejected = fields.List(fields.Nested(RejectedSchema))
