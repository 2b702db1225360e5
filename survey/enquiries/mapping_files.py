"""Finds mapping files by name or path, and reads them.

The mappings that ship are the TOML files in `mappings/`; copying one is how a new one begins.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from survey.enquiries.column_templates import Template
from survey.enquiries.fields import FIELDS
from survey.enquiries.local_times import names_a_day
from survey.enquiries.mapping import NEEDED, OTHERS, SKIP, Closed, ColumnMapping, Dates
from survey.foundation.spelling import nearest
from survey.foundation.toml_files import StrictSchema, Table, a_time_zone, load

SHIPPED = Path(__file__).parent / "mappings"
DEFAULT = "default"


class NoSuchMapping(LookupError):
    """Neither a mapping that ships nor a file."""


def find(name_or_file: str) -> Path:
    """The file of a mapping that ships, else the file at this path.

    Raises:
        NoSuchMapping: there is neither.
    """
    shipped = {path.stem: path for path in SHIPPED.glob("*.toml")}
    if name_or_file in shipped:
        return shipped[name_or_file]
    if (path := Path(name_or_file)).is_file():
        return path
    known = nearest(name_or_file, shipped)
    raise NoSuchMapping(f"no mapping and no file is called {name_or_file}; nearest: {known}")


def read(path: Path) -> ColumnMapping:
    """Read a mapping file.

    Raises:
        WrongFile: it is not TOML, or says what cannot be.
        OSError: it cannot be read at all.
    """
    return ColumnMapping(**load(path.read_bytes(), MappingSchema()))


def _a_field(name: str) -> None:
    if name not in FIELDS:
        raise ValidationError(f"no such field; nearest known: {nearest(name, FIELDS)}")


def _a_format(form: str) -> None:
    if not names_a_day(form):
        raise ValidationError("must say, as strptime does, year, month and day: %d/%m/%Y %H:%M")


def _an_encoding(name: str) -> None:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        raise ValidationError("no such encoding; usual are utf-8, cp1252, utf-16") from None


class TemplateField(fields.String):
    """A text with columns in braces."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return Template.of(super()._deserialize(value, *args, **kwargs))
        except ValidationError:
            raise
        except ValueError as error:
            raise ValidationError(str(error)) from error


def _text(**options: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=1, error="must not be empty"), **options)


def _by_field(value: fields.Field[Any], **options: Any) -> Table:
    return Table(keys=fields.String(validate=_a_field), values=value, **options)


def _some(value: fields.Field[Any], **options: Any) -> fields.List[Any]:
    return fields.List(value, validate=validate.Length(min=1, error="name at least one"), **options)


class DatesSchema(StrictSchema):
    """How the export writes times."""

    zone = fields.String(required=True, validate=a_time_zone)
    formats = fields.List(fields.String(validate=_a_format))

    @post_load
    def _made(self, data: Mapping[str, Any], **_: Any) -> Dates:
        return Dates(data["zone"], tuple(data.get("formats", ())))


class ClosedSchema(StrictSchema):
    """Which rows are closures."""

    column = _text(required=True)
    values = _some(_text(), required=True)
    others = fields.String(validate=validate.OneOf(OTHERS), load_default=SKIP)

    @post_load
    def _made(self, data: Mapping[str, Any], **_: Any) -> Closed:
        return Closed(data["column"], tuple(data["values"]), data["others"])


class MappingSchema(StrictSchema):
    """The whole file."""

    columns = _by_field(_text(), required=True)
    constants = _by_field(_text())
    values = _by_field(Table(keys=fields.String(), values=_text()))
    otherwise = _by_field(_text())
    templates = _by_field(TemplateField())
    dates = fields.Nested(DatesSchema)
    closed = fields.Nested(ClosedSchema)
    last_row_per = _text()
    optional = fields.List(fields.String(validate=_a_field))
    missing = fields.List(fields.String())
    delimiter = fields.String(validate=validate.Length(equal=1, error="must be one character"))
    encoding = fields.String(validate=_an_encoding)

    @validates_schema
    def _every_field_has_one_origin(self, data: Mapping[str, Any], **_: Any) -> None:
        columns, templates = data["columns"].keys(), data.get("templates", {}).keys()
        constants = data.get("constants", {}).keys()
        given = columns | templates
        no_column = "is a field without a column"
        wrong = (
            ("columns", NEEDED - given - constants, "missing; nothing else gives this field"),
            ("constants", constants & given, "has a column or template too; see [otherwise]"),
            ("values", data.get("values", {}).keys() - columns, no_column),
            ("optional", set(data.get("optional", ())) - columns, no_column),
            ("otherwise", data.get("otherwise", {}).keys() - given, no_column),
        )
        if any(names for _, names, _ in wrong):
            raise ValidationError(
                {key: {name: [why] for name in names} for key, names, why in wrong if names}
            )
