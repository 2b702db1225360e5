"""What boards get from blocks: sums, what is withheld, and what may be asked."""

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE
from sqlalchemy import update

from survey.access.tickets import ticket_for
from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import ServiceRow
from survey.reports import measures
from survey.reports.blocks.published import published
from survey.reports.board.viewing import board_view
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery, Refused
from survey.reports.schema import FiguresAnswer
from tests.build import make_closure, make_invitation, make_person, make_response
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import during, give, give_many, seal_all

pytestmark = pytest.mark.usefixtures("partnership")
TEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 2)
THIRTY = TEN * 3


def ask(
    period: str = "2026-Q1", by: str = "", see: Sequence[str] | None = None, **filters: str
) -> dict[str, Any]:
    query = FiguresQuery(parse(period), tuple(by.split(",")) if by else (), filters=filters)
    return published(query, frozenset(see) if see else None)


def ns(answer: dict[str, Any]) -> list[Any]:
    return [row["n"] for row in answer["rows"]]


def test_figures_are_those_of_the_blocks_that_close_in_the_period(app: Flask) -> None:
    give_many(TEN[:6], "2026-01", partner="OCC")
    give_many(TEN[6:], "2026-02", partner="OCC")
    seal_all()
    answer = ask(by="month", see=["OCC"])
    assert FiguresAnswer().load(answer, unknown=RAISE)
    assert ns(answer) == [None, 10, None]
    january, february, _ = answer["rows"]
    assert (january["withheld"], february["withheld"]) == ("disclosure", None)
    assert january["csat"] is january["funnel"] is january["response_rate"] is None
    assert january["within_target"]["n"] == 6
    assert february["csat"] == answer["total"]["csat"]
    assert february["csat"]["value"] == 0.7
    assert february["satisfaction"]["value"] == 100 * (3.9 - 1) / 4
    assert february["funnel"]["asked"] == february["funnel"]["answered"] == 10
    assert answer["cohort"] == "blocks"
    beside = {"interval", "repeated", "not_covered", "whole_quarters", "restated"}
    assert set(answer["rules"]) == {*answer["total"], *beside}
    assert ask("2026-02", see=["OCC"])["total"]["n"] == 10
    assert ask("2026-01", see=["OCC"])["total"]["n"] is None


def test_rows_add_up_to_the_total_however_they_are_cut(app: Flask) -> None:
    for partner in ("HCC", "OCC", "HFRS"):
        for service in ("payroll", "hr"):
            for month in ("2026-01", "2026-02", "2026-03"):
                give_many(TEN, month, partner=partner, service=service)
    seal_all()
    for by in ("partner", "service", "month", "partner,service", "service,month", "quarter"):
        answer = ask(by=by)
        assert sum(ns(answer)) == answer["total"]["n"] == 180, by
        asked = [row["funnel"]["asked"] for row in answer["rows"]]
        assert sum(asked) == answer["total"]["funnel"]["asked"]


def test_partners_are_added_up_only_where_there_are_three(app: Flask) -> None:
    give_many(TEN, partner="HCC")
    give_many(TEN, partner="OCC")
    seal_all()
    assert ask(by="service")["total"]["n"] is None
    assert ask(by="partner")["total"]["n"] is None
    assert {row["partner"]: row["n"] for row in ask(by="partner")["rows"]} == {"HCC": 10, "OCC": 10}
    assert ask(by="service", partner="HCC")["total"]["n"] == 10
    assert ask(see=["OCC"])["total"]["n"] == 10
    assert ask(see=["OCC", "HCC"])["total"]["n"] is None


def test_three_partners_may_be_added_up(app: Flask) -> None:
    for partner in ("HCC", "OCC", "HC"):
        give_many(TEN, partner=partner)
    seal_all()
    assert ask(by="service")["total"]["n"] == 30


def test_details_are_of_whole_partners_and_quarters_of_thirty_people(app: Flask) -> None:
    give_many(THIRTY, "2026-01", partner="OCC")
    give_many(TEN, "2026-01", partner="HC")
    seal_all()
    assert ask(partner="OCC")["total"]["ratings"] == {"1": 0, "2": 3, "3": 6, "4": 12, "5": 9}
    assert ask(partner="OCC")["total"]["sentiment"]["none"] == 30
    assert ask(by="quarter", partner="OCC")["rows"][0]["ratings"]["5"] == 9
    assert ask(by="month", partner="OCC")["rows"][0]["ratings"] is None
    assert ask(by="service", partner="OCC")["rows"][0]["ratings"] is None
    assert ask(by="month", partner="OCC")["total"]["ratings"]["5"] == 9
    assert ask("2026-01", partner="OCC")["total"]["ratings"] is None
    assert ask(partner="OCC", service="payroll")["total"]["ratings"] is None
    assert ask(partner="HC")["total"]["ratings"] is None
    assert ask(partner="HC")["total"]["n"] == 10


def test_other_questions_are_counted_where_thirty_answered_them(app: Flask) -> None:
    for response in give_many(THIRTY, partner="OCC"):
        response.questionnaire, response.answers = "default", {}
    seal_all()
    assert ask(partner="OCC")["total"]["questions"] == {}


def test_services_are_shown_by_their_groups_and_the_rest_as_other_services(app: Flask) -> None:
    give_many(TEN, "2026-01", partner="OCC", service="hr")
    give_many(TEN[:5], "2026-02", partner="OCC", service="payroll")
    give_many(TEN[5:], "2026-02", partner="OCC", service="schools")
    seal_all()
    rows = ask(by="service", see=["OCC"])["rows"]
    assert [(row["service"], row["n"]) for row in rows] == [
        ("hr", 10),
        ("other-services", 10),
        ("payroll", None),
        ("schools", None),
    ]
    assert ask(see=["OCC"], service="other-services")["total"]["n"] == 10
    with pytest.raises(Refused, match="payroll"):
        ask(see=["OCC"], service="payrol")
    # What is sealed stays in its group, whose name has to be known for as long.
    db.session.execute(update(ServiceRow).values(service_group="all"))
    forget_directory()
    assert ask(see=["OCC"], service="hr")["total"]["n"] == 10
    assert ask(see=["OCC"], service="payroll")["total"]["within_target"]["n"] == 5
    with pytest.raises(Refused, match="known: all, other-services"):
        ask(see=["HCC"], service="hr")
    page = board_view({"period": "2026-Q1", "service": "hr"}, frozenset({"OCC"}))
    assert [code for code, _ in page.services] == ["all", "hr", "other-services"]


@pytest.mark.parametrize(
    ("by", "filters", "nearest"),
    [
        ("topic,channel", {}, "by=topic"),
        ("hours,target", {"service": "hr"}, "by=hours&service=hr"),
        ("service", {"channel": "portal"}, "by=service"),
        ("month", {"directorate": "children", "partner": "OCC"}, "by=month&partner=OCC"),
    ],
)
def test_what_blocks_do_not_tell_apart_is_refused_with_the_nearest_that_they_do(
    app: Flask, by: str, filters: dict[str, str], nearest: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(by=by, **filters)
    assert str(refused.value).endswith(f"nearest to what you ask: {nearest}")


def test_a_response_rate_is_answers_in_blocks_to_asked_in_their_months(app: Flask) -> None:
    give_many(TEN, partner="OCC")
    seal_all()
    rate = ask(see=["OCC"])["total"]["response_rate"]
    assert rate["value"] == measures.response_rate(10, 10).value == 1


def test_where_more_answered_than_were_asked_in_these_months_there_is_no_rate(
    client: FlaskClient, make_key: MakeKey, app: Flask
) -> None:
    give_many(TEN, "2026-01", partner="OCC")
    give(4, "2026-02", partner="OCC")
    # Ten about enquiries of January, whose closures are those of the block before.
    for rating in TEN:
        enquiry = make_closure(closed_at=during("2026-01"), partner="OCC")
        asked = make_invitation(enquiry, person_id=make_person().id)
        make_response(asked, rating=rating, answered_at=during("2026-02"))
    seal_all()
    rate = ask("2026-02", see=["OCC"])["total"]["response_rate"]
    assert rate == {"value": None, "n": 1, "low": None, "high": None}
    ticket = ticket_for(make_key("figures:read", partners=("OCC",))[4:12])
    page = client.get("/board", query_string={"ticket": ticket, "period": "2026-02"})
    assert page.status_code == 200


def test_boards_and_insiders_ask_at_the_same_door(
    client: FlaskClient, make_key: MakeKey, app: Flask
) -> None:
    give_many(TEN, "2026-01", partner="OCC")
    give(1, "2026-01", partner="OCC", service="hr")
    seal_all()
    path = "/api/v1/figures?period=2026-Q1&partner=OCC"
    board = client.get(path, headers=bearer(make_key("figures:read"))).json
    insider = client.get(path, headers=bearer(make_key("figures:explore"))).json
    assert board is not None
    assert insider is not None
    assert (board["total"]["n"], board["release"]) == (10, "sealed: for boards")
    assert (insider["total"]["n"], insider["release"][:13]) == (11, "insiders only")
    refused = client.get(f"{path}&by=topic,channel", headers=bearer(make_key("figures:read")))
    assert refused.status_code == 422
    unknown = client.get(f"{path}&colour=red", headers=bearer(make_key("figures:read")))
    assert "Parameters: period, partner, service, by, format." in unknown.text
    assert board["as_of"] < insider["as_of"]
