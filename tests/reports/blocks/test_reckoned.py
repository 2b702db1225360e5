"""Figures for boards against a reckoning by hand, from the blocks that a caller may see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.foundation.database import db
from survey.foundation.separation import show_rows_of
from survey.partnership.directory import directory
from survey.reports.blocks.model import Block
from survey.reports.blocks.published import published
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery

pytestmark = pytest.mark.usefixtures("partnership")

PARTNERS = ("HCC", "HFRS", "HC", "OCC")
ASKED = 19
FUNNEL = {"closed": 20, "pending": 1, "asked": ASKED, "accepted": 18, "held": 0, "not_asked": {}}


@dataclass(frozen=True)
class Made:
    """A block; its ratings one by one."""

    partner: str
    service: str
    month: str
    ratings: tuple[int, ...]


makings = st.builds(
    Made,
    st.sampled_from(PARTNERS),
    st.sampled_from(["payroll", "hr"]),
    st.sampled_from(["2026-01", "2026-02", "2026-03", "2026-04"]),
    st.lists(st.integers(1, 5), min_size=10, max_size=12).map(tuple),
)
blocks = st.lists(
    makings, max_size=8, unique_by=lambda made: (made.partner, made.service, made.month)
)


def plant(made: Sequence[Made]) -> None:
    """Put the blocks into the database, uncommitted."""
    for one in made:
        counts = Counter(map(str, one.ratings))
        block = Block(
            partner_id=directory().partners[one.partner].id,
            service_group=one.service,
            first_month=one.month,
            closes=one.month,
            people=10,
            answers=len(one.ratings),
            # Of ten people one gave all that there are besides.
            squares=9 + (len(one.ratings) - 9) ** 2,
            ratings={str(rating): counts[str(rating)] for rating in range(1, 6)},
            funnel=FUNNEL,
        )
        db.session.add(block)
    db.session.flush()


def reckon(made: Sequence[Made], fewest: int) -> dict[str, Any]:
    """The figures of these blocks, shown where they are of so many partners."""
    ratings = [rating for one in made for rating in one.ratings]
    if len({one.partner for one in made}) < fewest:
        return dict.fromkeys(("n", "csat", "satisfaction", "response_rate"))
    return {
        "n": len(ratings),
        "csat": sum(rating > 3 for rating in ratings) / len(ratings),
        "satisfaction": 100 * (mean(ratings) - 1) / 4,
        "response_rate": len(ratings) / (ASKED * len(made)),
    }


def said(row: dict[str, Any]) -> dict[str, Any]:
    """What is compared of a row."""
    shares = {name: row[name] for name in ("csat", "satisfaction", "response_rate")}
    return {"n": row["n"]} | {name: each and each["value"] for name, each in shares.items()}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    blocks,
    st.sampled_from([(), ("partner",), ("service", "month"), ("partner", "month")]),
    st.none() | st.frozensets(st.sampled_from(PARTNERS)),
)
def test_every_figure_is_what_a_hand_would_reckon_from_the_blocks_one_may_see(
    app: Flask, made: list[Made], by: tuple[str, ...], sees: frozenset[str] | None
) -> None:
    plant(made)
    with app.test_request_context():
        show_rows_of(sees)
        answer = published(FiguresQuery(parse("2026-Q1"), by), sees)
    db.session.rollback()
    known = frozenset(PARTNERS) if sees is None else sees
    inside = [one for one in made if one.partner in known and one.month <= "2026-03"]
    several = 3 if len(known) != 1 else 1
    assert said(answer["total"]) == pytest.approx(reckon(inside, several), abs=0.0051)
    for row in answer["rows"]:
        mine = [one for one in inside if all(getattr(one, name) == row[name] for name in by)]
        fewest = 1 if "partner" in by else several
        assert said(row) == pytest.approx(reckon(mine, fewest), abs=0.0051)
