"""`survey invitations explain` and `preview`, as the operator reads them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from survey.enquiries import forgetting as enquiries_forgetting
from survey.enquiries.model import Closure, OpenEnquiry
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.invitations import deciding
from survey.invitations import forgetting as invitations_forgetting
from survey.invitations.commands import invitations_group
from survey.invitations.eligibility import REASONS
from survey.invitations.explaining import BECAUSE
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from tests.build import at, make_closure, make_invitation, make_person
from tests.databases import FOUNDING

pytestmark = pytest.mark.usefixtures("partnership", "noon")
NOON = at("2026-11-18T12:00:00Z")


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """A Wednesday, in the middle of the working day."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def survey(*words: str | Path) -> tuple[int, str, str]:
    db.session.commit()
    done = CliRunner().invoke(invitations_group, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def explain(closure: Closure) -> str:
    code, out, error = survey("explain", "contact-centre", str(closure.reference))
    assert (code, error) == (0, "")
    return out


def make_decided(days: int = 3, **given: Any) -> Closure:
    """A closure that was asked about, or `reason=…` not, an hour after it was closed."""
    closed_at = NOON - timedelta(days=days)
    decision = {"decided_at": closed_at + timedelta(hours=1), "reason": given.pop("reason", None)}
    email = given.pop("email", None) or f"p{closed_at.timestamp()}@hants.example"
    closure = make_closure(closed_at=closed_at, email=email, **given)
    if decision["reason"] is None:
        hashed = keys().person_hash(email)
        person = db.session.scalar(select(Person).where(Person.hash == hashed))
        decision["person_id"] = (person or make_person(email)).id
    make_invitation(closure, **decision)
    closure.address = None
    db.session.flush()
    return closure


def test_every_reason_has_a_sentence() -> None:
    assert list(BECAUSE) == [reason for reason in BECAUSE if reason in REASONS]
    assert set(BECAUSE) == set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_who_was_not_asked_is_told_why_in_a_sentence(app: Flask, reason: str) -> None:
    closure = make_decided(reason=reason)
    assert explain(closure) == (
        "Closed 15 November 2026, 12:00: not asked, as decided on 15 November 2026, 13:00, since "
        f"{BECAUSE[reason]}.\n"
    )


ASKED = "Closed 17 November 2026, 12:00: asked on 17 November 2026, 13:00; "
SENT = NOON - timedelta(hours=20)


@pytest.mark.parametrize(
    ("letter", "told"),
    [
        (
            {"sent_at": None, "next_attempt_at": SENT, "attempts": 0},
            "the letter has not gone out yet, and is due since 17 November 2026, 16:00.",
        ),
        (
            {"sent_at": None, "next_attempt_at": NOON + timedelta(hours=1), "attempts": 3},
            "the letter has not gone out yet, was tried 3 times, and is tried again on "
            "18 November 2026, 13:00.",
        ),
        (
            {"sent_at": SENT},
            "the letter went out on 17 November 2026, 16:00, and the link expires on "
            "9 December 2026, 12:00.",
        ),
        (
            {"sent_at": SENT, "reminded_at": NOON - timedelta(hours=1), "expires_at": NOON},
            "the letter went out on 17 November 2026, 16:00, a reminder on 18 November 2026, "
            "11:00, and the link expired on 18 November 2026, 12:00.",
        ),
        (
            {"sent_at": None, "refused_at": SENT},
            "the mail server refused the letter on 17 November 2026, 16:00.",
        ),
        (
            {"sent_at": SENT, "bounced_at": NOON},
            "the letter does not reach the person, as was told on 18 November 2026, 12:00.",
        ),
    ],
)
def test_who_was_asked_is_told_what_became_of_the_letter(
    app: Flask, letter: dict[str, Any], told: str
) -> None:
    closure = make_closure(closed_at=NOON - timedelta(days=1))
    make_invitation(closure, decided_at=NOON - timedelta(hours=23), **letter)
    assert explain(closure) == f"{ASKED}{told}\n"


def test_a_link_that_its_source_sends_is_said_to_be_that(app: Flask) -> None:
    closure = make_closure(closed_at=NOON - timedelta(days=1), deliver="link")
    make_invitation(closure, decided_at=NOON - timedelta(hours=23), sent_at=None)
    expected = "its source sends the link, and the link expires on 9 December 2026, 12:00.\n"
    assert explain(closure) == f"{ASKED}{expected}"


def test_what_is_awaited_is_told_and_until_when_and_looking_changes_nothing(app: Flask) -> None:
    fresh = make_closure(closed_at=NOON)
    assert explain(fresh) == (
        "Closed 18 November 2026, 12:00: not decided yet; the delay after closing ends "
        "on 18 November 2026, 13:00.\n"
    )
    waiting = make_closure(closed_at=NOON - timedelta(days=1), email="ada@hants.example")
    db.session.add(
        OpenEnquiry(
            source_id=directory().sources["portal"].id,
            reference="SECRET",
            partner_id=directory().partners["HFRS"].id,
            opened_at=NOON - timedelta(days=9),
            person_hash=waiting.person_hash,
            sent_digest=b"told",
            received_at=NOON,
        )
    )
    told = explain(waiting)
    assert told == (
        "Closed 17 November 2026, 12:00: not decided yet; another enquiry of the person is open, "
        "which is waited for until 24 November 2026, 12:00 at the latest.\n"
    )
    due = explain(make_closure(closed_at=NOON - timedelta(days=1)))
    assert "the worker's next run will ask the person, unless they were asked shortly" in due
    old = explain(make_closure(closed_at=NOON - timedelta(days=15)))
    assert "will not ask, since it had been closed too long" in old
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_each_closing_has_its_sentence_in_order_of_time(app: Flask) -> None:
    make_decided(days=1, reference="R-1", reason="quiet_period")
    first = make_decided(days=4, reference="R-1")
    lines = explain(first).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "Closed 14 November 2026, 12",
        "Closed 17 November 2026, 12",
    ]


def test_a_quiet_period_does_not_tell_where_it_comes_from(app: Flask) -> None:
    elsewhere = make_decided(days=5, partner="HFRS", email="ada@hants.example", reference="THEIRS")
    told = explain(make_decided(email="ada@hants.example", reason="quiet_period"))
    person = db.session.scalars(select(Person)).one()
    assert "13 November" not in told
    for secret in ("HFRS", "Fire", str(elsewhere.reference), "ada", person.hash.hex()):
        assert secret not in told


def test_what_is_not_known_is_said_on_standard_error(app: Flask) -> None:
    code, out, error = survey("explain", "portal", "NONE")
    assert (code, out) == (1, "")
    assert error == "Error: no closed enquiry of portal has the reference NONE\n"
    code, _, error = survey("explain", "portl", "NONE")
    assert code == 1
    assert error == "Error: portl is no source; the nearest known: portal\n"
    assert survey("explain", "portal")[0] == 2


# Preview


def preview(tmp_path: Path, **changes: str) -> tuple[dict[str, list[str]], str]:
    """The table by its first column, and what stands beneath it; `changes`: lines of `[asking]`."""
    text = FOUNDING.read_text()
    asking = "\n".join(f"{key} = {value}" for key, value in changes.items())
    return previewed(tmp_path, text.replace("[asking]\n", f"[asking]\n{asking}\n", 1))


def previewed(tmp_path: Path, text: str) -> tuple[dict[str, list[str]], str]:
    file = tmp_path / "changed.toml"
    file.write_text(text)
    code, out, error = survey("preview", file)
    assert (code, error) == (0, "")
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines()]
    table = {cells[0]: cells[1:] for cells in lines if cells}
    return table, out.splitlines()[-1]


def test_the_same_file_would_have_done_the_same(app: Flask, tmp_path: Path) -> None:
    for n in range(3):
        make_closure(email=f"p{n}@hants.example")
    make_closure(email="p1@hants.example", closed_at=NOON - timedelta(hours=20))
    make_closure(email=None)
    make_closure(outcome="withdrawn")
    make_closure(email="info@hants.example")
    make_closure(closed_at=NOON - timedelta(days=20), received_at=NOON)
    db.session.commit()
    run(Step("decide", deciding.decide, deciding.oldest_due))
    table, caption = preview(tmp_path)
    assert table == {
        "asked": ["3", "3", "0"],
        **{reason: ["1", "1", "0"] for reason in REASONS if reason in table},
        "decided": ["8", "8", "0"],
    }
    assert set(table) - {"asked", "decided"} == {
        *("no_address", "outcome_off", "too_old", "shared_mailbox", "quiet_period"),
    }
    assert "Of 1 the address is erased" in caption


def test_a_shorter_quiet_period_would_have_asked_more_by_order_of_time(
    app: Flask, tmp_path: Path
) -> None:
    for days in (40, 33, 26, 19):
        reason = None if days == 40 else "quiet_period"
        make_decided(days=days, email="ada@hants.example", reason=reason)
    table, _ = preview(tmp_path, quiet_days="10")
    assert table["asked"] == ["1", "2", "+1"]
    assert table["quiet_period"] == ["3", "2", "-1"]
    assert preview(tmp_path, quiet_days="0")[0]["asked"] == ["1", "4", "+3"]


def test_who_was_asked_before_the_ninety_days_is_still_left_alone(
    app: Flask, tmp_path: Path
) -> None:
    make_decided(days=91, email="ada@hants.example")
    make_decided(days=89, email="ada@hants.example", reason="quiet_period")
    table, _ = preview(tmp_path)
    assert table["quiet_period"] == ["1", "1", "0"]
    assert table["decided"] == ["1", "1", "0"]


def test_no_share_asks_nobody_and_other_outcomes_ask_others(app: Flask, tmp_path: Path) -> None:
    make_decided()
    make_decided(days=4, outcome="withdrawn", reason="outcome_off")
    table, _ = preview(tmp_path, share="0")
    assert table["sampled_out"] == ["0", "1", "+1"]
    table, _ = preview(tmp_path, outcomes='["withdrawn"]')
    assert table["asked"] == ["1", "1", "0"]
    assert table["outcome_off"] == ["1", "1", "0"]


def test_domains_switches_and_partners_the_file_does_not_name_are_reckoned_with(
    app: Flask, tmp_path: Path
) -> None:
    make_decided()
    make_decided(days=4, partner="OCC")
    make_decided(days=5, service="payroll", partner="HC")
    text = FOUNDING.read_text()
    text = text.replace("[partners.HCC]\n", '[partners.HCC]\ndomains = ["hcc.example"]\n')
    text = text.replace("[services.payroll]\n", "[services.payroll]\nasks = false\n")
    table, _ = previewed(tmp_path, text)
    assert table["service_off"] == ["0", "3", "+3"]
    text = text.replace("asks = false\n", "").replace("partners.OCC", "partners.OCCC")
    table, _ = previewed(tmp_path, text)
    assert table["foreign_address"] == ["0", "1", "+1"]
    assert table["partner_off"] == ["0", "1", "+1"]
    assert table["asked"] == ["3", "1", "-2"]


def test_what_only_an_erased_address_tells_stays_as_it_was_decided(
    app: Flask, tmp_path: Path
) -> None:
    make_decided(reason="shared_mailbox")
    make_decided(days=4, reason="outcome_off")
    table, caption = preview(tmp_path, shared_mailboxes="[]")
    assert table["shared_mailbox"] == ["1", "1", "0"]
    assert table["asked"] == ["0", "1", "+1"]
    assert "Of 2 the address is erased, so that what it alone tells stays" in caption


def test_whoever_was_forgotten_stays_as_they_were(app: Flask, tmp_path: Path) -> None:
    make_decided(email="ada@hants.example")
    make_decided(days=4, email="ada@hants.example", reason="quiet_period")
    for room in (invitations_forgetting, enquiries_forgetting):
        room.forget_person(keys().person_hash("ada@hants.example"))
    table, caption = preview(tmp_path, share="0")
    assert table["asked"] == ["1", "1", "0"]
    assert table["quiet_period"] == ["1", "1", "0"]
    assert "Of 2 the address is erased" in caption


def test_what_was_known_when_it_was_decided_counts_and_no_more(app: Flask, tmp_path: Path) -> None:
    make_decided(days=8, email="ada@hants.example")
    person = db.session.scalars(select(Person)).one()
    person.opted_out_at = person.bounced_at = NOON - timedelta(days=5)
    make_decided(days=4, email="ada@hants.example", reason="opted_out")
    make_decided(days=9, reference="R-1")
    make_decided(days=2, reference="R-1", email="bob@hants.example", reason="sampled_out")
    table, _ = preview(tmp_path)
    assert table["asked"] == ["2", "3", "+1"]
    assert table["opted_out"] == ["1", "1", "0"]


def test_a_wrong_file_is_refused_with_its_place_and_nothing_is_changed(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(FOUNDING.read_text().replace("# share = 100", "share = 101", 1))
    code, out, error = survey("preview", file)
    assert (code, out) == (1, "")
    assert "cannot be used" in error
    assert "asking.share" in error
    assert survey("preview", tmp_path / "none.toml")[0] == 2
