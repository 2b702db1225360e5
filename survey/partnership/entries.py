"""What every entry of a partnership file is called and known by: names, and codes."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from survey.partnership.taken import TAKEN_FOUND, is_taken


def printable(text: str) -> None:
    """Refuse what is not one line of a decent length.

    Raises:
        ValidationError: it is not.
    """
    if not (1 <= len(text) <= 120 and text.isprintable() and text.strip() == text):
        raise ValidationError("must be one line of 1 to 120 characters, without blanks around it")


def name() -> fields.String:
    """What an entry is called."""
    return fields.String(required=True, validate=printable)


def code(**options: Any) -> fields.String:
    """What an entry is known by, for good."""
    rule = validate.Regexp(
        r"[A-Za-z0-9_-]{1,40}\Z", error="a code is 1 to 40 letters, digits, - or _"
    )
    return fields.String(validate=[rule, not_taken], **options)


def not_taken(key: str) -> None:
    """Refuse what figures call rows of their own.

    Raises:
        ValidationError: it is so called.
    """
    if is_taken(key):
        raise ValidationError(TAKEN_FOUND)


def email() -> fields.Email:
    """Where to write to somebody."""
    return fields.Email(required=True, validate=validate.Length(max=254))
