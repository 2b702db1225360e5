"""What an enquiry must look like: each rule by examples, and nothing whatever makes it fail."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String

from survey.enquiries import fields
from survey.enquiries.check import WHOLE, Checked, Checker
from survey.enquiries.model import Closure, OpenEnquiry
from survey.partnership.model import PartnerRow
from tests.enquiries.examples import DIRECTORY, NOW, enquiry, without

CHECKER = Checker(DIRECTORY, NOW)


def accepted(item: object) -> Checked:
    checked = CHECKER.check(item)
    assert isinstance(checked, Checked), checked
    return checked


def refused(item: object, checker: Checker = CHECKER) -> fields.Errors:
    errors = checker.check(item)
    assert not isinstance(errors, Checked)
    return errors


def test_a_good_enquiry_is_looked_up_and_normalised() -> None:
    checked = accepted(enquiry(reference="  R-1\n", topic=" Überstunden "))
    assert checked.source is DIRECTORY.sources["portal"]
    assert checked.partner is DIRECTORY.partners["HCC"]
    assert checked.directorate is DIRECTORY.directorates["HCC", "children"]
    assert checked.service is DIRECTORY.services["payroll"]
    assert (checked.reference, checked.topic) == ("R-1", "Überstunden")
    assert checked.opened_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert checked.target_hours == 8.0


def test_what_may_be_left_out_may_also_be_null_or_blank() -> None:
    optional = ("directorate", "topic", "email", "language")
    expected = accepted(without(*optional, "target_hours", "reopened_at", "first_reply_at"))
    assert expected.target_hours is None, "a default is not what was sent"
    empty = dict.fromkeys(("target_hours", "reopened_at", "first_reply_at"))
    assert accepted(enquiry(**dict.fromkeys(optional), **empty)) == expected
    assert accepted(enquiry(**dict.fromkeys(optional, "  "), **empty)) == expected


@pytest.mark.parametrize("name", sorted(fields.REQUIRED | {"outcome", "closed_at"}))
def test_what_is_needed_is_missed_by_name(name: str) -> None:
    assert list(refused(without(name))) == [name]


def test_an_open_enquiry_says_so_and_needs_no_outcome() -> None:
    assert accepted(without("outcome", closed_at=None)).closed_at is None


@pytest.mark.parametrize(
    ("name", "sent", "meant"),
    [
        ("partner", "HC", "HCC"),
        ("source", "Portal", "portal"),
        ("service", "pay-roll", "payroll"),
        ("directorate", "childrens", "children"),
        ("channel", "email", "e-mail"),
        ("outcome", "solved", "resolved"),
    ],
)
def test_an_unknown_code_is_answered_with_the_nearest_known(
    name: str, sent: str, meant: str
) -> None:
    (message,) = refused(enquiry(**{name: sent}))[name]
    assert f'"{sent}"' in message
    assert meant in message


def test_a_directorate_of_another_partner_is_unknown() -> None:
    assert list(refused(enquiry(directorate="resources"))) == ["directorate"]


def test_an_unknown_partner_is_not_blamed_on_its_directorate() -> None:
    assert list(refused(enquiry(partner="Kent", directorate="roads"))) == ["partner"]


def test_a_source_that_the_key_may_not_write_is_as_unknown_as_any_other() -> None:
    checker = Checker(DIRECTORY, NOW, frozenset({"servicenow"}))
    (message,) = refused(enquiry(source="portal"), checker)["source"]
    assert message == 'unknown source "portal"; nearest known: servicenow'
    (message,) = refused(enquiry(), Checker(DIRECTORY, NOW, frozenset()))["source"]
    assert message == 'unknown source "portal"'


def test_a_partner_that_the_key_may_not_write_for_is_as_unknown_as_any_other() -> None:
    checker = Checker(DIRECTORY, NOW, partners=frozenset({"HCC"}))
    assert isinstance(checker.check(enquiry(partner="HCC")), Checked)
    other = Checker(DIRECTORY, NOW, partners=frozenset({"OCC"}))
    errors = refused(enquiry(partner="HCC", directorate="childrens"), other)
    assert errors == {"partner": ['unknown partner "HCC"; nearest known: OCC']}
    errors = refused(enquiry(partner="HCC"), Checker(DIRECTORY, NOW, partners=frozenset()))
    assert errors == {"partner": ['unknown partner "HCC"']}


def test_a_field_that_no_enquiry_has_is_named_with_the_nearest() -> None:
    errors = refused(without("closed_at", closedAt=None))
    assert "closed_at" in errors["closedAt"][0]


def test_of_very_many_unknown_fields_only_some_are_named() -> None:
    errors = refused(enquiry(**{f"{n:06}" * 100: n for n in range(50_000)}))
    assert len(errors) == fields.UNKNOWN_NAMED
    assert max(map(len, errors)) <= 40


@pytest.mark.parametrize(
    ("moments", "blamed"),
    [
        ({"closed_at": "2026-07-01T09:29:59+01:00", "first_reply_at": None}, "closed_at"),
        ({"closed_at": "2026-07-01T09:30:00+02:00", "first_reply_at": None}, "closed_at"),
        ({"first_reply_at": "2026-07-01T09:29:59+01:00"}, "first_reply_at"),
        ({"first_reply_at": "2026-07-02T16:45:01+01:00"}, "first_reply_at"),
        ({"reopened_at": "2026-07-01T09:29:59+01:00"}, "reopened_at"),
        ({"reopened_at": "2026-07-02T16:45:01+01:00"}, "reopened_at"),
        ({"closed_at": None, "reopened_at": "2026-07-01T09:29:59+01:00"}, "reopened_at"),
        ({"opened_at": "1999-12-31T23:59:59Z"}, "opened_at"),
        ({"opened_at": "0001-01-01T00:00:00+14:00"}, "opened_at"),
        ({"closed_at": "9999-12-31T23:59:59-14:00"}, "closed_at"),
        ({"closed_at": "2026-07-10T12:05:01Z"}, "closed_at"),
    ],
)
def test_an_impossible_date_is_blamed_on_its_field(moments: dict[str, Any], blamed: str) -> None:
    assert list(refused(enquiry(**moments))) == [blamed]


def test_clocks_may_differ_a_little() -> None:
    accepted(enquiry(closed_at="2026-07-10T12:05:00Z"))


def test_everything_may_happen_in_one_second() -> None:
    names = ("opened_at", "first_reply_at", "closed_at", "reopened_at")
    accepted(enquiry(**dict.fromkeys(names, "2026-07-01T09:30:00+01:00")))


@pytest.mark.parametrize(
    "sent",
    [
        "2026-07-01T09:30:00",
        "2026-07-01",
        "01/07/2026 09:30",
        "2026-02-30T09:30:00Z",
        "2026-07-01T25:30:00Z",
        "2026-07-01T09:30:00+25:00",
        "2026-07-01T09:30:00Z\n",
        "2026-07-01\ud80009:30:00Z",
        "２０２６-07-01T09:30:00Z",
        "",
        1782894600,
        True,
        ["2026-07-01T09:30:00Z"],
    ],
)
def test_a_moment_is_iso_8601_with_an_offset(sent: object) -> None:
    assert list(refused(enquiry(closed_at=sent))) == ["closed_at"]


@pytest.mark.parametrize(
    "sent",
    [
        "2026-07-02T15:45Z",
        "2026-07-02 15:45:00+00:00",
        "2026-07-02T17:45:00.999999999+0200",
        "2026-07-02T10:45:00.5-05:00",
    ],
)
def test_the_usual_ways_to_write_a_moment_mean_the_same(sent: str) -> None:
    assert accepted(enquiry(closed_at=sent)).closed_at == datetime(2026, 7, 2, 15, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("portal", datetime(2026, 7, 1, 23, 30, 15, tzinfo=UTC)),
        ("servicenow", datetime(2026, 7, 1, 23, 30, tzinfo=UTC)),
        # Half past midnight of 2 July in London, whose day began at 23:00 UTC.
        ("archive", datetime(2026, 7, 1, 23, 0, tzinfo=UTC)),
    ],
)
def test_moments_are_cut_to_the_precision_of_their_source(source: str, kept: datetime) -> None:
    sent = "2026-07-01T23:30:15.750Z"
    checked = accepted(enquiry(source=source, closed_at=sent))
    assert checked.closed_at == kept
    assert checked.closed_at.utcoffset() == timedelta(0)


def test_order_is_judged_at_the_precision_of_the_source() -> None:
    same_day = {
        "opened_at": "2026-07-02T15:00:00+01:00",
        "closed_at": "2026-07-02T00:00:00+01:00",
        "first_reply_at": None,
    }
    accepted(enquiry(source="archive", **same_day))
    assert list(refused(enquiry(source="portal", **same_day))) == ["closed_at"]


@pytest.mark.parametrize("name", sorted(fields.LONGEST))
@pytest.mark.parametrize("sent", [7, 1.5, True, ["a"], {"a": 1}])
def test_a_text_is_text(name: str, sent: object) -> None:
    assert name in refused(enquiry(**{name: sent}))


@pytest.mark.parametrize("character", ["\xa0", "\u200b", "\ufeff", "\ue000"])
def test_a_reference_has_nothing_that_cannot_be_seen(character: str) -> None:
    assert list(refused(enquiry(reference=f"R{character}1"))) == ["reference"]
    assert accepted(enquiry(topic=f"pay{character}slip")).topic == f"pay{character}slip"


@pytest.mark.parametrize("name", sorted(fields.LONGEST))
@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x85", "\ud800", "\r\n", "\u2028", "\u200f", "\u202e", "\u2066"]
)
def test_a_text_has_no_control_characters_and_none_that_turn_it_round(
    name: str, character: str
) -> None:
    assert name in refused(enquiry(**{name: f"jo{character}@example.org"}))


def test_a_topic_is_not_called_as_the_row_of_what_is_not_told_apart() -> None:
    for topic in ("not-told-apart", " Not-Told-Apart"):
        assert "figures have rows of these names" in refused(enquiry(topic=topic))["topic"][0]
    assert accepted(enquiry(topic="not told apart")).topic == "not told apart"


@pytest.mark.parametrize("name", sorted(fields.LONGEST))
def test_a_text_fits_its_column(name: str) -> None:
    assert name in refused(enquiry(**{name: "a" * (fields.LONGEST[name] + 1)}))


def test_the_limits_are_those_of_the_columns() -> None:
    columns = dict(Closure.__table__.c) | dict.fromkeys(
        ("source", "partner", "directorate", "service"), PartnerRow.__table__.c.code
    )
    for name, longest in fields.LONGEST.items():
        if name != "email":
            kind = columns[name].type
            assert isinstance(kind, String)
            assert kind.length == longest, name
    reference = OpenEnquiry.__table__.c.reference.type
    assert isinstance(reference, String)
    assert reference.length == fields.LONGEST["reference"]


@pytest.mark.parametrize("sent", [0, -1, float("nan"), float("inf"), 10**400, True, "8", [8]])
def test_target_hours_are_a_number_of_hours(sent: object) -> None:
    assert list(refused(enquiry(target_hours=sent))) == ["target_hours"]


@pytest.mark.parametrize(
    "sent",
    ["jo@example.org", "Jo.O'Neil+hr@hants.gov.uk", "jo@bücher.example", "jo@भारत.example"],
)
def test_a_plausible_address_is_taken_as_it_is(sent: str) -> None:
    assert accepted(enquiry(email=f" {sent} ")).email == sent


@pytest.mark.parametrize(
    "sent",
    [
        "jo",
        "jo@",
        "@example.org",
        "jo@example",
        "jo@@example.org",
        "jo@a@example.org",
        "jo smith@example.org",
        "jo@example.org\r\nBcc: all@example.org",
        "jo@exa mple.org",
        "jo@exa\u00a0mple.org",
        "Jo <jo@example.org>",
        "jo@example..org",
        ".jo@example.org",
        "jö@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_an_implausible_address_is_refused(sent: str) -> None:
    assert list(refused(enquiry(email=sent))) == ["email"]


@pytest.mark.parametrize("sent", ["english", "en_GB", "e", "en-", "en-toolongtag"])
def test_a_language_is_a_tag_of_bcp_47(sent: str) -> None:
    assert list(refused(enquiry(language=sent))) == ["language"]


@pytest.mark.parametrize("item", [None, [], "enquiry", 7, float("nan")])
def test_an_item_is_an_object(item: object) -> None:
    assert list(refused(item)) == [WHOLE]


def test_everything_wrong_is_said_at_once() -> None:
    item = without("reference", partner="Kent", target_hours=-1, closed_at="soon", colour="red")
    assert set(refused(item)) == {"reference", "partner", "target_hours", "closed_at", "colour"}


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(fields.FIELDS)) | st.text(), json_like))
def test_no_item_whatever_makes_the_check_fail(item: dict[str, Any]) -> None:
    result = CHECKER.check(enquiry(**item))
    assert isinstance(result, Checked) or result
