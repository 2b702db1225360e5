"""`survey figures verify` on what people say: themes and drawn comments, and who touched them."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, select, update

from survey.comments.model import Reading
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.reports.blocks.voices.model import SealedComment, SealedThemes
from survey.reports.verifying.commands import verify
from survey.responses.model import Response
from tests.reports.blocks.given import give_many, seal_all, unprotect
from tests.reports.blocks.saying import say
from tests.reports.blocks.test_voices import PORTAL, plant_themes

pytestmark = pytest.mark.usefixtures("partnership")
LATER = datetime(2027, 1, 20, 12, tzinfo=UTC)


def run() -> tuple[int, list[str]]:
    """The exit status, and what is said of what people say."""
    db.session.commit()
    result = CliRunner().invoke(verify)
    lines = result.output.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("what people say"))
    last = next(n for n, line in enumerate(lines) if line.startswith("releases"))
    return result.exit_code, [line.strip() for line in lines[first:last]]


def plant() -> None:
    plant_themes()
    for _ in range(2):
        say("again", {PORTAL: "positive"}, by="often", partner="OCC", month="2026-02")
    for odd in ({"urgent": True}, {"hints": ("health",)}, {"sentiment": "unread"}):
        say("never", partner="OCC", **odd)
    give_many((5, 4, 4, 3, 5, 4, 4, 4, 4, 5), "2026-03", partner="HC")
    seal_all()


def change_comment(place: int, **values: object) -> None:
    db.session.execute(update(SealedComment).where(SealedComment.place == place).values(**values))


def never_drawn() -> Response:
    """One of those that might have been drawn."""
    drawn = select(SealedComment.invitation_id)
    others = db.session.scalars(select(Response).where(Response.invitation_id.not_in(drawn)))
    return next(each for each in others if text_of(each).startswith("comment"))


def text_of(response: Response) -> str:
    return keys().decrypt(response.comment) if response.comment else ""


def test_themes_and_drawn_comments_are_found_again_and_whoever_touched_them_is_told_of(
    app: Flask,
) -> None:
    plant()
    assert run() == (0, ["what people say: 4 agree"])
    for table in ("sealed_themes", "sealed_comment"):
        unprotect(table)
    row = db.session.scalars(select(SealedThemes)).one()
    first, *others = row.told["themes"]
    changed = {**first, "count": 34, "critical": {"from": 0.6, "to": 1.0}}
    row.told = {**row.told, "themes": [changed, *others]}
    other = never_drawn()
    change_comment(10, invitation_id=other.invitation_id, text=keys().encrypt(text_of(other)))
    change_comment(3, text=keys().encrypt("All is well"))
    assert run() == (
        1,
        [
            "what people say: 2 agree",
            f"DIFFERS OCC 2026-Q1 themes: {PORTAL} 34 (0.6 to 1.0), counted again 33 (0.5 to 0.6)",
            "DIFFERS OCC 2026-Q1 comments: 10 is another comment than was drawn; "
            "3 says something else than its reading",
        ],
    )
    db.session.execute(delete(SealedThemes))
    db.session.execute(delete(SealedComment).where(SealedComment.place.in_((3, 10))))
    _, (_, themes, comments) = run()
    assert themes == "DIFFERS OCC 2026-Q1 themes: not told"
    assert comments.startswith("DIFFERS OCC 2026-Q1 comments: 8 drawn, again 10")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_known_any_more_is_said_and_what_still_is_is_checked(app: Flask) -> None:
    plant()
    changed = db.session.scalars(select(SealedComment).where(SealedComment.place == 3)).one()
    other = never_drawn()
    for reading in db.session.scalars(select(Reading).where(Reading.response_id == other.id)):
        reading.told = None
    other.comment = None
    gone = "cannot be recomputed any more, "
    assert run() == (
        0,
        [
            "what people say: 3 agree",
            f"{gone}which comments were drawn, since originals were erased: 1",
        ],
    )
    for reading in db.session.scalars(select(Reading).where(Reading.response_id == other.id)):
        reading.read_at = LATER
    assert run() == (
        0,
        [
            "what people say: 2 agree",
            f"{gone}what comments said then, since they were read again: 2",
        ],
    )
    unprotect("sealed_comment")
    change_comment(3, text=keys().encrypt("All is well"))
    row = db.session.scalars(select(SealedThemes)).one()
    unprotect("sealed_themes")
    row.told = {**row.told, "comments": row.told["comments"] + 2}
    status, lines = run()
    assert status == 1
    assert lines[1:] == [
        "DIFFERS OCC 2026-Q1 themes: comments 41, counted again 38 to 39",
        "DIFFERS OCC 2026-Q1 comments: 3 says something else than its reading",
    ]
    change_comment(3, invitation_id=other_partners(), text=changed.text)
    _, (*_, comments) = run()
    assert comments == "DIFFERS OCC 2026-Q1 comments: 3 is of no answer in its blocks"
    db.session.execute(delete(SealedComment).where(SealedComment.place == 3))
    _, (*_, comments) = run()
    assert comments == "DIFFERS OCC 2026-Q1 comments: 3 is missing"


def other_partners() -> int:
    """An invitation whose answer is in no block of OCC's."""
    last = db.session.scalars(select(Response.invitation_id).order_by(Response.id.desc())).first()
    assert last
    return last
