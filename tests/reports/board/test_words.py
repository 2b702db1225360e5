"""How a board reads days, numbers and reasons: rounded once, with signs that are no hyphens."""

from typing import Any

import pytest

from survey.enquiries import fields
from survey.reports.board import labels, words
from survey.reports.measures import share

UNBROKEN = "\u00a0"
FILTERS = words.FILTERS | labels.FILTERS


@pytest.mark.parametrize(
    ("name", "given", "written"),
    [
        ("day", "2026-07-01T00:00:00Z", "1 July 2026"),
        ("month", "2026-07", "July 2026"),
        ("short_month", "2026-07", "Jul"),
        ("quarter", "2026-Q4", "October to December 2026"),
        ("number", 12345, "12,345"),
        ("number", None, "–"),
        ("percent", 0.7741, "77 %"),
        ("span", share(9, 12), "47–91 %"),
        ("span", {"value": 0.5, "n": 10}, ""),
        ("points", 0.0573, "+5.7"),
        ("points", -0.1234, "−12.3"),
        ("points", -0.0004, "0.0"),
        ("hours", 12.75, "12.8"),
        ("hours", 8, "8.0"),
        ("hours", 340.0, "340 or more"),
        ("hours", None, "–"),
        ("because", "no_address", "there was no address to write to"),
        ("because", "a_rule_of_old", "a rule of old"),
    ],
)
def test_each_is_written_as_people_say_it(name: str, given: Any, written: str) -> None:
    assert FILTERS[name](given).replace(UNBROKEN, " ") == written


@pytest.mark.parametrize(
    ("side", "names"),
    [
        (
            "hours",
            {"0-1": "Up to one hour", "4-8.5": "4 to 8.5 hours", "340+": "More than 340 hours"},
        ),
        ("target", {"met": "Target met", "missed": "Target missed"}),
        ("channel", {"contact-centre": "Contact centre", "e-mail": "E-mail"}),
        ("topic", {"tax-and-NI": "tax-and-NI"}),
    ],
)
def test_values_of_a_side_have_names(side: str, names: dict[str, str]) -> None:
    assert FILTERS["side_names"]([*names, None], side) == names


def test_every_channel_has_a_name() -> None:
    assert tuple(words.CHANNELS) == fields.CHANNELS
