"""Separation on PostgreSQL: the policies alone, with no filter of ours before them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from survey.access.caller import Caller, let_in
from survey.comments.model import MentionRow, Reading, UrgentNotice
from survey.enquiries.model import Closure, Correction, OpenEnquiry
from survey.foundation.database import Base, db
from survey.foundation.separation import show_rows_of
from survey.foundation.straight import Straight
from survey.invitations.model import PartnerOptOut
from survey.partnership.directory import directory
from survey.reports.blocks.closures_model import COUNTS, ClosureCount
from survey.reports.blocks.crossing.model import Crossing, CrossingRow
from survey.reports.blocks.model import Block, SealedAnswer, SealedQuarter, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.blocks.voices.model import SealedComment, SealedThemes
from survey.reports.monthly.model import (
    MonthlyCount,
    MonthlyEligible,
    MonthlySquares,
    MonthlyWindow,
)
from survey.reports.pack.model import Pack
from survey.reports.releases.model import Release, ReleasePartner
from survey.responses.model import Consent, Hold, Response
from tests.build import make_closure, make_invitation, make_person, make_response
from tests.responses.answering import all_rows

pytestmark = [
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
    pytest.mark.usefixtures("partnership"),
]

WHEN = datetime(2026, 2, 15, 12, tzinfo=UTC)
DECLARED = "said by the partnership's file, and read to find out who a caller is"
WITHOUT_POLICY = {
    **dict.fromkeys(("directorate", "coordinator", "named_person"), DECLARED),
    "release_partner": "whom a release is of; it is seen by those who see all of these",
}
# Of partners, though no row of it points at one.
WITHOUT_POINTING = {
    *("release", "pack", "sealed_answer"),
    *("monthly_count", "monthly_eligible", "monthly_squares"),
}
COUNT = select(func.count()).select_from(Closure)


def of_partners() -> dict[str, Table]:
    """The tables whose rows point at a partner, or at a row that does."""
    found: dict[str, Table] = {}
    for table in Base.metadata.sorted_tables:
        above = {key.column.table.name for key in table.foreign_keys}
        if above & {"partner", *found}:
            found[table.name] = table
    return found | {name: Base.metadata.tables[name] for name in WITHOUT_POINTING}


def plant(partner: str) -> None:
    """A row of the partner's in every table that has a policy."""
    own = {"partner_id": directory().partners[partner].id}
    closure = make_closure(partner=partner, closed_at=WHEN)
    person = make_person()
    response = make_response(make_invitation(closure, person_id=person.id), comment="Good")
    opted_out = PartnerOptOut(person_id=person.id, opted_out_at=WHEN, **own)
    still_open = OpenEnquiry(
        source_id=closure.source_id,
        reference=f"OPEN-{partner}",
        opened_at=WHEN,
        sent_digest=b"digest",
        received_at=WHEN,
        **own,
    )
    put_right = {"corrected_at": WHEN, "actor": "a", "reason": "r", "before": {}, "after": {}}
    db.session.add_all([opted_out, still_open, Correction(closure_id=closure.id, **put_right)])
    plant_below(response)
    plant_sealed(response, own)
    plant_pack(partner)
    plant_counted(own)
    db.session.commit()


def plant_below(response: Response) -> None:
    """What stands below an answer."""
    below = {"response_id": response.id}
    worded = {"wording": "w", "version": 1, "language": "en"}
    reading = Reading(edition_id=1, method="m", sentiment="positive", read_at=WHEN, **below)
    db.session.add_all(
        [
            reading,
            Hold(held_at=WHEN, signs=["fast"], **below),
            Consent(kind="quote", given_at=WHEN, **worded, **below),
            UrgentNotice(found_at=WHEN, next_attempt_at=WHEN, **below),
        ]
    )
    db.session.flush()
    db.session.add(MentionRow(reading_id=reading.id, theme="queue", sentiment="positive"))


def plant_sealed(response: Response, own: Mapping[str, Any]) -> None:
    """What was sealed of an answer."""
    counts = {"people": 10, "answers": 10, "ratings": {}, "funnel": {}}
    said = {"sentiment": "none", "questionnaire": "default", "version": 1, "answers": {}}
    was = {"channel": "portal", "within_target": True, "hours_to_close": 1.0}
    series = SeriesMonth(service_group="payroll", month="2026-02", funnel={}, **own)
    closed = {"month": "2026-02", "with_month": "2026-02", "service_group": "payroll"}
    counts_of_closures = dict.fromkeys(COUNTS, 0)
    at = {"side": "whole", "value": "", "service_id": directory().services["payroll"].id}
    db.session.add_all([series, ClosureCount(**at, **closed, **counts_of_closures, **own)])
    block = Block(first_month="2026-02", closes="2026-03", squares=10, **counts, **own)
    quarter = {"quarter": "2026-Q1", **own}
    db.session.add_all(
        [
            block,
            SealedQuarter(people=10, squares=10, detail=None, **quarter),
            SealedThemes(told={}, **quarter),
            SealedComment(place=1, text=b"sealed", invitation_id=response.invitation_id, **quarter),
        ]
    )
    db.session.flush()
    again = {"block_id": block.id, "people": 10, "answers": 10, "ratings": {}}
    untold = {"directorate_told": False, "topic_told": False, "stopped": False}
    part = BlockPart(squares=10, **untold, **again)
    db.session.add(part)
    db.session.flush()
    db.session.add(RestatedPart(part_id=part.id, with_month="2027-03", changed=10, **again))
    crossing = Crossing(side="directorate", **quarter)
    db.session.add(crossing)
    db.session.flush()
    row = {"people": 10, "answers": 10, "squares": 10, "satisfied": 5}
    db.session.add(CrossingRow(crossing_id=crossing.id, value="", **row))
    plant_released(own)
    behind = {"invitation_id": response.invitation_id, "series_month_id": series.id}
    db.session.add(SealedAnswer(rating=4, **behind, **said, **was))


def plant_released(own: Mapping[str, Any]) -> None:
    """What was released of a partner."""
    frozen = {"content": "{}", "frozen_by": "k", "frozen_at": WHEN}
    months = {"first_month": "2026-02", "last_month": "2026-02"}
    release = Release(fingerprint=f"of {own['partner_id']}", **months, **frozen)
    db.session.add(release)
    db.session.flush()
    db.session.add(ReleasePartner(release_id=release.id, **own))


def plant_pack(partner: str) -> None:
    """What was asked to be printed of a partner."""
    asked = {"asked_by": "k", "asked_at": WHEN, "next_attempt_at": WHEN}
    what = {"period": "2026-Q1", "language": "en", "html": "<p>", "partners": [partner]}
    db.session.add(Pack(digest=partner.encode(), partner=partner, **what, **asked))


def plant_counted(own: Mapping[str, Any]) -> None:
    """What was counted of a month beforehand."""
    numbers = dict.fromkeys(("eligible", "asked", "answered", "satisfied"), 10)
    shape = {"shape": str(own["partner_id"])}
    window = MonthlyWindow(first="2026-02", last="2026-02", **shape)
    db.session.add_all([window, MonthlyEligible(month="2026-02", **numbers, **own)])
    db.session.flush()
    db.session.add(MonthlyCount(month="2026-02", counts={}, **shape, **own))
    db.session.add(MonthlySquares(window_id=window.id, squares=10, **own))


def seen() -> Mapping[str, list[Any]]:
    """All rows that the transaction at hand sees of the tables with a policy, asked for plainly."""
    return {
        name: sorted(map(repr, db.session.execute(select(table))))
        for name, table in of_partners().items()
        if name not in WITHOUT_POLICY
    }


def test_every_table_of_a_partner_has_a_policy_or_a_reason_for_none(app: Flask) -> None:
    forced = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    with_policy = set(db.session.scalars(text("SELECT tablename FROM pg_policies")))
    assert with_policy == set(db.session.scalars(forced))
    assert with_policy == of_partners().keys() - WITHOUT_POLICY.keys()


def test_without_any_filter_only_rows_of_the_callers_partners_come(app: Flask) -> None:
    plant("OCC")
    of_occ = all_rows()
    plant("HCC")
    everything = all_rows()
    with app.test_request_context():
        assert not any(seen().values()), "before a guard has let somebody in"
        let_in(Caller("k", frozenset(), frozenset({"OCC"}), None))
        assert all(rows and rows == of_occ[name] for name, rows in seen().items())
        db.session.commit()
        assert all(rows == of_occ[name] for name, rows in seen().items()), "in another transaction"
        show_rows_of({"HCC", "OCC"})
        assert all(rows == everything[name] for name, rows in seen().items())
        show_rows_of(set())
        assert not any(seen().values())
        show_rows_of({"*", "%", "OCC'", "OCC,HCC"})
        assert not any(seen().values()), "what is no code names nobody"
        show_rows_of(None)
        assert all(rows == everything[name] for name, rows in seen().items())


def test_what_is_not_seen_is_not_written_either(app: Flask) -> None:
    plant("HCC")
    hcc, occ = (directory().partners[code].id for code in ("HCC", "OCC"))
    row = {**db.session.execute(select(Closure.__table__)).mappings().one()}
    del row["id"], row["uuid"]
    with app.test_request_context():
        show_rows_of({"OCC"})
        changed = db.session.execute(update(Closure).values(topic="x").returning(Closure.id))
        assert changed.all() == []
        db.session.execute(insert(Closure).values(row | {"partner_id": occ, "reference": "own"}))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.execute(insert(Closure).values(row | {"partner_id": hcc, "reference": "no"}))
        db.session.rollback()


def test_a_statement_sent_straight_is_narrowed_as_any_other(app: Flask) -> None:
    for partner in ("HCC", "OCC", "OCC"):
        make_closure(partner=partner)
    db.session.commit()
    straight = Straight(COUNT)
    assert straight.first({}) == (3,)
    with app.test_request_context():
        assert straight.first({}) == (0,)
        show_rows_of({"OCC"})
        assert straight.rows({}) == [(2,)]
        show_rows_of(None)
        assert straight.first({}) == (3,)


def test_a_connection_that_was_used_before_shows_nothing_by_itself(app: Flask) -> None:
    make_closure()
    db.session.commit()
    assert db.session.scalar(COUNT) == 1
    db.session.rollback()
    connection = db.engine.raw_connection()
    assert connection.driver_connection
    told = connection.driver_connection.execute("SELECT current_setting('survey.partners')")
    assert told.fetchone() == ("",)
    assert connection.driver_connection.execute(str(COUNT)).fetchone() == (0,)
    connection.close()
