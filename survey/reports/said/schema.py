"""The JSON shapes of themes and comments: what may be asked for, and what is answered."""

from marshmallow import Schema, fields, validate

from survey.comments.sentiment.mood import SENTIMENTS
from survey.reports.blocks.voices import question
from survey.reports.parameters import Question, text
from survey.reports.row import WITHHELD
from survey.reports.said.query import LARGEST, SIZE
from survey.reports.said.spoken import SAYING
from survey.reports.schema import Period, Share, counts, or_null

INSIDERS = "comments:read"


class SaidArguments(Question):
    """What may be asked about what people say."""

    insiders = INSIDERS
    for_boards = question.PARAMETERS


class ThemesArguments(SaidArguments):
    """Themes are asked for by period and filters alone."""


class CommentsArguments(SaidArguments):
    """What comments may be asked for besides."""

    theme = text("Only comments that name this theme, by its key.")
    sentiment = text("Only comments read so. Default: those that say something.", *SENTIMENTS)
    at_odds = text("true: only where rating and text contradict each other.", "true", "false")
    size = fields.Integer(
        validate=validate.Range(1, LARGEST),
        metadata={"description": f"How many to draw, at most. Default: {SIZE}. Not of csv."},
    )
    format = text("csv: all of them, a line each, and none drawn.", "json", "csv")


def _withheld() -> fields.String:
    return fields.String(required=True, allow_none=True, validate=validate.OneOf([None, WITHHELD]))


def _number() -> fields.Integer:
    return fields.Integer(required=True, allow_none=True)


class Answer(Schema):
    """What both answers say of themselves; `rules` says what the rest means."""

    as_of = fields.DateTime(required=True)
    fingerprint = fields.String(required=True)
    period = fields.Nested(Period, required=True)
    release = fields.String(required=True)
    minimum_base = fields.Integer(required=True)
    rules = fields.Dict(fields.String(), fields.String(), required=True)
    withheld = _withheld()


class CountBefore(Schema):
    """The same in the period before."""

    count = fields.Integer(required=True)
    n = fields.Integer(required=True)


class Change(Schema):
    """A difference of shares with its 95 % interval."""

    value = fields.Float(required=True)
    low = fields.Float(required=True)
    high = fields.Float(required=True)


class ThemeRow(Schema):
    """What is said of a theme."""

    theme = fields.String(required=True)
    name = fields.String(required=True)
    withheld = _withheld()
    count = _number()
    share = or_null(Share)
    sentiment = counts("ThemeSentiment", *SAYING)
    before = or_null(CountBefore)
    change = or_null(Change)


class RisingWord(Schema):
    """A word that no theme explains, in how many comments it stands, and stood."""

    word = fields.String(required=True)
    count = fields.Integer(required=True)
    before = fields.Integer(required=True)


class ThemesAnswer(Answer):
    """What people say, by theme."""

    period_before = or_null(Period)
    comments = _number()
    none = _number()
    unread = _number()
    unexplained = _number()
    methods = fields.List(fields.String(), required=True, allow_none=True)
    methods_before = fields.List(fields.String(), required=True, allow_none=True)
    rows = fields.List(fields.Nested(ThemeRow), required=True)
    rising = fields.List(fields.Nested(RisingWord), required=True, allow_none=True)


class Named(Schema):
    """A theme in a clause of a comment, with the words that told and the clause's sentiment."""

    theme = fields.String(required=True)
    words = fields.List(fields.String(), required=True)
    sentiment = fields.String(required=True)


class Fired(Schema):
    """Words that told the sentiment, and what they weigh."""

    words = fields.String(required=True)
    weight = fields.Float(required=True)


class Comment(Schema):
    """One comment, redacted, and what was understood of it."""

    comment = fields.String(required=True)
    rating = fields.Integer(required=True)
    sentiment = fields.String(required=True, validate=validate.OneOf(SENTIMENTS))
    confidence = fields.Float(required=True, allow_none=True)
    at_odds = fields.Boolean(required=True)
    themes = fields.List(fields.Nested(Named), required=True)
    fired = fields.List(fields.Nested(Fired), required=True)
    hints = fields.List(fields.String(), required=True)
    month = fields.String(required=True)
    language = fields.String(required=True)
    method = fields.String(required=True)
    partner = fields.String(required=True)
    service = fields.String(required=True)


class CommentsAnswer(Answer):
    """Comments, in a fair draw."""

    n = _number()
    drawn = _number()
    comments = fields.List(fields.Nested(Comment), required=True)
