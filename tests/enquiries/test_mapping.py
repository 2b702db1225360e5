"""Mappings: what a mapping file may say, and what becomes of a row."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.enquiries import mapping_files
from survey.enquiries.column_templates import Template, address_safe
from survey.enquiries.conversion import ColumnsLacking, Conversion, Item, WrongRow
from survey.enquiries.fields import EMAIL, FIELDS
from survey.enquiries.local_times import LocalTimes, Unreadable
from survey.enquiries.mapping import ColumnMapping
from survey.enquiries.mapping_files import MappingSchema, NoSuchMapping
from survey.foundation.toml_files import WrongFile

GUIDE = Path(__file__).parents[2] / "docs" / "importing.md"
SHIPPED = sorted(path.stem for path in mapping_files.SHIPPED.glob("*.toml"))
SMALL = """
last_row_per = "Id"
optional = ["topic"]
missing = ["?"]
[columns]
reference = "Id"
topic = "Kind"
channel = "Via"
opened_at = "Created"
closed_at = "Solved"
email = "Mail"
[dates]
zone = "Europe/London"
formats = ["%d/%m/%Y %H:%M"]
[closed]
column = "Status"
values = ["Closed"]
[constants]
partner = "HCC"
service = "hr"
outcome = "resolved"
[values.channel]
Phone = "contact-centre"
[templates]
email = "{Who|address}@staff.example"
"""
ROW = {
    "Id": "7",
    "Kind": "payslip",
    "Via": "phone",
    "Created": "01/07/2026 09:00",
    "Solved": "02/07/2026 17:30",
    "Status": "closed",
    "Mail": "",
    "Who": "Caller 2403",
}


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(text: str) -> ColumnMapping:
        path = tmp_path / "ours.toml"
        path.write_text(text)
        return mapping_files.read(path)

    return read


def converted(mapping: ColumnMapping, **cells: str) -> Item:
    row = ROW | cells
    return Conversion(mapping, list(row)).item(list(row.values()))


def refused(mapping: ColumnMapping, **cells: str) -> dict[str, list[str]]:
    with pytest.raises(WrongRow) as caught:
        converted(mapping, **cells)
    return caught.value.errors


def test_a_row_becomes_the_item_that_the_api_takes(read: Any) -> None:
    assert converted(read(SMALL)) == {
        "reference": "7",
        "partner": "HCC",
        "service": "hr",
        "topic": "payslip",
        "channel": "contact-centre",
        "opened_at": "2026-07-01T08:00:00+00:00",
        "closed_at": "2026-07-02T16:30:00+00:00",
        "outcome": "resolved",
        "email": "caller-2403@staff.example",
    }


def test_a_cell_is_preferred_to_a_template(read: Any) -> None:
    assert converted(read(SMALL), Mail=" jo@hants.example ")["email"] == "jo@hants.example"


def test_what_is_missing_is_left_out(read: Any) -> None:
    item = converted(read(SMALL), Kind="?", Who="?")
    assert "topic" not in item
    assert "email" not in item


def test_a_word_that_is_not_in_the_map_is_refused_with_the_nearest(read: Any) -> None:
    assert "Phone" in refused(read(SMALL), Via="Phones")["channel"][0]


def test_a_word_that_is_not_in_the_map_may_have_a_default(read: Any) -> None:
    mapping = read(SMALL + '[otherwise]\nchannel = "portal"')
    assert converted(mapping, Via="Fax")["channel"] == "portal"
    assert converted(mapping, Via="?")["channel"] == "portal"
    assert converted(mapping, Via="PHONE")["channel"] == "contact-centre"


def test_rows_that_are_not_closed_are_skipped(read: Any) -> None:
    conversion = Conversion(read(SMALL), list(ROW))
    assert not conversion.skips(list(ROW.values()))
    assert conversion.skips(list((ROW | {"Status": "New"}).values()))
    assert conversion.skips(list((ROW | {"Status": "?"}).values()))


def test_rows_that_are_not_closed_may_come_in_open(read: Any) -> None:
    mapping = read(SMALL.replace('values = ["Closed"]', 'values = ["Closed"]\nothers = "open"'))
    assert not Conversion(mapping, list(ROW)).skips(list((ROW | {"Status": "New"}).values()))
    item = converted(mapping, Status="New", Solved="nonsense")
    assert item["closed_at"] is None
    assert "outcome" not in item


def test_a_closed_row_needs_to_say_when(read: Any) -> None:
    assert "Status" in refused(read(SMALL), Solved="?")["closed_at"][0]


def test_without_a_word_on_closing_a_row_without_its_moment_is_open() -> None:
    header = ["reference", "partner", "service", "channel", "opened_at", "closed_at", "outcome"]
    conversion = Conversion(mapping_files.read(mapping_files.find("default")), header)
    item = conversion.item(["1", "HCC", "hr", "portal", "2026-07-01T09:00:00+01:00", "", ""])
    assert item["closed_at"] is None
    assert conversion.lacking[0] == "source"


def test_target_hours_are_a_number(read: Any) -> None:
    mapping = read(SMALL.replace("[dates]", 'target_hours = "Hours"\n[dates]'))
    assert converted(mapping, Hours="8.5")["target_hours"] == 8.5
    assert converted(mapping, Hours="a day")["target_hours"] == "a day"


def test_everything_wrong_with_a_row_is_said_at_once(read: Any) -> None:
    errors = refused(read(SMALL), Via="Fax", Created="13/13/2026 09:00", Solved="soon")
    assert errors.keys() == {"channel", "opened_at", "closed_at"}


def test_a_column_that_is_not_there_is_named_with_those_that_are(read: Any) -> None:
    with pytest.raises(ColumnsLacking) as caught:
        Conversion(read(SMALL), ["Id", "Via", "Via", "Created", "Solved", "Mail", "Status"])
    message = str(caught.value)
    assert "Who (for email)" in message
    assert "Via (for channel)" in message
    assert "Kind" not in message
    assert message.endswith("Id, Via, Via, Created, Solved, Mail, Status")


def test_a_header_that_is_one_column_hints_at_the_delimiter(read: Any) -> None:
    with pytest.raises(ColumnsLacking, match="delimiter"):
        Conversion(read(SMALL), ["Id;Via;Created"])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("01/07/2026 09:00", "2026-07-01T08:00:00+00:00"),
        ("1/7/2026 9:00", "2026-07-01T08:00:00+00:00"),
        ("2026-07-01 09:00:30", "2026-07-01T08:00:30+00:00"),
        ("2026-07-01T09:00:30+02:00", "2026-07-01T07:00:30+00:00"),
        ("2026-07-01T09:00:30Z", "2026-07-01T09:00:30+00:00"),
        ("1 Jul 26 09:00 PM", "2026-07-01T20:00:00+00:00"),
    ],
)
def test_times_are_read_in_the_forms_named_and_in_iso_8601(text: str, moment: str) -> None:
    read = LocalTimes("Europe/London", ["%d/%m/%Y %H:%M", "%d %b %y %I:%M %p"]).read
    assert read(text) == (moment, moment)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31/02/2026 09:00", "01/07/2026", "01/07/2026 09:00:00", "٠١/07/2026 09:00"],
)
def test_other_times_are_refused_by_their_form(text: str) -> None:
    with pytest.raises(Unreadable, match="%d/%m/%Y"):
        LocalTimes("Europe/London", ["%d/%m/%Y %H:%M"]).read(text)


def test_a_time_outside_the_calendar_is_refused() -> None:
    with pytest.raises(Unreadable):
        LocalTimes("Europe/London", []).read("0001-01-01T00:00:00+05:00")


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    read = LocalTimes("Europe/London", []).read
    with pytest.raises(Unreadable, match="clocks went forward"):
        read("2026-03-29 01:30")
    assert read("2026-03-29 02:00")[0] == "2026-03-29T01:00:00+00:00"


def test_a_time_that_was_twice_is_the_first_unless_that_was_before_the_opening(read: Any) -> None:
    mapping = read(SMALL)
    night = converted(mapping, Created="25/10/2026 01:20", Solved="25/10/2026 01:40")
    assert night["opened_at"] == "2026-10-25T00:20:00+00:00"
    assert night["closed_at"] == "2026-10-25T00:40:00+00:00"
    again = converted(mapping, Created="25/10/2026 01:50", Solved="25/10/2026 01:10")
    assert again["opened_at"] == "2026-10-25T00:50:00+00:00"
    assert again["closed_at"] == "2026-10-25T01:10:00+00:00"


def test_callers_are_made_safe_for_an_address() -> None:
    assert address_safe("Caller 2403") == "caller-2403"
    assert address_safe(" Zoë  O'Brien ") == "zoe-o-brien"
    assert address_safe("j..smith_2.") == "j.smith_2"
    assert address_safe("張") == ""


@given(st.text(max_size=100))
def test_whatever_a_caller_is_called_the_address_is_good_or_there_is_none(caller: str) -> None:
    address = Template.of("{c|address}@staff.example").fill({"c": caller}.get)
    assert address is None or EMAIL.fullmatch(address)


def test_a_template_joins_columns_as_they_are() -> None:
    template = Template.of("{team}/{no}!")
    assert template.columns == ("team", "no")
    assert template.fill({"team": "HR", "no": "7"}.get) == "HR/7!"
    assert template.fill({"team": "HR"}.get) is None


@pytest.mark.parametrize("text", ["plain", "{a", "{a}}", "{a|upper}", "{}", "{a|}"])
def test_a_template_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"column|brace|filter"):
        Template.of(text)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("last_row_per", "last_row_for", "last_row_for: unknown key; .*last_row_per"),
        (
            'column = "Status"',
            'colunm = "Status"',
            "closed.colunm: unknown key; .*column",
        ),
        ('topic = "Kind"', 'topik = "Kind"', "columns.topik: no such field; .*topic"),
        ('reference = "Id"', "", "columns.reference: missing"),
        (
            '"Europe/London"',
            '"Europe/Londn"',
            "dates.zone: no such time zone; .* Europe/Lon",
        ),
        ("%d/%m/%Y %H:%M", "%d/%m %H:%M", "must say, as strptime does, year, month and day"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Y %I:%M", "must say, as strptime does, year, month and day"),
        (
            'partner = "HCC"',
            'partner = "HCC"\nemail = "a@b.example"',
            "constants.email: has a column",
        ),
        ("[values.channel]", "[values.partner]", "values.partner: is a field without a column"),
        ('["topic"]', '["topic", "language"]', "optional.language: is a field without a column"),
        ("{Who|address}", "{Who|lower}", "templates.email: no filter is called 'lower'"),
        ('missing = ["?"]', 'missing = "?"', "missing: Not a valid list"),
        ('missing = ["?"]', 'delimiter = ";;"', "delimiter: must be one character"),
        ('missing = ["?"]', 'encoding = "utf-9"', "encoding: no such encoding"),
        ('missing = ["?"]', 'encoding = "hex"', "encoding: no such encoding"),
        ('values = ["Closed"]', "values = []", "closed.values: name at least one"),
        (
            'values = ["Closed"]',
            'values = ["Closed"]\nothers = "keep"',
            "closed.others: Must be one of",
        ),
        ("[dates]", "[dates", "not TOML"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_in_its_place(
    read: Any, old: str, new: str, mistake: str
) -> None:
    assert old in SMALL
    with pytest.raises(WrongFile) as caught:
        read(SMALL.replace(old, new))
    assert re.search(mistake, str(caught.value))


def test_a_mapping_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_bytes(b'[columns]\nreference = "N\xb0"')
    with pytest.raises(WrongFile, match="UTF-8"):
        mapping_files.read(path)


def test_a_mapping_is_found_by_name_or_path(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(SMALL)
    assert mapping_files.find(str(path)) == path
    assert mapping_files.find("servicenow").name == "servicenow.toml"
    with pytest.raises(NoSuchMapping, match="nearest: servicenow"):
        mapping_files.find("servicnow")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_mapping_that_ships_can_be_read(name: str) -> None:
    assert mapping_files.read(mapping_files.find(name)).columns


def test_the_default_mapping_names_every_field_as_itself() -> None:
    columns = mapping_files.read(mapping_files.find("default")).columns
    assert columns == {name: name for name in FIELDS}


def test_the_schema_and_the_mapping_have_the_same_keys() -> None:
    fields = {field.name for field in dataclasses.fields(ColumnMapping)}
    assert fields == MappingSchema().fields.keys()


def keys(schema: Any, place: str = "") -> list[str]:
    found = []
    for name, field in schema.fields.items():
        found.append(place + name)
        if hasattr(field, "schema"):
            found += keys(field.schema, f"{place}{name}.")
    return found


def test_the_guide_explains_every_key_and_no_other() -> None:
    rows = [line.split("`")[1] for line in GUIDE.read_text().splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(keys(MappingSchema()))


def test_the_guide_names_every_mapping_that_ships_and_every_field() -> None:
    guide = GUIDE.read_text()
    assert [name for name in (*SHIPPED, *FIELDS) if f"`{name}`" not in guide] == []


def test_the_example_in_the_guide_is_a_good_mapping(read: Any) -> None:
    example = GUIDE.read_text().split("```toml\n")[1].split("```")[0]
    assert read(example).templates["email"].columns == ("User",)
