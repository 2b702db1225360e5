"""The page about the partnership file names every key there is, each with its true default."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, missing

from survey.partnership.schema import PartnershipSchema
from survey.partnership.settings import Settings

Key = tuple[str, fields.Field[Any]]
PAGE = Path(__file__).parents[2] / "docs" / "partnership-file.md"


def keys_of(schema: Schema, within: str = "") -> Iterator[Key]:
    """Every key that holds a value, by its place."""
    for name, field in schema.fields.items():
        yield from keys_in(field, f"{within}{name}")


def keys_in(field: fields.Field[Any], place: str) -> Iterator[Key]:
    if isinstance(field, fields.Dict):
        assert field.value_field is not None
        yield from keys_in(field.value_field, f"{place}.CODE")
    elif isinstance(field, fields.List):
        for key, inner in keys_in(field.inner, place):
            yield key, field if key == place else inner
    elif isinstance(field, fields.Nested):
        yield from keys_of(field.schema, f"{place}.")
    else:
        yield place, field


KEYS = dict(keys_of(PartnershipSchema()))
DOCUMENTED = dict(re.findall(r"^\| `([\w.]+)` \| (.+?) \|", PAGE.read_text("utf-8"), re.MULTILINE))


def test_every_key_is_documented_and_every_documented_key_exists() -> None:
    assert DOCUMENTED.keys() == KEYS.keys()


def test_every_setting_is_documented_with_its_default() -> None:
    document = Settings().to_document()
    # What a theme must say is documented, but there is none by default.
    assert document.pop("themes") == {}
    assert document.pop("narrower") == {}
    for group in ("asking", "keeping", "opening"):
        document |= {f"{group}.{key}": value for key, value in document.pop(group).items()}
    shown = {key: json.loads(DOCUMENTED[key].strip("`")) for key in document}
    assert shown == document


def test_what_must_be_given_and_what_need_not_is_documented() -> None:
    for key, field in KEYS.items():
        if field.load_default is not missing:
            default = field.load_default() if callable(field.load_default) else field.load_default
            assert json.loads(DOCUMENTED[key].strip("`")) == default
        # The name of a directorate is what its code stands for; that there is one is not required.
        elif not key.endswith(".directorates.CODE"):
            assert (DOCUMENTED[key] == "required") == field.required
