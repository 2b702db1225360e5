"""Enquiries are taken in once, whatever is sent again, in whatever batches, by however many."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import travel

from survey.enquiries.digests import forgotten_digest
from survey.enquiries.forgetting import forget_person
from survey.enquiries.intake import Intake, take_in
from survey.enquiries.model import Closure, OpenEnquiry
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.partnership.directory import directory
from tests.enquiries.examples import NOW, enquiry, without

pytestmark = pytest.mark.usefixtures("partnership")


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


def counts(intake: Intake) -> tuple[int, int, int, int]:
    return intake.accepted, intake.already_known, intake.differs, len(intake.rejected)


def sent(*items: dict[str, Any]) -> tuple[int, int, int, int]:
    """Accepted, already known, differs, rejected."""
    answer = counts(take_in(items))
    db.session.commit()
    return answer


def opened(**given: Any) -> dict[str, Any]:
    return without("outcome", "first_reply_at", closed_at=None, **given)


def closures() -> list[Closure]:
    return list(db.session.scalars(select(Closure).order_by(Closure.closed_at)))


def the_open_one() -> OpenEnquiry:
    db.session.expire_all()
    return db.session.scalars(select(OpenEnquiry)).one()


def test_a_closure_is_stored_with_what_was_true_then() -> None:
    assert sent(enquiry(source="servicenow", closed_at="2026-07-02T16:45:31+01:00")) == (1, 0, 0, 0)
    (row,) = closures()
    known = directory()
    assert row.source_id == known.sources["servicenow"].id
    assert row.partner_id == known.partners["HCC"].id
    assert row.directorate_id == known.directorates["HCC", "children"].id
    assert row.service_id == known.services["payroll"].id
    assert row.closed_at == datetime(2026, 7, 2, 15, 45, tzinfo=UTC)
    # 09:30 to 17:00, and from 08:30 to 16:45 the next day.
    assert (row.hours_to_close, row.target_hours, row.within_target) == (15.75, 8.0, False)
    assert row.hours_to_first_reply == 0.5
    assert row.person_hash == keys().person_hash("JO@example.org ")
    assert row.address is not None
    assert keys().decrypt(row.address) == "jo@example.org"
    assert b"jo@" not in row.address
    assert row.received_at == NOW
    assert row.taken_up_at is None


def test_the_target_is_by_default_that_of_the_service() -> None:
    sent(without("target_hours"))
    (row,) = closures()
    assert (row.target_hours, row.within_target) == (17.0, True)


def test_hours_are_kept_to_the_second_and_a_minute_late_is_late() -> None:
    sent(
        enquiry(reference="in time", target_hours=15.75),
        enquiry(reference="late", closed_at="2026-07-02T16:46:00+01:00", target_hours=15.75),
    )
    assert [(row.hours_to_close, row.within_target) for row in closures()] == [
        (15.75, True),
        (15.7667, False),
    ]


def test_without_a_first_reply_there_are_no_hours_to_it() -> None:
    sent(enquiry(first_reply_at=None))
    assert [row.hours_to_first_reply for row in closures()] == [None]


def test_the_month_of_a_closure_is_the_local_one() -> None:
    sent(
        enquiry(
            opened_at="2026-06-30T22:00:00Z", first_reply_at=None, closed_at="2026-06-30T23:30:00Z"
        )
    )
    assert [row.closed_month for row in closures()] == ["2026-07"]


def test_without_an_address_nobody_is_known() -> None:
    sent(without("email"))
    (row,) = closures()
    assert row.person_hash is row.address is None


def test_the_same_sent_again_is_known_however_it_is_written() -> None:
    assert sent(enquiry()) == (1, 0, 0, 0)
    again = enquiry(
        reference=" R-1 ",
        closed_at="2026-07-02 15:45:00.7Z",
        email="Jo@Example.org",
        target_hours=8.0,
        topic="payslip ",
    )
    assert sent(again) == (0, 1, 0, 0)
    assert len(closures()) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"partner": "OCC", "directorate": None},
        {"directorate": None},
        {"service": "hr"},
        {"topic": "tax"},
        {"channel": "e-mail"},
        {"opened_at": "2026-07-01T09:30:01+01:00"},
        {"first_reply_at": None},
        {"reopened_at": "2026-07-02T10:00:00+01:00"},
        {"outcome": "unresolved"},
        {"target_hours": None},
        {"target_hours": 17},
        {"email": "sam@example.org"},
        {"email": None},
        {"language": "cy"},
    ],
)
def test_any_other_value_differs_and_changes_nothing(other: dict[str, Any]) -> None:
    sent(enquiry())
    before = {c.name: getattr(closures()[0], c.name) for c in Closure.__table__.c}
    assert sent(enquiry(**other)) == (0, 0, 1, 0)
    db.session.expire_all()
    assert {c.name: getattr(closures()[0], c.name) for c in Closure.__table__.c} == before


def test_a_default_that_changes_makes_no_difference_to_what_was_sent() -> None:
    sent(without("target_hours"))
    assert sent(without("target_hours")) == (0, 1, 0, 0)
    assert sent(enquiry(target_hours=17)) == (0, 0, 1, 0)


def test_closed_again_it_is_another_closure() -> None:
    again = enquiry(reopened_at="2026-07-03T09:00:00+01:00", closed_at="2026-07-03T12:00:00+01:00")
    assert sent(enquiry(), again) == (2, 0, 0, 0)


def test_the_same_reference_of_another_source_is_another_enquiry() -> None:
    assert sent(enquiry(), enquiry(source="servicenow")) == (2, 0, 0, 0)


def test_twice_in_one_batch_is_once_and_the_first_stands() -> None:
    batch = (enquiry(topic="first"), enquiry(topic="first"), enquiry(topic="second"))
    assert sent(*batch) == (1, 1, 1, 0)
    assert [row.topic for row in closures()] == ["first"]


def test_a_bad_item_stops_no_other_and_is_named_by_its_place() -> None:
    intake = take_in(
        [enquiry(), enquiry(reference="R-2", partner="Kent"), 7, opened(reference="R-3")]
    )
    assert counts(intake) == (2, 0, 0, 2)
    assert [(r.index, list(r.errors)) for r in intake.rejected] == [
        (1, ["partner"]),
        (2, ["_schema"]),
    ]


def test_nothing_good_is_nothing_stored() -> None:
    assert counts(take_in([])) == (0, 0, 0, 0)
    assert sent(enquiry(partner="Kent")) == (0, 0, 0, 1)


def test_a_key_writes_only_its_sources() -> None:
    intake = take_in([enquiry(), enquiry(source="servicenow")], frozenset({"servicenow"}))
    assert counts(intake) == (1, 0, 0, 1)
    assert list(intake.rejected[0].errors) == ["source"]


def test_what_was_forgotten_is_known_and_not_stored_again() -> None:
    sent(enquiry())
    forget_person(keys().person_hash("jo@example.org"))
    db.session.commit()
    assert sent(enquiry(), enquiry(topic="other")) == (0, 2, 0, 0)
    assert sent(enquiry(reference="R-2"), enquiry()) == (1, 1, 0, 0)
    db.session.expire_all()
    assert sorted(str(row.reference) for row in closures()) == ["None", "R-2"]


def test_the_caller_commits() -> None:
    take_in([enquiry(), opened(reference="R-2")])
    db.session.rollback()
    assert closures() == []
    assert db.session.scalars(select(OpenEnquiry)).all() == []


def test_an_open_enquiry_is_kept_apart_and_known_again() -> None:
    assert sent(opened()) == (1, 0, 0, 0)
    assert sent(opened(), opened()) == (0, 2, 0, 0)
    assert closures() == []
    assert the_open_one().person_hash == keys().person_hash("jo@example.org")


def test_an_open_enquiry_told_differently_differs_unless_it_was_reopened_later() -> None:
    assert sent(opened()) == (1, 0, 0, 0)
    assert sent(opened(topic="tax")) == (0, 0, 1, 0)
    first, second = "2026-07-03T09:00:00+01:00", "2026-07-04T09:00:00+01:00"
    assert sent(opened(reopened_at=first)) == (1, 0, 0, 0)
    assert sent(opened(reopened_at=second, partner="OCC", directorate=None)) == (1, 0, 0, 0)
    assert the_open_one().partner_id == directory().partners["OCC"].id
    assert sent(opened(reopened_at=first)) == (0, 0, 1, 0)
    assert sent(opened()) == (0, 0, 1, 0)
    assert the_open_one().reopened_at == datetime(2026, 7, 4, 8, 0, tzinfo=UTC)


def test_one_batch_may_tell_a_whole_story() -> None:
    reopened = opened(reopened_at="2026-07-03T09:00:00+01:00")
    closed_again = enquiry(
        reopened_at="2026-07-03T09:00:00+01:00", closed_at="2026-07-03T12:00:00+01:00"
    )
    story = (opened(), enquiry(), reopened, opened(topic="other"), closed_again, reopened)
    assert sent(*story) == (4, 1, 1, 0)
    assert len(closures()) == 2
    assert the_open_one().reopened_at == datetime(2026, 7, 3, 8, 0, tzinfo=UTC)


def test_no_digest_is_that_of_other_values() -> None:
    assert len({forgotten_digest(*parts, NOW) for parts in (("a", "bc"), ("ab", "c"))}) == 2


RaceIn = Callable[[list[list[dict[str, Any]]]], list[Intake]]


@pytest.fixture
def race(app: Flask) -> RaceIn:
    """Takes several batches in at the same time, each over a connection of its own."""

    def run(batches: list[list[dict[str, Any]]]) -> list[Intake]:
        start = Barrier(len(batches))

        def one(batch: list[dict[str, Any]]) -> Intake:
            with app.app_context():
                start.wait(timeout=20)
                intake = take_in(batch)
                db.session.commit()
                return intake

        with ThreadPoolExecutor(len(batches)) as threads:
            return list(threads.map(one, batches))

    return run


def test_the_same_batch_from_four_at_once_is_stored_once(race: RaceIn) -> None:
    batch = [enquiry(reference=f"R-{n}") for n in range(200)]
    batch += [opened(reference=f"R-{n}") for n in range(200)]
    # Each in another order, so that they meet in the middle.
    intakes = race([batch, batch[::-1], batch[100:] + batch[:100], batch])
    assert sum(i.accepted for i in intakes) == 400
    assert sum(i.already_known for i in intakes) == 1200
    for table in (Closure, OpenEnquiry):
        assert db.session.scalar(select(func.count()).select_from(table)) == 200


def test_of_two_versions_at_once_one_stands_and_the_other_differs(race: RaceIn) -> None:
    one = [enquiry(reference=f"R-{n}") for n in range(50)]
    other = [enquiry(reference=f"R-{n}", topic="other") for n in range(50)]
    intakes = race([one, other[::-1]])
    assert sum(i.accepted for i in intakes) == sum(i.differs for i in intakes) == 50


def test_of_two_reopenings_at_once_the_later_stands(race: RaceIn) -> None:
    sent(opened())
    first, second = "2026-07-03T09:00:00+01:00", "2026-07-04T09:00:00+01:00"
    race([[opened(reopened_at=first)], [opened(reopened_at=second)]])
    assert the_open_one().reopened_at == datetime(2026, 7, 4, 8, 0, tzinfo=UTC)
