"""Files that people write, in TOML: taken as a whole, or refused with every mistake at once.

A mistake names its place as one would point at it: `partners.HCC.coordinators[2].email`, counting
from 1.
"""

import tomllib
from collections.abc import Iterator
from typing import Any, NoReturn
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields
from marshmallow.exceptions import SCHEMA

from survey.foundation.spelling import nearest


class WrongFile(ValueError):
    """The file cannot be used; `mistakes` says why, a line each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def load(content: bytes, schema: Schema) -> dict[str, Any]:
    """What a file says, in the shape that the schema gives it.

    Raises:
        WrongFile: it is not TOML, or says what cannot be.
    """
    try:
        valid: dict[str, Any] = schema.load(tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongFile([f"line {line}: not UTF-8 text"]) from error
    except tomllib.TOMLDecodeError as error:
        raise WrongFile([f"not TOML: {error}"]) from error
    except RecursionError as error:
        raise WrongFile(["tables or lists stand in each other too deeply to be read"]) from error
    except ValidationError as error:
        raise WrongFile(sorted(_mistakes(error.messages))) from error
    return valid


class StrictSchema(Schema):
    """Refuses a key it does not know, and names the known ones it looks like."""

    error_messages = {"type": "must be a table"}

    def handle_error(
        self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any
    ) -> NoReturn:
        """Put what was probably meant beside each unknown key."""
        messages = error.messages_dict
        for key in messages.keys() - self.fields.keys() - {SCHEMA}:
            messages[key] = [f"unknown key; nearest known: {nearest(str(key), self.fields)}"]
        raise ValidationError(messages, data=data, valid_data=error.valid_data)


class Table(fields.Dict):
    """A table with keys of the writer's own. What is wrong with a key or its value is told there.

    Marshmallow's own field puts `key` or `value` between the two, which are no places in the file.
    Entries that are wrong stay in what is valid, as None or in part, so that what is wrong beside
    them can be told as well.
    """

    default_error_messages = {"invalid": "must be a table"}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        try:
            entries: dict[Any, Any] = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            if isinstance(error.messages, dict):
                error.messages = {
                    key: wrong.get("key") or wrong["value"] for key, wrong in error.messages.items()
                }
                right = error.valid_data if isinstance(error.valid_data, dict) else {}
                error.valid_data = {**dict.fromkeys(value), **right}
            raise
        return entries


def a_time_zone(name: str) -> None:
    """Refuse what is no time zone.

    Raises:
        ValidationError: it names the nearest ones.
    """
    zones = available_timezones()
    if name not in zones:
        raise ValidationError(f"no such time zone; nearest known: {nearest(name, zones)}")


def _mistakes(messages: Any, place: str = "") -> Iterator[str]:
    """Flatten marshmallow's nested messages into one line a mistake."""
    if isinstance(messages, list):
        yield from (f"{place}: {message}" for message in messages)
        return
    for key, below in messages.items():
        yield from _mistakes(below, _inside(place, key))


def _inside(place: str, key: str | int) -> str:
    if key == SCHEMA:
        return place
    if isinstance(key, int):
        return f"{place}[{key + 1}]"
    return f"{place}.{key}" if place else key
