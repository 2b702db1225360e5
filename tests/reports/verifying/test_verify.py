"""`survey figures verify`: silent about what is right, and about nothing that is not."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from survey import erasure
from survey.access.audit import record
from survey.comments.model import Reading
from survey.enquiries.model import Correction
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks.model import SealedAnswer
from survey.reports.commands import figures
from survey.reports.releases.freezing import FROZEN
from survey.reports.verifying.as_of import Look, Revision, counted, first_month
from survey.reports.verifying.commands import verify
from survey.responses.model import Hold, Response
from tests.build import make_response
from tests.conftest import MakeKey, bearer
from tests.questionnaire.written import RATING, load_questionnaire, question
from tests.reports.blocks.given import give, give_many, seal_all, unprotect

APRIL = datetime(2026, 4, 20, 12, tzinfo=UTC)
MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
TEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 2)
QUESTIONS = (
    RATING
    + question("via", "choice", options=("phone", "mail"))
    + question("missing", "choices", options=("form", "answer", "person"))
    + question("likely", "recommendation")
)


def run() -> Result:
    db.session.commit()
    figures.add_command(verify)
    return CliRunner().invoke(figures, ["verify"])


def forty_one() -> list[Response]:
    """Answers, some with comments, to be sealed in a quarter with its details."""
    given = give_many(TEN[:9], "2026-01", partner="OCC", comment="So it went")
    load_questionnaire("own", QUESTIONS)
    for number, rating in enumerate(TEN * 3):
        channel = ("portal", "contact-centre")[number % 2]
        response = give(rating, "2026-03", partner="OCC", channel=channel)
        response.ease, response.questionnaire = 4, "own"
        response.answers = {
            "via": ("phone", "mail")[number % 2],
            "missing": ["form", "answer"],
            "likely": number % 11,
        }
        given.append(response)
    for rating in (5, 4):
        email = "leaver@hants.example"
        given.append(
            give(rating, "2026-02", by="leaver", partner="OCC", comment="Good", email=email)
        )
    for response in (*given[:9], *given[-2:]):
        read(response)
    return given


def read(response: Response) -> None:
    said = {"edition_id": 1, "method": "test", "sentiment": "positive"}
    db.session.add(Reading(response_id=response.id, read_at=response.answered_at, **said))


@pytest.fixture
def sealed(partnership: None, client: FlaskClient, make_key: MakeKey) -> list[Response]:
    """Answers sealed, and a release of them."""
    given = forty_one()
    with time_machine.travel(APRIL, tick=False):
        seal_all()
        headers = bearer(make_key("releases:write"))
        body = {"period": "2026-Q1", "partner": "OCC"}
        assert client.post("/api/v1/releases", json=body, headers=headers).status_code == 201
    return given


def test_what_was_published_is_found_again_whatever_happened_since(
    app: Flask, sealed: list[Response]
) -> None:
    result = run()
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "sealed answers: 41 agree",
        "answers not sealed: 0 agree",
        "blocks: 2 agree",
        "parts: 3 agree",
        "parts counted anew: 0 agree",
        "quarters: 1 agree",
        "quarters by a side: 0 agree",
        "what people say: 2 agree",
        "closures counted: 3 agree",
        "releases: 1 agree",
        "Nothing differs.",
    ]
    invitation = db.session.get_one(Invitation, sealed[10].invitation_id)
    make_response(invitation, rating=1, answered_at=MAY)
    db.session.add(Hold(response_id=sealed[11].id, held_at=MAY, signs=["too_fast"]))
    # Its day is blurred to the first of February, as if it had been held before sealing.
    db.session.add(Hold(response_id=sealed[-1].id, held_at=MAY, signs=["too_fast"]))
    with time_machine.travel(MAY, tick=False):
        erasure.forget_person("leaver@hants.example")
    reading = db.session.scalars(select(Reading).where(Reading.response_id == sealed[0].id)).one()
    reading.sentiment, reading.read_at = "mixed", MAY
    closure = db.session.get_one(Invitation, sealed[12].invitation_id).closure_id
    db.session.execute(text(f"UPDATE closure SET topic = 'leave' WHERE id = {closure}"))
    db.session.add(
        Correction(
            closure_id=closure,
            corrected_at=MAY,
            actor="helpdesk",
            reason="",
            before={"topic": None},
            after={"topic": "leave"},
        )
    )
    late = give(1, "2026-02", partner="OCC", received_at=MAY)
    db.session.add(
        Hold(response_id=late.id, held_at=late.answered_at, signs=["too_fast"], released_at=MAY)
    )
    result = run()
    assert result.exit_code == 0, result.output
    gone = "  cannot be recomputed any more, "
    assert result.output.splitlines() == [
        "sealed answers: 37 agree",
        "  held since: 1; what was sealed stays",
        "  revised since: 1; what was sealed stays",
        f"{gone}sentiment, since the comment was erased: 1",
        f"{gone}sentiment, since the comment was read again: 1",
        f"{gone}what was true of the enquiry, since it was corrected: 1",
        f"{gone}which of their answers counted, since somebody was forgotten: 1",
        "answers not sealed: 1 agree",
        "  count by now, and are copied with the next month: 1; what was sealed stays",
        "blocks: 1 agree",
        f"{gone}people, since somebody was forgotten: 1",
        "parts: 2 agree",
        f"{gone}people, since somebody was forgotten: 1",
        "parts counted anew: 0 agree",
        "quarters: 0 agree",
        f"{gone}people, since somebody was forgotten: 1",
        "quarters by a side: 0 agree",
        "what people say: 0 agree",
        f"{gone}what comments said then, since somebody was forgotten: 2",
        f"{gone}what comments said then, since they were read again: 2",
        "closures counted: 3 agree",
        "  came in since: 1; what was sealed stays",
        "  put right since: 1; what was sealed stays",
        "releases: 1 agree",
        "Nothing differs.",
    ]


def test_whoever_touches_the_database_is_told_of(app: Flask, sealed: list[Response]) -> None:
    for table in ("block", "sealed_quarter", "closure_count", "release"):
        unprotect(table)
    one_more = "people = people + 1, answers = answers + 1, squares = squares + 1"
    db.session.execute(text(f"UPDATE block SET {one_more}"))
    db.session.execute(text("UPDATE release SET content = replace(content, '0.8', '0.9')"))
    db.session.execute(text("UPDATE release SET frozen_by = 'somebody else'"))
    db.session.execute(text("UPDATE sealed_quarter SET people = 39"))
    answers = update(SealedAnswer).where(SealedAnswer.invitation_id == sealed[10].invitation_id)
    db.session.execute(answers.values(rating=4, ease=5))
    with time_machine.travel(MAY, tick=False):
        record(FROZEN, "a release that was deleted")
    gone = sealed[20].invitation_id
    db.session.execute(text(f"DELETE FROM sealed_answer WHERE invitation_id = {gone}"))
    astray = update(SealedAnswer).where(SealedAnswer.invitation_id == sealed[21].invitation_id)
    db.session.execute(astray.values(series_month_id=10**6))
    topics = "UPDATE closure_count SET within_target = 9 WHERE side = 'topic' AND month = '2026-02'"
    db.session.execute(text(topics))
    result = run()
    assert result.exit_code == 1
    for said in (
        "OCC payroll 2026-02: topic (none): within_target 9, counted again 2",
        f"answer {sealed[10].uuid} of 2026-03: rating 4 was sealed, 5 was answered",
        f"answer {sealed[20].uuid} of 2026-03: it counted when 2026-03 was sealed",
        "OCC payroll 2026-02: answers 12, counted again 11; people 11, counted again 10 to 10; "
        "squares 14, counted again 13 to 13",
        "1 sealed answers: their invitation or series is gone",
        "OCC payroll 2026-03: answers 31, counted again 28",
        "OCC payroll 2026-03 (directorate None, topic None, channel contact-centre, target True, "
        "hours 8.5-17): answers 15, counted again 14",
        "OCC 2026-Q1: ",
        "its content does not have its fingerprint; the audit does not tell that it was frozen so",
        "a release that was deleted: it is gone",
        "Error: 11 differ",
    ):
        assert said in result.output


def test_a_group_asked_for_another_command_takes_no_options_of_its_own() -> None:
    figures.add_command(verify)
    result = CliRunner().invoke(figures, ["--period", "2026-Q1", "verify"])
    assert (result.exit_code, "verify takes no --period" in result.output) == (2, True)


Held = tuple[datetime, datetime | None]
HELD: dict[str, tuple[Held, ...]] = {
    "never": (),
    "before": ((APRIL.replace(day=1), APRIL.replace(day=2)),),
    "since": ((MAY, None),),
    "still": ((APRIL.replace(day=1), None),),
    "until later": ((APRIL.replace(day=1), MAY),),
}


@pytest.mark.parametrize(
    ("first", "second", "number", "month"),
    [
        ("never", "never", 2, "2026-01"),
        ("never", "still", 1, "2026-01"),
        ("before", "since", 2, "2026-01"),
        ("until later", "never", 2, "2026-03"),
        ("still", "until later", None, None),
    ],
)
def test_what_counted_then_is_told_from_when_each_was_held(
    first: str, second: str, number: int | None, month: str | None
) -> None:
    given: Callable[[int, int, str], Revision] = lambda n, m, held: Revision(  # noqa: E731
        n, APRIL.replace(month=m), f"2026-{m:02}", HELD[held], None
    )
    revisions = [given(1, 1, first), given(2, 3, second), given(3, 5, "never")]
    for look in (Look(APRIL), Look(MAY.replace(day=1), last=2)):
        then = counted(revisions, look)
        assert (then.number if then else None) == number
        assert first_month(revisions, look) == month
