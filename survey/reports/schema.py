"""The JSON shapes of figures: what is answered; what may be asked for stands in `parameters`.

The answer is built in its final shape by `figures` and sent as it is; its schema here is what the
API document shows, and a test holds the two together.
"""

from typing import Any

from marshmallow import Schema, fields, validate

from survey.comments.sentiment.mood import SENTIMENTS
from survey.reports.bands import BANDS
from survey.reports.query import DIMENSIONS
from survey.reports.raking import COMPARISONS
from survey.reports.row import WITHHELD
from survey.reports.rules import RULES

# Where the document says of a number what it is counted in.
UNIT = "x-unit"
# A balance is one share less another.
UNITS = {"share": (0, 1), "balance": (-1, 1), "points": (0, 100)}


def number(unit: str) -> fields.Float:
    """A number within the bounds of its unit, or null."""
    bounds, metadata = validate.Range(*UNITS[unit]), {UNIT: unit}
    return fields.Float(required=True, allow_none=True, validate=bounds, metadata=metadata)


def counts(name: str, *keys: str) -> fields.Nested:
    """Counts by a few fixed words, some of which are no names in Python."""
    each: dict[str, fields.Field[Any]] = {key: fields.Integer(required=True) for key in keys}
    return or_null(Schema.from_dict(each, name=name))


def or_null(schema: type[Schema]) -> fields.Nested:
    """A part that is null where it may not be shown, or where there is none."""
    return fields.Nested(schema, required=True, allow_none=True)


class Share(Schema):
    """A share with its base and its 95 % interval; null where there is nothing to tell."""

    value = number("share")
    n = fields.Integer(required=True)
    low = number("share")
    high = number("share")


class Balance(Schema):
    """One share less another with its base and its 95 % interval; null as for shares."""

    value = number("balance")
    n = fields.Integer(required=True)
    low = number("balance")
    high = number("balance")


class Points(Schema):
    """A value from 0 to 100 with its base and its 95 % interval; null as for shares."""

    value = number("points")
    n = fields.Integer(required=True)
    low = number("points")
    high = number("points")


class Weighted(Share):
    """A share weighted to the mix of the eligible; whether the plain one's interval holds it."""

    effect = fields.Float(required=True)
    compared = fields.String(required=True, validate=validate.OneOf(COMPARISONS))


class Slope(Schema):
    """Points for each day, more or fewer, with their base and 95 % interval; null as for shares."""

    value = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)


class Standardised(Share):
    """A share at the mix of all, and how much of that mix there are answers about."""

    covered = number("share")


class Census(Schema):
    """A share of all there was, so without an interval."""

    value = number("share")
    n = fields.Integer(required=True)


class Hours(Schema):
    """Working hours."""

    median = fields.Float(required=True, allow_none=True)
    p90 = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True)
    bands = counts("Bands", *BANDS)


class Funnel(Schema):
    """What became of the closures: closed = asked + pending + the sum of not_asked."""

    closed = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    answered = fields.Integer(required=True, allow_none=True)
    held = fields.Integer(required=True, allow_none=True)
    not_asked = fields.Dict(fields.String(), fields.Integer(), required=True)


class OtherQuestion(Schema):
    """How many answered another question, and how many of them chose each value."""

    n = fields.Integer(required=True)
    counts = fields.Dict(fields.String(), fields.Integer(), required=True)


class Row(Schema):
    """Figures. A withheld row has nulls for all that is about answers."""

    n = fields.Integer(required=True, allow_none=True)
    withheld = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([None, WITHHELD])
    )
    ratings = counts("Ratings", *map(str, range(1, 6)))
    csat = or_null(Share)
    dissatisfied = or_null(Share)
    satisfaction = or_null(Points)
    resolved = or_null(Share)
    ease = or_null(Share)
    recommendation = or_null(Balance)
    sentiment = counts("Sentiment", *SENTIMENTS)
    questions = fields.Dict(
        fields.String(),
        fields.Nested(OtherQuestion, allow_none=True),
        required=True,
        allow_none=True,
    )
    within_target = or_null(Census)
    hours_to_first_reply = or_null(Hours)
    hours_to_close = or_null(Hours)
    funnel = or_null(Funnel)
    response_rate = or_null(Share)

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Say of each measure in the document what it means."""
        if field_name in RULES:
            field_obj.metadata = {"description": RULES[field_name], **field_obj.metadata}


class Total(Row):
    """All rows together; what boards get has neither of these."""

    weighted_csat = fields.Nested(Weighted, allow_none=True)
    delay_cost = fields.Nested(Slope, allow_none=True)


FiguresRow = Row.from_dict(
    {
        **{name: fields.String(allow_none=True) for name in DIMENSIONS},
        "standardised_csat": fields.Nested(Standardised, allow_none=True),
    },
    name="FiguresRow",
)

Period = Schema.from_dict(
    {
        "from": fields.Date(required=True),
        "to": fields.Date(required=True),
        "time_zone": fields.String(required=True),
    },
    name="Period",
)


class FiguresAnswer(Schema):
    """The whole answer; `rules` says what each figure means."""

    as_of = fields.DateTime(required=True)
    fingerprint = fields.String(required=True)
    period = fields.Nested(Period, required=True)
    cohort = fields.String(required=True)
    release = fields.String(required=True)
    by = fields.List(fields.String(), required=True)
    minimum_base = fields.Integer(required=True)
    whole_quarters = fields.List(
        fields.String(),
        metadata={
            "description": "For boards, by a side: quarters of which all answers are in its rows."
        },
    )
    restated = fields.List(
        fields.String(),
        metadata={"description": "For boards: years of which anything was counted anew."},
    )
    rules = fields.Dict(fields.String(), fields.String(), required=True)
    rows = fields.List(fields.Nested(FiguresRow), required=True)
    total = fields.Nested(Total, required=True)
