"""What roles let people see, and where signing in may lead: the rules, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.access.api_keys import SCOPES as KNOWN_SCOPES
from survey.access.own_pages import own_page
from survey.access.roles import SCOPES, Seat, partners_of, scopes_of
from survey.partnership.roles import COORDINATOR, GIVEN

BOARD = frozenset({"figures:read"})
ALL = BOARD | {"figures:explore", "comments:read"}


@pytest.mark.parametrize(
    ("seats", "scopes", "partners"),
    [
        ([], frozenset(), frozenset()),
        ([("board", "HCC")], BOARD, {"HCC"}),
        ([("board", "HCC"), ("board", "OCC")], BOARD, {"HCC", "OCC"}),
        ([("joint-board", None)], BOARD, None),
        ([("board", "HCC"), ("joint-board", None)], BOARD, None),
        ([("provider", None)], ALL - BOARD, None),
        ([("coordinator", "OCC")], BOARD, {"OCC"}),
        ([("coordinator", "OCC"), ("provider", None)], ALL, None),
    ],
)
def test_whoever_has_several_seats_sees_what_any_of_them_may(
    seats: list[Seat], scopes: frozenset[str], partners: set[str] | None
) -> None:
    assert (scopes_of(seats), partners_of(seats)) == (scopes, partners)


def test_every_role_has_scopes_that_there_are_and_none_may_write() -> None:
    assert SCOPES.keys() == {*GIVEN, COORDINATOR}
    assert frozenset().union(*SCOPES.values()) <= {
        s for s in KNOWN_SCOPES if s.endswith("read")
    } | {"figures:explore"}


@pytest.mark.parametrize(
    "own", ["/board", "/board?partner=HCC&period=2025-Q3..2026-Q2", "/", "/board?to=//evil.example"]
)
def test_a_page_of_ours_is_come_back_to(own: str) -> None:
    assert own_page(own) == own


@pytest.mark.parametrize(
    "other",
    [
        *(None, "", "board", "//evil.example", "https://evil.example", "https:/evil.example"),
        *("/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example"),
        *("javascript:alert(1)", " /board", "/bo\x00ard", "/börd", "/" + "x" * 500),
        *("/sign-in", "/sign-out", "/sign-in/token"),
    ],
)
def test_any_other_leads_to_the_board_page(other: str | None) -> None:
    assert own_page(other) == "/board"


@given(st.text())
def test_nothing_leads_elsewhere(asked: str) -> None:
    page = own_page(asked)
    assert page.startswith("/")
    assert page[1:2] not in ("/", "\\")
    assert not set(page) & set("\t\r\n\\")
