"""The migrations: up, down and up again, and in step with the models."""

import runpy
from json import loads
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from survey.access.audit import record
from survey.comments.counted import current_readings
from survey.comments.editions import open_for
from survey.comments.model import Reading
from survey.foundation.database import db, table_of
from survey.partnership.model import ServiceRow
from survey.reports.blocks.closures_model import ClosureCount
from survey.reports.blocks.parts_model import BlockPart
from tests.build import make_closure, make_invitation, make_response
from tests.databases import Postgresql

VERSIONS = Path(__file__).parent.parent.parent / "migrations" / "versions"


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    """Nothing is left below, and everything is there again above."""
    before = set(inspect(db.engine).get_table_names())
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == before


def test_models_and_migrations_agree(app: Flask) -> None:
    """Alembic finds nothing left to migrate; it exits when it does."""
    check()


# PostgreSQL's way to say it is refused as an UPDATE.
REPLACE = (
    "INSERT INTO audit (id, at, actor, action, subject, detail)"
    " SELECT id, at, 'x', action, subject, detail FROM audit WHERE true"
    " ON CONFLICT (id) DO UPDATE SET actor = 'x'"
)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", REPLACE]
)
def test_the_audit_can_only_grow(app: Flask, statement: str) -> None:
    """The database itself refuses to change or delete what was noted."""
    record("test", "nothing")
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))


@pytest.mark.usefixtures("partnership")
def test_readings_of_before_editions_are_the_first_edition(app: Flask) -> None:
    """What was read stays in the figures, as it was, on the way up and down again."""
    response = make_response(comment="Good").id
    db.session.commit()
    downgrade(revision="0001")
    old = {"id": 7, "response": response, "read_at": "2026-07-01 10:00:00"}
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO reading (id, response_id, method, sentiment, polarity, read_at)"
                " VALUES (:id, :response, 'old', 'mixed', 0.5, :read_at)"
            ),
            old,
        )
    upgrade()
    row = db.session.scalars(select(Reading).where(current_readings())).one()
    assert (row.response_id, row.method, row.sentiment, row.polarity) == (
        response,
        "old",
        "mixed",
        0.5,
    )
    assert (row.confidence, row.told, row.urgent, row.at_odds) == (None, None, False, False)
    # A sequence that was not told of the first edition would give its id once more.
    assert open_for("next") > row.edition_id
    db.session.commit()
    downgrade(revision="0001")
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT id, method FROM reading")).all() == [(7, "old")]
    upgrade()


@pytest.mark.usefixtures("partnership")
def test_blocks_of_before_parts_are_one_part_in_which_nothing_is_told_apart(app: Flask) -> None:
    """What was published stays whole, and side tables count all of it."""
    downgrade(revision="0009")
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO block (id, partner_id, service_group, first_month, closes, people,"
                " answers, ratings, funnel) VALUES (7, 1, 'hr', '2026-01', '2026-01', 10, 11,"
                """ '{"1": 0, "2": 1, "3": 2, "4": 4, "5": 4}', '{}')"""
            )
        )
    upgrade()
    part = db.session.scalars(select(BlockPart)).one()
    assert (part.block_id, part.people, part.answers, part.ratings["5"]) == (7, 10, 11, 4)
    assert (part.directorate_told, part.topic_told) == (False, False)
    assert (part.channel, part.within_target, part.hours) == (None, None, None)


@pytest.mark.parametrize(
    ("without", "asked_for"),
    [
        ("", "GRANT survey_narrowed TO newcomer WITH INHERIT FALSE"),
        (
            "; ALTER ROLE survey_narrowed RENAME TO something_else",
            "CREATE ROLE survey_narrowed; GRANT survey_narrowed TO newcomer WITH INHERIT FALSE",
        ),
    ],
)
def test_a_login_that_lacks_something_is_told_what_and_no_more(
    postgresql: Postgresql, without: str, asked_for: str
) -> None:
    role = runpy.run_path(str(VERSIONS / "0016_policies.py"))["ROLE"]
    # The transaction fails and is rolled back, so the next test finds the roles as they were.
    with psycopg.connect(postgresql.admin) as connection:
        connection.execute(f"CREATE ROLE newcomer{without}; SET ROLE newcomer".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
            connection.execute(role)
        assert refused.value.diag.message_primary == f"an administrator must run: {asked_for}"
        connection.rollback()


@pytest.mark.usefixtures("partnership")
def test_what_closures_counted_before_is_taken_over_and_given_back(app: Flask) -> None:
    """A series' month is counted as the first service of its group, and none of it is missing.

    Of a group that is no more, as the service that its answers are about.
    """
    invitation = make_response(make_invitation(make_closure(service="payroll"))).invitation_id
    db.session.commit()
    speed = '{"within_target": 3, "hours": {"0-1": 3, "340+": 1}, "first_reply": {"1-2": 2}}'
    downgrade(revision="0018")
    with db.engine.begin() as connection:
        grouped = "UPDATE service SET service_group = 'pay' WHERE code IN ('hr', 'payroll')"
        connection.execute(text(grouped))
        connection.execute(
            text(
                "INSERT INTO series_month (partner_id, service_group, month, funnel, speed)"
                " VALUES (1, 'pay', '2026-01', '{}', :speed), (1, 'gone', '2026-02', '{}', :speed)"
            ),
            {"speed": speed},
        )
        connection.execute(
            text(
                "INSERT INTO sealed_answer (invitation_id, series_month_id, rating, sentiment,"
                " questionnaire, version, answers, channel, within_target, hours_to_close)"
                " SELECT :invitation, id, 4, 'none', 'default', 1, '{}', 'portal', true, 2"
                " FROM series_month WHERE service_group = 'gone'"
            ),
            {"invitation": invitation},
        )
    upgrade()
    counts = table_of(ClosureCount)
    order = (counts.c.month, counts.c.service_id)
    *rows, gone = db.session.execute(select(counts).order_by(*order)).all()
    payroll = select(ServiceRow.id).where(ServiceRow.code == "payroll")
    assert (gone.service_id, gone.service_group) == (db.session.scalar(payroll), "gone")
    assert (gone.month, gone.closed_in_0) == ("2026-02", 3)
    assert [(row.side, row.service_group, row.with_month) for row in rows] == [
        ("whole", "pay", "2026-01")
    ] * 2
    told = [
        (row.within_target, row.closed_in_0, row.closed_in_14, row.replied_in_1) for row in rows
    ]
    assert told == [(3, 3, 1, 2), (0, 0, 0, 0)]
    db.session.commit()
    downgrade(revision="0018")
    with db.engine.begin() as connection:
        given_back = connection.execute(text("SELECT speed FROM series_month")).scalars().all()
    told_back = [each if isinstance(each, dict) else loads(each) for each in given_back]
    assert told_back == [loads(speed)] * 2
    upgrade()
