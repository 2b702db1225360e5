"""The shape of the rules in a partnership file: whom to ask and when, how long, opening times."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from govuk_bank_holidays.bank_holidays import BankHolidays
from marshmallow import ValidationError, fields, validate, validates_schema

from survey.foundation.toml_files import StrictSchema
from survey.partnership.settings import OUTCOMES, Opening

DOMAIN = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"

# By IP version: wider than this is no organisation's own network.
WIDEST_NETWORK = {4: 8, 6: 16}


def whole_number(low: int, high: int) -> fields.Integer:
    """A whole number within bounds, both included."""
    rule = validate.Range(low, high, error="must lie between {min} and {max}")
    return fields.Integer(strict=True, validate=rule)


def _time_of_day(pattern: str) -> fields.String:
    rule = validate.Regexp(pattern, error='must be a time of day such as "08:30"')
    return fields.String(validate=rule)


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

    delay_minutes = whole_number(0, 1440)
    wait_days = whole_number(0, 20)
    too_old_days = whole_number(2, 366)
    expires_days = whole_number(1, 366)
    remind_days = whole_number(0, 30)
    share = whole_number(0, 100)
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

    quiet_days = whole_number(0, 366)
    shared_mailboxes = _spelt(
        r"[a-z0-9._+-]{1,64}\Z", "must be what stands before the @, in lower case"
    )
    answering_team = _spelt(
        rf"([^@\s]+)?@{DOMAIN}\Z", "must be an address, or a domain such as @ibc.example.org"
    )
    answering_networks = fields.List(fields.String(validate=_network))


class KeepingSchema(StrictSchema):
    """How long personal data stays."""

    address_days = whole_number(0, 366)
    comment_months = whole_number(1, 120)


class OpeningSchema(StrictSchema):
    """When the centre works."""

    opens = _time_of_day(r"([01]\d|2[0-3]):[0-5]\d\Z")
    closes = _time_of_day(r"(([01]\d|2[0-3]):[0-5]\d|24:00)\Z")
    weekdays = fields.List(
        whole_number(1, 7), validate=validate.Length(min=1, error="name at least one")
    )
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
