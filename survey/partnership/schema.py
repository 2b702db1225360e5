"""The shape of the partnership file: every key it may hold, and what its value may be.

Defaults live in `settings.py`; here stand only bounds. `docs/partnership-file.md` explains each key
to whoever writes a file, and a test holds the two together.
"""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from govuk_bank_holidays.bank_holidays import BankHolidays
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from survey.foundation.spelling import nearest
from survey.foundation.toml_files import StrictSchema, Table, a_time_zone
from survey.partnership.colours import COLOUR, ENOUGH, WHITE, contrast
from survey.partnership.entries import code as _code
from survey.partnership.entries import name as _name
from survey.partnership.entries import printable as _printable
from survey.partnership.people_schema import NamedPersonSchema, mistakes_among
from survey.partnership.settings import OUTCOMES, RHYTHMS, Opening

DOMAIN = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"

# By IP version: wider than this is no organisation's own network.
WIDEST_NETWORK = {4: 8, 6: 16}


class Hours(fields.Float):
    """A number of hours. Unlike marshmallow's own, it does not read a text as a number."""

    def _validated(self, value: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def _by_code(values: fields.Field[Any], **options: Any) -> Table:
    return Table(keys=_code(), values=values, **options)


def _some(schema: type[Schema]) -> Table:
    some = validate.Length(min=1, error="name at least one")
    return _by_code(fields.Nested(schema), required=True, validate=some)


def _whole(low: int, high: int) -> fields.Integer:
    rule = validate.Range(low, high, error="must lie between {min} and {max}")
    return fields.Integer(strict=True, validate=rule)


def _time_of_day(pattern: str) -> fields.String:
    rule = validate.Regexp(pattern, error='must be a time of day such as "08:30"')
    return fields.String(validate=rule)


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


def _spelt(pattern: str, error: str) -> fields.List[Any]:
    return fields.List(fields.String(validate=validate.Regexp(pattern, error=error)))


def _network(text: str) -> None:
    try:
        network = ip_network(text)
    except ValueError:
        raise ValidationError("must be an IP network such as 10.1.0.0/16") from None
    if network.prefixlen < WIDEST_NETWORK[network.version]:
        raise ValidationError("is too wide: answers from all of it would be held")


class NarrowerAskingSchema(StrictSchema):
    """What a partner or service may ask by for itself."""

    delay_minutes = _whole(0, 1440)
    wait_days = _whole(0, 20)
    too_old_days = _whole(2, 366)
    expires_days = _whole(1, 366)
    remind_days = _whole(0, 30)
    share = _whole(0, 100)
    outcomes = fields.List(
        fields.String(validate=validate.OneOf(OUTCOMES)),
        validate=validate.Length(min=1, error="name at least one; to ask about none, set asks"),
    )
    questionnaire = fields.String(
        validate=validate.Regexp(
            r"[a-z][a-z0-9_-]{0,39}\Z", error="must be the name of a questionnaire"
        )
    )


class AskingSchema(NarrowerAskingSchema):
    """Whom to ask, and when. What it adds holds for a person, whoever the enquiry belongs to."""

    quiet_days = _whole(0, 366)
    shared_mailboxes = _spelt(
        r"[a-z0-9._+-]{1,64}\Z", "must be what stands before the @, in lower case"
    )
    answering_team = _spelt(
        rf"([^@\s]+)?@{DOMAIN}\Z", "must be an address, or a domain such as @ibc.example.org"
    )
    answering_networks = fields.List(fields.String(validate=_network))


class KeepingSchema(StrictSchema):
    """How long personal data stays."""

    address_days = _whole(0, 366)
    comment_months = _whole(1, 120)


class OpeningSchema(StrictSchema):
    """When the centre works."""

    opens = _time_of_day(r"([01]\d|2[0-3]):[0-5]\d\Z")
    closes = _time_of_day(r"(([01]\d|2[0-3]):[0-5]\d|24:00)\Z")
    weekdays = fields.List(_whole(1, 7), validate=validate.Length(min=1, error="name at least one"))
    holidays = fields.String(validate=validate.OneOf(BankHolidays.ALL_DIVISIONS))

    @validates_schema
    def _opens_before_it_closes(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("opens", Opening.opens) >= data.get("closes", Opening.closes):
            raise ValidationError("must be later than opens", "closes")


class PartnerOpeningSchema(OpeningSchema):
    """When the centre works for one partner; what is not said is as for all."""

    @validates_schema
    def _both_times_or_none(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("opens" in data) != ("closes" in data):
            raise ValidationError("goes together with the other time", "closes")


class CoordinatorSchema(StrictSchema):
    """Who puts things right, for the partner or for one directorate."""

    name = _name()
    email = fields.Email(required=True, validate=validate.Length(max=254))
    directorate = _code()


class NominatedPersonSchema(StrictSchema):
    """Who is told of danger, and stands outside the line of whoever wrote and who answers."""

    name = _name()
    email = fields.Email(required=True, validate=validate.Length(max=254))


class PartnerSchema(StrictSchema):
    """A body served."""

    name = _name()
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
    directorates = _by_code(_name(), load_default=dict)
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

    name = _name()
    target_hours = Hours(required=True, validate=validate.Range(0, 10_000, min_inclusive=False))
    asks = fields.Boolean(truthy={True}, falsy={False}, load_default=True)
    discreet = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    group = _code()
    asking = fields.Nested(NarrowerAskingSchema)


class SourceSchema(StrictSchema):
    """A helpdesk or portal that sends enquiries."""

    name = _name()
    precision = fields.String(
        load_default="second", validate=validate.OneOf(("second", "minute", "day"))
    )


class ThemeSchema(StrictSchema):
    """A theme of the partnership's own, or more words for one that comes with the service."""

    name = _name()
    words = fields.List(
        fields.String(validate=_printable),
        required=True,
        validate=validate.Length(1, 500, error="name 1 to 500"),
    )


def themes_field() -> Table:
    """The partnership's own themes by key."""
    key = validate.Regexp(
        r"[a-z][a-z0-9_-]{0,39}\Z", error="a key is 1 to 40 lower case letters, digits, - or _"
    )
    return Table(keys=fields.String(validate=key), values=fields.Nested(ThemeSchema))


class PartnershipSchema(StrictSchema):
    """The whole file."""

    name = _name()
    provider = _code(required=True)
    time_zone = fields.String(validate=a_time_zone)
    minimum_base = _whole(5, 1000)
    rhythm = fields.String(validate=validate.OneOf(RHYTHMS))
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
