"""Letters through GOV.UK Notify, against a real HTTP server that answers as it does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from survey.post import notify as notify_office
from survey.post.notify import Account, NotifyOffice, receipt
from survey.post.office import Delayed, Refused, open_office
from survey.post.returned import Kind
from tests.post.letters import LETTER, letter
from tests.post.notify_server import SECRET, SERVICE, TEMPLATE, Notify, serving

MIDDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = f"our key-{SERVICE}-{SECRET}"
HOST = "api.notifications.service.gov.uk"


@pytest.fixture
def notify() -> Notify:
    return Notify()


@pytest.fixture
def url(notify: Notify) -> Iterator[str]:
    with serving(notify) as url:
        yield url


@pytest.fixture
def midday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify_office, "now", lambda: MIDDAY)


def test_letters_go_over_one_connection_with_subject_body_and_reference(
    notify: Notify, url: str
) -> None:
    with open_office(url) as office:
        office.send(LETTER)
        office.send(letter(message_id="<2.letter@example.net>"))
    assert notify.connections == 1
    assert notify.taken[0] == {
        "email_address": "ada@example.org",
        "template_id": TEMPLATE,
        "personalisation": {"subject": LETTER.subject, "body": LETTER.text},
        "reference": "<1.letter@example.net>",
        "one_click_unsubscribe_url": f"https://survey.example/u/{'x' * 120}",
    }
    assert notify.taken[1]["reference"] == "<2.letter@example.net>"


def test_a_link_to_stop_that_notify_would_not_take_is_left_to_the_body(
    notify: Notify, url: str
) -> None:
    with open_office(url) as office:
        office.send(letter(headers={"List-Unsubscribe": "<http://survey.example/u/x>"}))
    assert "one_click_unsubscribe_url" not in notify.taken[0]


@pytest.mark.parametrize("to", ["nobody at example.org", "a@b@c", ""])
def test_an_address_that_is_none_is_refused_without_asking(
    notify: Notify, url: str, to: str
) -> None:
    with open_office(url) as office, pytest.raises(Refused, match="not an address"):
        office.send(letter(to=to))
    assert notify.requests == []


def test_an_address_that_notify_takes_for_none_is_refused(notify: Notify, url: str) -> None:
    notify.replies = [(400, "ValidationError", "email_address Not a valid email address")]
    with open_office(url) as office, pytest.raises(Refused, match="not an address"):
        office.send(LETTER)


@pytest.mark.parametrize(
    "reply",
    [
        (400, "ValidationError", "template_id is not a valid UUID"),
        (400, "BadRequestError", "Can't send to this recipient using a team-only API key"),
        (403, "AuthError", "Invalid token: API key not found"),
        (500, "Exception", "Internal server error"),
        (503, "", ""),
    ],
)
def test_what_is_about_us_delays_all_letters_and_repeats_none_of_its_words(
    notify: Notify, url: str, reply: tuple[int, str, str]
) -> None:
    notify.replies = [reply]
    with open_office(url) as office:
        with pytest.raises(Delayed, match=rf"Notify: {reply[0]}") as delayed:
            office.send(LETTER)
        office.send(LETTER)
    assert (delayed.value.for_all, delayed.value.until) == (True, None)
    assert not reply[2] or reply[2] not in str(delayed.value)
    assert len(notify.taken) == 1


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        ("RateLimitError", MIDDAY + timedelta(minutes=1)),
        ("TooManyRequestsError", datetime(2026, 11, 24, tzinfo=UTC)),
    ],
)
@pytest.mark.usefixtures("midday")
def test_a_limit_delays_all_letters_until_it_is_over(
    notify: Notify, url: str, kind: str, until: datetime
) -> None:
    notify.replies = [(429, kind, "Exceeded")]
    with open_office(url) as office, pytest.raises(Delayed) as delayed:
        office.send(LETTER)
    assert (delayed.value.for_all, delayed.value.until) == (True, until)


def test_a_letter_that_may_be_there_already_is_looked_for_first(notify: Notify, url: str) -> None:
    with open_office(url) as office:
        office.send(LETTER)
    with open_office(url) as office:
        office.send(letter(again=True))
        office.send(letter(again=True, message_id="<2.letter@example.net>"))
    assert [taken["reference"] for taken in notify.taken] == [
        "<1.letter@example.net>",
        "<2.letter@example.net>",
    ]
    get, post = "GET /v2/notifications", "POST /v2/notifications/email"
    assert notify.requests == [post, get, get, post]


def test_a_letter_taken_on_a_connection_that_was_lost_is_not_sent_again(
    notify: Notify, url: str
) -> None:
    notify.hang_up_after_taking = 1
    with open_office(url) as office:
        with pytest.raises(Delayed, match="no connection"):
            office.send(LETTER)
        office.send(LETTER)
    assert len(notify.taken) == 1


@pytest.mark.parametrize("taken", [True, False])
def test_a_kept_connection_that_was_dropped_is_replaced_and_the_letter_goes_out_once(
    notify: Notify, url: str, taken: bool
) -> None:
    with open_office(url) as office:
        office.send(LETTER)
        notify.hang_up_after_taking, notify.hang_up_before_taking = int(taken), int(not taken)
        office.send(letter(message_id="<2.letter@example.net>"))
    assert len(notify.taken) == 2
    assert notify.connections == 2


def test_nobody_there_delays_all(url: str) -> None:
    with (
        open_office("notify+http://" + url.partition("//")[2].rpartition(":")[0] + ":1") as office,
        pytest.raises(Delayed, match="no connection: ConnectionRefusedError") as delayed,
    ):
        office.send(LETTER)
    assert delayed.value.for_all


def test_a_wrong_key_is_told_by_its_status(notify: Notify, url: str) -> None:
    with open_office(url.replace(SECRET, TEMPLATE)) as office, pytest.raises(Delayed, match="403"):
        office.send(LETTER)
    assert notify.taken == []


def test_its_address_names_template_and_key() -> None:
    office = open_office(f"notify://{TEMPLATE}:{KEY.replace(' ', '%20')}@{HOST}")
    assert isinstance(office, NotifyOffice)
    assert office.account == Account(HOST, 443, True, TEMPLATE, SERVICE, SECRET)
    assert SECRET not in repr(office.account)


@pytest.mark.parametrize(
    "url",
    [
        f"notify://{TEMPLATE}:{SERVICE}@{HOST}",
        f"notify://{TEMPLATE}@{HOST}",
        f"notify://template:{KEY}@{HOST}",
        f"notify://{TEMPLATE}:{KEY}@",
        f"notify://{TEMPLATE}:{KEY}@{HOST}:port",
        f"notify+http://{TEMPLATE}:{KEY}@{HOST}",
        "notify:",
    ],
)
def test_any_other_address_is_refused_without_its_key(url: str) -> None:
    with pytest.raises(ValueError, match=r"^mail address: ") as refused:
        open_office(url)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("delivered", Kind.DELIVERED),
        ("permanent-failure", Kind.HARD),
        ("temporary-failure", Kind.SOFT),
        ("technical-failure", Kind.SOFT),
        ("sideways", Kind.UNKNOWN),
    ],
)
def test_a_receipt_says_what_became_of_the_letter(status: str, kind: Kind) -> None:
    returned = receipt(status, "<1.letter@example.net>")
    assert (returned.kind, returned.message_ids) == (kind, ("1.letter@example.net",))
