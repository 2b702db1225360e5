"""Figures need not be sent twice: entity tags and 304, in every format, for both audiences."""

from datetime import UTC, datetime

import pytest
import time_machine

from survey.foundation.database import db
from survey.reports.parameters import FORMATS
from tests.reports.blocks.given import give, hold, seal_all
from tests.reports.conftest import BASE, Get
from tests.reports.stories import Answer, Story, plant

EVERY_FORMAT = pytest.mark.parametrize("form", list(FORMATS))
RATED = Story(answers=(Answer(rating=5),))
LATER = datetime(2027, 3, 1, 12, tzinfo=UTC)


@EVERY_FORMAT
@pytest.mark.usefixtures("small_base")
def test_insiders_get_nothing_anew_until_the_figures_change(get: Get, form: str) -> None:
    plant([RATED] * BASE)
    query = f"period=2026&format={form}"
    first = get(query)
    tag = first.headers["ETag"]
    # What was asked for a second later says so, and nothing else: it is the same, not to the byte.
    assert tag.startswith('W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Accept, Authorization"
    with time_machine.travel(LATER, tick=False):
        again = get(query, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    plant([RATED])
    changed = get(query, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_each_format_and_question_has_a_tag_of_its_own(get: Get, small_base: None) -> None:
    queries = [f"period=2026&by={by}&format={form}" for form in FORMATS for by in ("", "month")]
    tags = {get(query).headers["ETag"] for query in queries}
    assert len(tags) == len(queries)
    of_another = get(queries[0], **{"If-None-Match": get(queries[2]).headers["ETag"]})
    assert of_another.status_code == 200
    assert get(queries[0], **{"If-None-Match": "*"}).status_code == 304
    assert get("period=1", **{"If-None-Match": "*"}).status_code == 422


@EVERY_FORMAT
@pytest.mark.usefixtures("partnership")
def test_what_boards_get_is_the_same_to_the_byte_whatever_happens_since(
    get: Get, form: str
) -> None:
    given = [give(1 + number % 5, "2026-01", partner="OCC") for number in range(12)]
    db.session.commit()
    seal_all()
    query = f"period=2026-Q1&by=partner&format={form}"
    fetched = []
    for day, held in ((LATER, given[0]), (LATER.replace(year=2028), given[1])):
        with time_machine.travel(day, tick=False):
            fetched.append(get(query, scope="figures:read", partners=("OCC",)))
        hold(held)
    first, second = fetched
    assert (first.status_code, first.data) == (200, second.data)
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["ETag"].startswith('"')
    again = get(
        query,
        scope="figures:read",
        partners=("OCC",),
        **{"If-None-Match": f'"other", {first.headers["ETag"]}'},
    )
    assert (again.status_code, again.data) == (304, b"")
