"""The JSON shapes of figures: what may be asked for, and what is answered.

The answer is built in its final shape by `figures` and sent as it is; its schema here is what the
API document shows, and a test holds the two together.
"""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from survey.comments.sentiment.mood import SENTIMENTS
from survey.reports.periods import FORMS
from survey.reports.query import COHORTS, DIMENSIONS, MOST_DIMENSIONS
from survey.reports.row import WITHHELD

FORMATS = {"json": "application/json", "csv": "text/csv"}


def _text(description: str, *allowed: str) -> fields.String:
    choice = validate.OneOf(allowed, error="Must be one of: {choices}.") if allowed else None
    return fields.String(validate=choice, metadata={"description": description})


class FiguresArguments(Schema):
    """The parameters of the question. Each may be given once, and no other."""

    period = _text(f"{FORMS}. Whole months. Default: the last twelve full months.")
    by = _text(
        f"Up to {MOST_DIMENSIONS} of {', '.join(DIMENSIONS)}, separated by a comma. "
        "A directorate's code may occur in several partners: add `partner` to tell them apart."
    )
    cohort = _text(
        "closed: enquiries closed in the period. answered: first counted answer in it; needs the "
        "scope figures:explore.",
        *COHORTS,
    )
    format = _text("Default: by the Accept header.", *FORMATS)
    partner = _text("Only this partner.")
    directorate = _text("Only this directorate.")
    service = _text("Only this service.")
    topic = _text("Only this topic.")
    channel = _text("Only this channel.")

    @pre_load
    def known_and_once(self, data: Any, **_: Any) -> Any:
        """Refuse what is not a parameter, and two values for one: neither may be passed over."""
        for name, values in data.data.lists():
            if name not in self.fields:
                known = ", ".join(self.fields)
                raise ValidationError(f"Not a parameter. Parameters: {known}.", name[:40])
            if len(values) > 1:
                raise ValidationError("Given more than once.", name)
        return data


class Share(Schema):
    """A value with its base and its 95 % interval; null where there is nothing to tell."""

    value = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)


class Census(Schema):
    """A share of all there was, so without an interval."""

    value = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True)


class Hours(Schema):
    """Working hours."""

    median = fields.Float(required=True, allow_none=True)
    p90 = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True)


class Funnel(Schema):
    """What became of the closures: closed = asked + pending + the sum of not_asked."""

    closed = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    answered = fields.Integer(required=True, allow_none=True)
    held = fields.Integer(required=True, allow_none=True)
    not_asked = fields.Dict(fields.String(), fields.Integer(), required=True)


def _counts(name: str, *keys: str) -> fields.Nested:
    """Counts by a few fixed words, some of which are no names in Python."""
    counts: dict[str, fields.Field[Any]] = {key: fields.Integer(required=True) for key in keys}
    return _or_null(Schema.from_dict(counts, name=name))


def _or_null(schema: type[Schema]) -> fields.Nested:
    return fields.Nested(schema, required=True, allow_none=True)


class Total(Schema):
    """Figures. A withheld row has nulls for all that is about answers."""

    n = fields.Integer(required=True, allow_none=True)
    withheld = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([None, WITHHELD])
    )
    ratings = _counts("Ratings", *map(str, range(1, 6)))
    csat = _or_null(Share)
    satisfaction = _or_null(Share)
    resolved = _or_null(Share)
    ease = _or_null(Share)
    sentiment = _counts("Sentiment", *SENTIMENTS)
    within_target = _or_null(Census)
    hours_to_close = _or_null(Hours)
    funnel = _or_null(Funnel)
    response_rate = _or_null(Share)


Row = Total.from_dict(
    {name: fields.String(allow_none=True) for name in DIMENSIONS},
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
    by = fields.List(fields.String(), required=True)
    minimum_base = fields.Integer(required=True)
    rules = fields.Dict(fields.String(), fields.String(), required=True)
    rows = fields.List(fields.Nested(Row), required=True)
    total = fields.Nested(Total, required=True)
