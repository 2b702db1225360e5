"""Signs of a machine: each alone, several together, and what is no sign at all."""

import tomllib
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.foundation.visitors import Address, address_in, place_of
from survey.responses.beside import WRITES_OVER_SECONDS, Given, several_scores, writes_over
from survey.responses.scanners import FILE, Networks, known_scanners, networks
from survey.responses.signs import (
    HELD_FROM,
    MANY_LINKS,
    SHORTEST_SECONDS,
    WEIGHTS,
    Beside,
    Submit,
    weigh,
)

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
)
PERSON = Submit(seconds=40.0, agent=EDGE, address=address_in("198.51.100.7"))
OWN = networks(("10.1.0.0/16", "2001:db8:1::/48"))


def signs(submit: Submit) -> tuple[str, ...]:
    return weigh(submit, known_scanners(), OWN).signs


@pytest.mark.parametrize(
    ("odd", "sign"),
    [
        ({"trapped": True}, "trap_field"),
        ({"seconds": 0.3}, "too_fast"),
        ({"seconds": 2.4}, "too_fast"),
        # The clocks of two web machines need not agree.
        ({"seconds": -1.0}, "too_fast"),
        ({"prefetch": True}, "prefetch"),
        ({"agent": "Mozilla/5.0 (compatible; BarracudaCentral/2.0)"}, "scanner_agent"),
        ({"agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}, "scanner_agent"),
        ({"agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}, "scanner_agent"),
        ({"agent": "facebookexternalhit/1.1"}, "scanner_agent"),
        ({"agent": EDGE.replace("Edg/141.0.0.0", "Chrome-Lighthouse")}, "scanner_agent"),
        ({"agent": "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)"}, "scanner_agent"),
        ({"agent": "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5"}, "scanner_agent"),
        ({"address": address_in("40.107.22.1")}, "scanner_network"),
        ({"address": address_in("::ffff:40.107.22.1")}, "scanner_network"),
        ({"address": address_in("2a01:111:f400::1")}, "scanner_network"),
        ({"address": address_in("10.1.200.3")}, "answering_network"),
        ({"address": address_in("2001:db8:1:2::3")}, "answering_network"),
    ],
)
def test_what_no_person_does_is_enough_alone(odd: dict[str, object], sign: str) -> None:
    verdict = weigh(replace(PERSON, **odd), known_scanners(), OWN)  # type: ignore[arg-type]
    assert verdict.signs == (sign,)
    assert verdict.held


@pytest.mark.parametrize(
    "agent",
    [
        "",
        EDGE,
        EDGE.replace("Edg", "OPR"),
        "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8",
        "w3m/0.5.3+git20230121",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 13; CUBOT_NOTE 21) AppleWebKit/537.36 Chrome/120 Mobile",
        "Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 Chrome/120 Mobile",
        "Mozilla/5.0 (Linux; Android 11; ScanPal EDA52) AppleWebKit/537.36 Chrome/120 Mobile",
    ],
)
def test_whatever_people_read_with_is_no_sign(agent: str) -> None:
    assert signs(replace(PERSON, agent=agent)) == ()


@pytest.mark.parametrize(
    "agent",
    ["PHP/8.4.2", "node", "Dart/3.9 (dart:io)", "reqwest/0.12", "CFNetwork/1410.0.3 Darwin/22.6.0"],
)
def test_what_a_program_gets_a_page_with_is_a_weak_sign(agent: str) -> None:
    assert signs(replace(PERSON, agent=agent)) == ("program",)


@pytest.mark.parametrize("seconds", [SHORTEST_SECONDS, 3.0, 60.0, 15 * 3600.0, 3e8])
def test_neither_haste_nor_a_form_open_over_night_is_a_sign(seconds: float) -> None:
    assert signs(replace(PERSON, seconds=seconds)) == ()


def test_an_unknown_address_is_no_sign() -> None:
    assert address_in("not an address") is None
    assert address_in(None) is None
    assert signs(replace(PERSON, address=None)) == ()


def test_of_weaker_signs_one_is_borne_and_two_hold() -> None:
    curl = replace(PERSON, agent="curl/8.14.1")
    for submit, links in ((curl, 0), (PERSON, 500), (replace(PERSON, fetched=False), 0)):
        verdict = weigh(submit, known_scanners(), beside=Beside(links=links))
        assert len(verdict.signs) == 1
        assert not verdict.held
    assert weigh(curl, known_scanners(), beside=Beside(links=MANY_LINKS)).held
    assert weigh(replace(curl, fetched=False), known_scanners()).held
    assert not weigh(curl, known_scanners(), beside=Beside(links=MANY_LINKS - 1)).held


@given(
    seconds=st.floats(-10, 1e9),
    agent=st.text(max_size=80) | st.sampled_from(["curl/8", "bingbot", EDGE]),
    flags=st.tuples(*[st.booleans()] * 5),
    links=st.integers(0, 1000),
)
def test_a_held_answer_always_says_why(
    seconds: float, agent: str, flags: tuple[bool, ...], links: int
) -> None:
    fetched, trapped, prefetch, burst, over = flags
    submit = Submit(seconds, fetched, trapped, prefetch, agent)
    verdict = weigh(submit, known_scanners(), OWN, Beside(burst, over, links))
    assert verdict.held == (sum(WEIGHTS[sign] for sign in verdict.signs) >= HELD_FROM)
    assert set(verdict.signs) <= WEIGHTS.keys()


def other(rating: int, seconds: float, visitor: str = "me", held: str = "", id_: int = 1) -> Given:
    return Given(id_, rating, 100.0 - seconds, visitor.encode(), (held,) if held else None)


@pytest.mark.parametrize(
    ("others", "burst"),
    [
        ([], set()),
        ([other(1, 0.2)], {1}),
        ([other(1, 1.4)], {1}),
        # Two tabs, or a change of mind on a fast line; three are none.
        ([other(1, 1.6)], set()),
        ([other(1, 4.0), other(2, 4.9, id_=2)], {1, 2}),
        ([other(1, 4.0), other(2, 5.1, id_=2)], set()),
        # Stored in the same moment, and seen the other way round.
        ([other(1, -0.1)], {1}),
        # The same again, or a change of mind.
        ([other(5, 0.2)], set()),
        ([other(1, 8.0)], set()),
        ([other(1, 60.0), other(2, 120.0, id_=2)], set()),
        ([other(4, 8.0), other(3, 16.0, id_=2)], set()),
        # Every score in turn, however patiently; what somebody else said stays.
        ([other(4, 8.0), other(3, 16.0, id_=2), other(2, 24.0, id_=3)], {1, 2, 3}),
        ([other(4, 8.0), other(3, 16.0, "m", id_=2), other(2, 24.0, id_=3)], set()),
        ([other(4, 8.0), other(3, 16.0, id_=2), other(2, 31.0, id_=3)], set()),
        # A person shortly after, or before, a machine elsewhere, however often that posts.
        ([other(1, 1.0, "m")], set()),
        ([other(1, 1.0, "m"), other(2, 1.0, "m", id_=2), other(3, 1.0, "m", id_=3)], set()),
        ([other(1, 1.0, "m", "several_scores"), other(2, 1.0, "m", "several_scores")], set()),
        ([other(1, 3.0, "m"), other(2, 1.0, id_=2)], {2}),
        # A machine with many addresses.
        ([other(1, 3.0, "m"), other(2, 9.0, "n", id_=2)], {1, 2}),
        ([other(1, 3.0, "m"), other(2, 11.0, "n", id_=2)], set()),
        # What a machine did is known already, and is not held against the person.
        ([other(1, 1.0, held="too_fast"), other(2, 1.0, held="too_fast", id_=2)], set()),
        ([other(1, 1.0, held="several_scores")], {1}),
    ],
)
def test_a_person_has_one_opinion_at_a_time(others: list[Given], burst: set[int]) -> None:
    assert several_scores(other(5, 0.0, id_=9), others) == burst


@pytest.mark.parametrize(
    ("mine", "written", "over"),
    [
        ({}, {}, True),
        ({"visitor": b"me"}, {}, False),
        ({"says_more": True}, {}, False),
        ({"visitor": None}, {}, False),
        ({}, {"says_more": False}, False),
        ({}, {"held_for": ("trap_field",)}, False),
        # Shown afterwards, the form held what was written.
        ({}, {"at": 59.0}, False),
        ({"at": 70.0 + WRITES_OVER_SECONDS}, {}, False),
        # A person who writes more after a machine's score.
        ({"at": 69.0}, {}, False),
    ],
)
def test_a_mere_score_wipes_nothing_that_it_has_not_seen(
    mine: dict[str, Any], written: dict[str, Any], over: bool
) -> None:
    score = replace(Given(2, 1, 80.0, b"scanner"), **mine)
    before = replace(Given(1, 5, 70.0, b"me", None, says_more=True), **written)
    assert writes_over(score, 60.0, [before]) == over


def test_answers_of_nobody_knows_whom_are_not_one_visitors() -> None:
    mine, another = (Given(id_, id_, 0.0, None) for id_ in (1, 2))
    assert several_scores(mine, [another]) == frozenset()


def test_of_an_address_the_half_counts_that_stays() -> None:
    def told(text: str) -> str:
        return place_of(address_in(text))

    assert told("198.51.100.7") == told("::ffff:198.51.100.7") != told("198.51.100.8")
    assert told("2001:db8::1") == told("2001:db8::ffff:1") != told("2001:db8:0:1::1")


def test_no_range_of_scanners_is_wider_than_a_provider_of_mail_has() -> None:
    said = tomllib.loads(FILE.read_text("utf-8"))["networks"]
    read = [ip_network(each) for network in said for each in network["ranges"]]
    assert all(each.prefixlen >= 14 for each in read)


@given(
    ranges=st.lists(st.ip_addresses(network="10.0.0.0/28") | st.ip_addresses(network="fe80::/124")),
    address=st.ip_addresses(network="10.0.0.0/28") | st.ip_addresses(network="fe80::/124"),
    length=st.integers(26, 32),
)
def test_an_address_is_found_in_networks_that_hold_it_and_in_no_others(
    ranges: list[Address], address: Address, length: int
) -> None:
    wide = {4: length, 6: length + 96}
    read = [ip_network(f"{each}/{wide[each.version]}", strict=False) for each in ranges]
    assert (address in Networks(map(str, read))) == any(address in each for each in read)
