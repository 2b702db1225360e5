"""The shape of the partnership file: who takes part, with every key that may be said of them.

By which rules they are asked, and when the centre works for them, is in `rules_schema.py`.

Defaults live in `settings.py`; here stand only bounds. `docs/partnership-file.md` explains each key
to whoever writes a file, and a test holds the two together.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from survey.foundation.spelling import nearest
from survey.foundation.toml_files import StrictSchema, Table, a_time_zone
from survey.partnership import entries
from survey.partnership.colours import COLOUR, ENOUGH, WHITE, contrast
from survey.partnership.people_schema import NamedPersonSchema, mistakes_among
from survey.partnership.rules_schema import (
    DOMAIN,
    AskingSchema,
    KeepingSchema,
    NarrowerAskingSchema,
    OpeningSchema,
    PartnerOpeningSchema,
    whole_number,
)
from survey.partnership.settings import RHYTHMS, SIDES


class Hours(fields.Float):
    """A number of hours. Unlike marshmallow's own, it does not read a text as a number."""

    def _validated(self, value: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def _by_code(values: fields.Field[Any], **options: Any) -> Table:
    return Table(keys=entries.code(), values=values, **options)


def _some(schema: type[Schema]) -> Table:
    some = validate.Length(min=1, error="name at least one")
    return _by_code(fields.Nested(schema), required=True, validate=some)


def _readable_colour(colour: str) -> None:
    if not COLOUR.match(colour):
        raise ValidationError('must be such as "#1d4e89"')
    reached = contrast(colour, WHITE)
    if reached < ENOUGH:
        raise ValidationError(
            f"is too faint for white words on it: a contrast of {reached:.1f} to 1, "
            f"and it takes at least {ENOUGH}"
        )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


class CoordinatorSchema(StrictSchema):
    """Who puts things right, for the partner or for one directorate."""

    name = entries.name()
    email = entries.email()
    directorate = entries.code()


class NominatedPersonSchema(StrictSchema):
    """Who is told of danger, and stands outside the line of whoever wrote and who answers."""

    name = entries.name()
    email = entries.email()


class PartnerSchema(StrictSchema):
    """A body served."""

    name = entries.name()
    asks = fields.Boolean(truthy={True}, falsy={False}, load_default=True)
    domains = fields.List(
        fields.String(validate=validate.Regexp(rf"{DOMAIN}\Z", error="must be a domain")),
        load_default=list,
    )
    languages = fields.List(
        fields.String(validate=validate.Regexp(r"[a-z]{2,3}\Z", error="must be such as en or cy")),
        load_default=lambda: ["en"],
        validate=validate.Length(1, 2, error="name one or two"),
    )
    colour = fields.String(load_default="#1d4e89", validate=_readable_colour)
    asking = fields.Nested(NarrowerAskingSchema)
    opening = fields.Nested(PartnerOpeningSchema)
    directorates = _by_code(entries.name(), load_default=dict)
    coordinators = fields.List(fields.Nested(CoordinatorSchema), load_default=list)
    nominated_person = fields.Nested(NominatedPersonSchema, load_default=None)

    @validates_schema
    def _nominated_person_stands_outside(self, data: Mapping[str, Any], **_: Any) -> None:
        nominated = data["nominated_person"]
        if nominated is None:
            return
        for key in ("name", "email"):
            if any(_same(nominated[key], one[key]) for one in data["coordinators"]):
                mistake = "is a coordinator of this partner; it must be somebody who is not"
                raise ValidationError({"nominated_person": {key: [mistake]}})

    @validates_schema
    def _coordinators_fit(self, data: Mapping[str, Any], **_: Any) -> None:
        mistakes: dict[int, dict[str, list[str]]] = {}
        seen: set[tuple[str | None, str]] = set()
        for number, coordinator in enumerate(data["coordinators"]):
            code, address = coordinator.get("directorate"), coordinator["email"].lower()
            if code is not None and code not in data["directorates"]:
                known = nearest(code, data["directorates"]) or "none"
                mistakes[number] = {"directorate": [f"unknown; nearest known: {known}"]}
            elif (code, address) in seen:
                mistakes[number] = {"email": ["is named twice for the same directorate"]}
            seen.add((code, address))
        if mistakes:
            raise ValidationError({"coordinators": mistakes})


class ServiceSchema(StrictSchema):
    """A line of business."""

    name = entries.name()
    target_hours = Hours(required=True, validate=validate.Range(0, 10_000, min_inclusive=False))
    asks = fields.Boolean(truthy={True}, falsy={False}, load_default=True)
    discreet = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    group = entries.code()
    asking = fields.Nested(NarrowerAskingSchema)


class SourceSchema(StrictSchema):
    """A helpdesk or portal that sends enquiries."""

    name = entries.name()
    precision = fields.String(
        load_default="second", validate=validate.OneOf(("second", "minute", "day"))
    )


class ThemeSchema(StrictSchema):
    """A theme of the partnership's own, or more words for one that comes with the service."""

    name = entries.name()
    words = fields.List(
        fields.String(validate=entries.printable),
        required=True,
        validate=validate.Length(1, 500, error="name 1 to 500"),
    )


def themes_field() -> Table:
    """The partnership's own themes by key."""
    key = validate.Regexp(
        r"[a-z][a-z0-9_-]{0,39}\Z", error="a key is 1 to 40 lower case letters, digits, - or _"
    )
    keys = fields.String(validate=[key, entries.not_taken])
    return Table(keys=keys, values=fields.Nested(ThemeSchema))


class PartnershipSchema(StrictSchema):
    """The whole file."""

    name = entries.name()
    provider = entries.code(required=True)
    time_zone = fields.String(validate=a_time_zone)
    minimum_base = whole_number(5, 1000)
    rhythm = fields.String(validate=validate.OneOf(RHYTHMS))
    sides = fields.List(
        fields.String(validate=validate.OneOf(SIDES)), validate=validate.Length(min=1)
    )
    asking = fields.Nested(AskingSchema)
    keeping = fields.Nested(KeepingSchema)
    opening = fields.Nested(OpeningSchema)
    partners = _some(PartnerSchema)
    services = _some(ServiceSchema)
    sources = _some(SourceSchema)
    themes = themes_field()
    people = fields.List(fields.Nested(NamedPersonSchema), load_default=list)

    @validates_schema(skip_on_field_errors=False)
    def _provider_is_a_partner(self, data: Mapping[str, Any], **_: Any) -> None:
        partners = data.get("partners", {})
        if partners and "provider" in data and data["provider"] not in partners:
            known = nearest(data["provider"], partners)
            raise ValidationError(f"must be one of the partners: {known}", "provider")

    @validates_schema
    def _people_are_of_known_partners(self, data: Mapping[str, Any], **_: Any) -> None:
        if mistakes := mistakes_among(data["people"], data["partners"]):
            raise ValidationError({"people": mistakes})
