"""The JSON shapes of themes and comments as boards get them; `rules` says what each part means."""

from marshmallow import Schema, fields, validate

from survey.reports.row import WITHHELD
from survey.reports.schema import Period, Share, number, or_null


def _withheld() -> fields.String:
    return fields.String(required=True, allow_none=True, validate=validate.OneOf([None, WITHHELD]))


class Sealed(Schema):
    """What both answers say of themselves."""

    as_of = fields.DateTime(required=True)
    fingerprint = fields.String(required=True)
    period = fields.Nested(Period, required=True)
    cohort = fields.String(required=True)
    release = fields.String(required=True)
    minimum_base = fields.Integer(required=True)
    rules = fields.Dict(fields.String(), fields.String(), required=True)


Steps = Schema.from_dict({"from": number("share"), "to": number("share")}, name="Steps")


class SealedTheme(Schema):
    """What is said of a theme in a partner's quarter."""

    theme = fields.String(required=True)
    name = fields.String(required=True)
    count = fields.Integer(required=True)
    share = fields.Nested(Share, required=True)
    critical = or_null(Steps)


class SealedThemesRow(Schema):
    """What people say in a partner's quarter, by theme."""

    partner = fields.String(required=True)
    quarter = fields.String(required=True)
    withheld = _withheld()
    comments = fields.Integer(required=True, allow_none=True)
    themes = fields.List(fields.Nested(SealedTheme), required=True, allow_none=True)


class SealedCommentsRow(Schema):
    """Comments drawn in a partner's quarter."""

    partner = fields.String(required=True)
    quarter = fields.String(required=True)
    withheld = _withheld()
    comments = fields.List(fields.String(), required=True)


class SealedThemesAnswer(Sealed):
    """What people say, by theme: what boards get."""

    rows = fields.List(fields.Nested(SealedThemesRow), required=True)


class SealedCommentsAnswer(Sealed):
    """Drawn comments: what boards get."""

    rows = fields.List(fields.Nested(SealedCommentsRow), required=True)
