"""What comes back is understood: samples written after what mail systems really send."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.post.returned import LIMIT, Kind, classify

SAMPLES = Path(__file__).parent / "returned"
RETURN_PATH = "survey+pmge2drphjgflgugduxd6qcrmk7vk2xtpl3svxg6@survey.test"
MESSAGE_ID = "7b0c4d0e-2f3a-4c55-9a86-1d2e3f405162@survey.test"

EXPECTED = {
    "postfix-user-unknown": Kind.HARD,
    "postfix-domain-not-found": Kind.HARD,
    "office365-recipient-not-found": Kind.HARD,
    "office365-edge-block": Kind.HARD,
    "gmail-no-such-user": Kind.HARD,
    "gmail-account-disabled": Kind.HARD,
    "exim-no-such-user": Kind.HARD,
    "sendmail-user-unknown": Kind.HARD,
    "qmail-no-mailbox": Kind.HARD,
    "postfix-mailbox-full": Kind.SOFT,
    "postfix-greylisted-too-long": Kind.SOFT,
    "postfix-policy-block": Kind.SOFT,
    "exchange-mailbox-full": Kind.SOFT,
    "gmail-over-quota": Kind.SOFT,
    "exim-retry-timeout": Kind.SOFT,
    "qmail-over-quota": Kind.SOFT,
    "postfix-still-trying": Kind.AUTOMATIC,
    "outlook-automatic-reply": Kind.AWAY,
    "gmail-vacation-responder": Kind.AWAY,
    "welsh-out-of-office": Kind.AWAY,
    "away-and-names-a-leaver": Kind.AWAY,
    "no-longer-works-here": Kind.LEFT,
    "welsh-has-left": Kind.LEFT,
    "bounce-says-left": Kind.LEFT,
    "other-automatic-reply": Kind.AUTOMATIC,
    "arf-complaint": Kind.COMPLAINT,
    "outlook-complaint": Kind.COMPLAINT,
    "not-spam-report": Kind.UNKNOWN,
    "human-reply": Kind.UNKNOWN,
    "spam": Kind.UNKNOWN,
    "empty": Kind.UNKNOWN,
}
# Outlook and helpdesks answer the sender, not the return path; others name no letter at all.
NO_RETURN_PATH = {"outlook-automatic-reply", "other-automatic-reply", "human-reply"}
NO_LETTER = {"spam", "empty"}


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(("name", "kind"), EXPECTED.items())
def test_each_sample_is_what_it_is(name: str, kind: Kind) -> None:
    assert classify(sample(name)).kind == kind


def test_every_sample_has_an_expectation() -> None:
    assert {path.stem for path in SAMPLES.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in NO_LETTER])
def test_each_sample_tells_which_letter_it_is_about(name: str) -> None:
    returned = classify(sample(name))
    assert (RETURN_PATH in returned.addresses) == (name not in NO_RETURN_PATH)
    assert MESSAGE_ID in returned.message_ids


@pytest.mark.parametrize("name", EXPECTED)
def test_the_lines_may_end_as_on_the_wire(name: str) -> None:
    wire = sample(name).replace(b"\n", b"\r\n")
    assert classify(wire) == classify(sample(name))


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("outlook-automatic-reply", date(2026, 12, 7)),
        ("welsh-out-of-office", date(2027, 1, 5)),
        ("away-and-names-a-leaver", date(2026, 11, 30)),
        ("gmail-vacation-responder", None),
        ("no-longer-works-here", None),
    ],
)
def test_the_day_of_return_is_found_where_there_is_one(name: str, day: date | None) -> None:
    assert classify(sample(name)).back_on == day


def test_what_lies_beyond_the_limit_is_not_looked_at() -> None:
    reply = sample("outlook-automatic-reply")
    assert classify(reply + b"x" * LIMIT) == classify(reply)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_cut_off_anywhere_is_read_without_a_failure(name: str) -> None:
    whole = sample(name)
    for end in range(0, len(whole), 97):
        classify(whole[:end])


@settings(max_examples=150)
@given(st.binary(max_size=3000))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    assert classify(raw).kind in Kind


@settings(max_examples=150)
@given(st.sampled_from(sorted(EXPECTED)), st.integers(0, 4000), st.binary(max_size=40))
def test_no_damage_to_a_sample_makes_it_fail(name: str, at: int, damage: bytes) -> None:
    whole = sample(name)
    assert classify(whole[:at] + damage + whole[at + len(damage) :]).kind in Kind


def test_a_message_nested_ten_thousand_deep_is_not_understood() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(10_000)
    )
    assert classify(nested).kind is Kind.UNKNOWN


@pytest.mark.parametrize("lines", [10, 200_000])
def test_lines_beyond_the_limit_are_not_looked_at_either(lines: int) -> None:
    reply = sample("outlook-automatic-reply")
    assert classify(reply + b"\n" * lines).kind is Kind.AWAY
