"""The JSON shapes of releases: what is frozen, how it is listed, and what has changed since."""

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from survey.enquiries.schema import printable
from survey.reports.parameters import Parameters, text
from survey.reports.periods import FORMS
from survey.reports.releases.comparing import SENTENCES
from survey.reports.releases.content import TABLES
from survey.reports.schema import FiguresRow, Period, Total

LONGEST_NAME = 120
MOST, SIZE = 100, 20


class ReleaseToFreeze(Schema):
    """Which figures to freeze."""

    period = fields.String(
        required=True,
        metadata={
            "description": f"{FORMS}. Whole months, all of them sealed.",
            "examples": ["2026-Q3"],
        },
    )
    partner = fields.String(
        metadata={
            "description": "Only this partner. Default: all that the key may see.",
            "examples": ["OCC"],
        }
    )
    name = fields.String(
        validate=[validate.Length(1, LONGEST_NAME), printable("reason")],
        metadata={
            "description": "What it is called. Name no person.",
            "examples": ["Partnership board, October"],
        },
    )

    @pre_load
    def strip(self, data: Any, **_: Any) -> Any:
        """Take outer blanks off the name."""
        if isinstance(data, dict) and isinstance(data.get("name"), str):
            return data | {"name": data["name"].strip()}
        return data


class ListArguments(Parameters):
    """Which part of the list to show."""

    cursor = text("Go on after here: `next` of the answer before.")
    size = fields.Integer(
        validate=validate.Range(1, MOST),
        metadata={"description": f"How many, at most. Default: {SIZE}."},
    )


class ListedRelease(Schema):
    """What a release is, without its figures."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    frozen_at = fields.DateTime(required=True)
    frozen_by = fields.String(required=True)
    fingerprint = fields.String(
        required=True, metadata={"description": "Keyed digest of all that is frozen."}
    )
    period = fields.Nested(Period, required=True)
    partners = fields.List(fields.String(), required=True)


class ReleasesAnswer(Schema):
    """A page of releases, newest first; `next` is the cursor of the page after, null at the end."""

    releases = fields.List(fields.Nested(ListedRelease), required=True)
    next = fields.String(required=True, allow_none=True)


class QuestionnaireVersion(Schema):
    """One version of a questionnaire."""

    name = fields.String(required=True)
    version = fields.Integer(required=True)


class Readings(Schema):
    """The edition of readings that was current when it was frozen."""

    edition = fields.Integer(required=True)
    method = fields.String(required=True)


class Methods(Schema):
    """By what the figures were made."""

    readings = fields.Nested(Readings, required=True)
    questionnaires = fields.List(fields.Nested(QuestionnaireVersion), required=True)
    service = fields.String(required=True, metadata={"description": "Version of the service."})


Tables = Schema.from_dict(
    {name: fields.List(fields.Nested(FiguresRow), required=True) for name in TABLES},
    name="ReleaseTables",
)


class RestatedBlock(Schema):
    """A block that was counted anew, and of how many people the answers moved, in tens."""

    month = fields.String(required=True)
    service = fields.String(required=True)
    partner = fields.String(required=True)
    people = fields.Integer(required=True)


class RecountedMonth(Schema):
    """A month of which closures were counted again, when a later one was sealed."""

    month = fields.String(required=True)
    counted_with = fields.String(required=True)


class ReleaseAnswer(ListedRelease):
    """Figures as they were reported; `rules` says what each means."""

    cohort = fields.String(required=True)
    release = fields.String(required=True)
    minimum_base = fields.Integer(required=True)
    restated = fields.List(fields.String(), required=True)
    restated_blocks = fields.List(fields.Nested(RestatedBlock), required=True)
    recounted_closures = fields.List(
        fields.Nested(RecountedMonth),
        metadata={"description": "Not in what was frozen before closures were counted again."},
    )
    rules = fields.Dict(fields.String(), fields.String(), required=True)
    methods = fields.Nested(Methods, required=True)
    tables = fields.Nested(Tables, required=True)
    total = fields.Nested(Total, required=True)


class ChangedRow(Schema):
    """A row of which figures differ; `row` is its month, service or partner, null of the total."""

    table = fields.String(required=True, validate=validate.OneOf([*TABLES, "total"]))
    row = fields.String(required=True, allow_none=True)
    figures = fields.List(fields.String(), required=True)
    people = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "Of so many people the answers differ, rounded down to tens for each "
            "block; null where no block was counted anew."
        },
    )


class TwoSides(Schema):
    """What was frozen, and what is so now."""

    then = fields.Raw(required=True, allow_none=True)
    now = fields.Raw(required=True, allow_none=True)


class ChangesAnswer(Schema):
    """What the same question answers now against what was frozen, and why."""

    id = fields.UUID(required=True)
    fingerprint = fields.String(required=True)
    changed = fields.Boolean(required=True)
    says = fields.String(required=True, metadata={"description": "All of it in a sentence."})
    why = fields.List(fields.String(validate=validate.OneOf([*SENTENCES])), required=True)
    restated = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Years of which blocks or closures were counted anew since."},
    )
    rules = fields.Dict(fields.String(), fields.Nested(TwoSides), required=True)
    methods = fields.Dict(fields.String(), fields.Nested(TwoSides), required=True)
    rows = fields.List(fields.Nested(ChangedRow), required=True)
