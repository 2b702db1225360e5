"""What may stand in the address of a question: each parameter, once, and no other."""

from collections.abc import Collection
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from survey.access.caller import caller
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.blocks import grid
from survey.reports.periods import FORMS
from survey.reports.query import COHORTS, DIMENSIONS, MOST_DIMENSIONS

EXPLORE = "figures:explore"
FORMATS = {
    "json": "application/json",
    "csv": "text/csv",
    "csvw": "application/csvm+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def text(description: str, *allowed: str) -> fields.String:
    """A parameter of text: any, or one of those allowed."""
    choice = validate.OneOf(allowed, error="Must be one of: {choices}.") if allowed else None
    return fields.String(validate=choice, metadata={"description": description})


class Parameters(Schema):
    """What stands in an address. Each may be given once, and no other.

    Attributes:
        insiders: the scope that opens all of them; None where all are for everybody.
        for_boards: those that whoever comes without it may use.
    """

    insiders: ClassVar[str | None] = None
    for_boards: ClassVar[Collection[str]] = ()

    @pre_load
    def known_and_once(self, data: Any, **_: Any) -> Any:
        """Refuse what is not a parameter, and two values for one: neither may be passed over."""
        for name, values in data.data.lists():
            if name not in self.fields:
                known = ", ".join(self._offered())
                raise ValidationError(f"Not a parameter. Parameters: {known}.", name[:40])
            if len(values) > 1:
                raise ValidationError("Given more than once.", name)
        return data

    def _offered(self) -> Collection[str]:
        everything = self.insiders is None or self.insiders in caller().scopes
        return self.fields if everything else self.for_boards


class Question(Parameters):
    """The parameters of every question about figures."""

    period = text(f"{FORMS}. Whole months. Default: the last twelve full months.")
    partner = text("Only this partner.")
    directorate = text("Only this directorate.")
    service = text("Only this service.")
    topic = text("Only this topic.")
    channel = text("Only this channel.")
    deliver = text("Only enquiries whose link we `mail`, or whose source sends the `link` itself.")


class FiguresArguments(Question):
    """What figures may be asked for besides."""

    insiders = EXPLORE
    for_boards = ("period", *grid.FILTERS, "by", "format")

    by = text(
        f"Up to {MOST_DIMENSIONS} of {', '.join(DIMENSIONS)}, separated by a comma. "
        "A directorate's code may occur in several partners: add `partner` to tell them apart. "
        "With figures:read one of directorate, topic, channel, target and hours at most; what may "
        f"not be told apart is a row `{NOT_TOLD_APART}`."
    )
    cohort = text(
        "closed: enquiries closed in the period. answered: first counted answer in it; needs the "
        "scope figures:explore.",
        *COHORTS,
    )
    format = text("csvw: what the columns of the CSV are. Default: by the Accept header.", *FORMATS)
