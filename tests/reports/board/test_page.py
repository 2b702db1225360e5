"""The board page shows what the API answers, to whom may see it, and nothing else."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.access.tickets import ticket_for
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.steps import run
from survey.journey import STATIONS
from survey.reports.blocks.published import BOARD_RULES
from survey.reports.pack.composing import composed
from survey.reports.pack.content import pack_content
from survey.reports.periods import parse
from tests.access.signing import (
    BOARD_OF_HCC,
    COORDINATOR_OF_OCC,
    JOINT_BOARD,
    PROVIDER,
    sign_in,
)
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import give_many, seal_all

PERIOD = "2026-Q1"
KEPT = r"ticket=|partner=\w+|service=\w+"
# What the page says of figures: the figures themselves are tried on both kinds of database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def answers(partnership: None) -> None:
    """Twelve answers for OCC payroll, nine satisfied, and three for HCC pensions; sealed."""
    give_many([5] * 9 + [2] * 3, partner="OCC")
    give_many([1] * 3, partner="HCC", service="pensions")
    seal_all()


def page(client: FlaskClient, secret: str, address: str = "", period: str = PERIOD) -> str:
    """The board page as the holder of a key sees it."""
    ticket = ticket_for(secret[4:12])
    answer = client.get(f"/board?ticket={ticket}&period={period}{address}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def in_short(shown: str) -> list[str]:
    """The five sentences of the first screen, without their tags."""
    first, _, _ = shown.partition("</dl>")
    return [re.sub(r"<[^>]+>", "", each).strip() for each in re.findall("<dd>(.*?)</dd>", first)]


def test_it_shows_the_share_with_its_interval_and_base(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    shown = page(client, make_key("figures:read", partners=("OCC",)))
    assert "<strong>75 %</strong> <span>47–91 %, answers: 12</span>" in shown


@on_sqlite
def test_the_first_screen_answers_what_a_board_asks_in_sentences(
    client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    give_many([5] * 5 + [3] * 25, "2025-10", partner="OCC")
    give_many([5] * 25 + [2] * 5, "2026-01", partner="OCC", comment="Helpful")
    give_many([5] * 4 + [3] * 8, "2026-01", partner="OCC", service="hr")
    seal_all()
    secret = make_key("figures:read", partners=("OCC",))
    shown = page(client, secret)
    assert in_short(shown) == [
        "69 % of 42 answers (54–81 %) say “satisfied” or “very satisfied”.",
        "Yes, better. Before, it was 17 % of 30 answers (7–34 %); the difference is +52.4 points "
        "(+29.7 to +67.5). Better: Payroll by +66.7 points (+42.8 to +79.9), of 30 answers.",
        "HR: 33 % of 12 answers (14–61 %). This is below the others by more than chance alone "
        "would make it.",
        "None of their comments says anything that was read.",
        "42 enquiries were closed, 100 % within their target: half within 12.8 working hours, nine "
        "of ten within 16.1. People were asked 42 times how they fared, and 100 % of the time they "
        "answered (92–100 %).",
    ]
    narrowed = in_short(page(client, secret, "&service=payroll"))
    assert narrowed[1].startswith("Yes, better. Before, it was 17 % of 30 answers")
    assert narrowed[2] == (
        "Of the services, this one is: ▲ above the others, with 83 % of 30 answers (66–93 %); "
        "difference to the others: +50.0 points (+17.6 to +71.6)."
    )


@on_sqlite
def test_what_comments_are_about_and_where_they_were_written_stand_on_the_page(
    client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    for at in range(4):
        directorate = "children" if at % 2 else "resources"
        words = "Very slow reply" if at % 2 else "Helpful and friendly"
        give_many([5] * 9 + [3], partner="OCC", directorate=directorate, comment=words)
    db.session.commit()
    for step in ("read", "seal"):
        run(STATIONS[step].step)
    secret = make_key("figures:read", partners=("OCC",))
    shown = page(client, secret)
    most = "Most often, from January to March 2026, they are about “Speed”: 50 % of 40 comments"
    assert most in in_short(shown)[3]
    longer = in_short(page(client, secret, period="2026-01..2026-04"))[3]
    assert "told of whole quarters: 1 January 2026 to 31 March 2026." in longer
    assert "January to March 2026: what 40 comments that say something are about" in shown
    assert shown.count("<blockquote>") == 10
    assert "Share of satisfied people by directorate" in shown
    assert '<span class="label">Children' in shown
    narrowed = page(client, secret, "&service=payroll")
    assert "<blockquote>" not in narrowed
    assert "Very slow" not in narrowed


@on_sqlite
@pytest.mark.parametrize(
    ("address", "partners"),
    [
        (BOARD_OF_HCC, "Hampshire County Council"),
        (COORDINATOR_OF_OCC, "Oxfordshire County Council"),
        (JOINT_BOARD, "all partners"),
        (PROVIDER, "all partners"),
    ],
)
def test_each_role_sees_sealed_blocks_of_its_own_partners(
    client: FlaskClient, answers: None, address: str, partners: str
) -> None:
    sign_in(client, address)
    shown = client.get(f"/board?period={PERIOD}").get_data(as_text=True)
    assert f"· {partners} · all services" in shown
    assert client.get("/board?partner=HC").status_code == (200 if "all" in partners else 404)
    table = client.get(f"/board/figures.csv?period={PERIOD}&by=partner").get_data(as_text=True)
    assert "insiders" not in table
    assert "sealed: for boards" in table


@on_sqlite
def test_a_board_without_rows_gets_a_whole_page(
    client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    shown = in_short(page(client, make_key("figures:read", partners=("OCC",))))
    assert shown[0].startswith("Nothing can be told yet")
    assert shown[1].startswith("Nothing can be compared")
    assert shown[-1] == "No enquiry was closed in this time."
    pack = composed(pack_content(parse(PERIOD), "OCC", None), "en")
    assert "<p>Nothing was sealed yet." in pack
    assert "1970" not in pack


@on_sqlite
def test_each_link_keeps_what_is_chosen(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    shown = page(client, make_key("figures:read"), "&partner=OCC&service=payroll")
    links = [link for link in re.findall('<a href="([^"#]+)"', shown) if "/board" in link]
    assert len(links) == 1 + 3 * 3
    for link in links:
        assert {"ticket=", "partner=OCC", "service=payroll"} <= set(re.findall(KEPT, link))
    (call,) = re.findall(r"GET /api/v1/figures\?([^<]+)<", shown)
    assert set(call.split("&amp;")) == {
        *("period=2026-01..2026-03", "by=month", "partner=OCC", "service=payroll")
    }


@on_sqlite
def test_the_same_figures_as_tables_are_those_of_the_api(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    secret = make_key("figures:read", partners=("OCC",))
    ticket, question = ticket_for(secret[4:12]), f"period={PERIOD}&by=service"
    for form in ("csv", "xlsx", "ods"):
        table = client.get(f"/board/figures.{form}?ticket={ticket}&{question}")
        call = f"/api/v1/figures?{question}&format={form}"
        assert table.data == client.get(call, headers=bearer(secret)).data
        name = f"figures-OCC-by-service-2026-01-to-2026-03.{form}"
        assert table.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert table.headers["Cache-Control"] == "no-store"
    described = table_described(client, f"/board/figures.csv?ticket={ticket}&{question}")
    assert described["url"].startswith("/board/figures.csv?")
    for wrong, status in (("partner=HCC", 404), ("by=topic,hours", 422), ("period=x", 422)):
        answer = client.get(f"/board/figures.csv?ticket={ticket}&{wrong}")
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert client.get(f"/board/figures.pdf?ticket={ticket}").status_code == 404
    assert client.get("/board/figures.csv").status_code == 401


def table_described(client: FlaskClient, table: str) -> dict[str, str]:
    """What the address in a table's Link header says of its columns."""
    found = re.match("<([^>]+)>", client.get(table).headers["Link"])
    assert found
    answer = client.get(found[1])
    assert answer.mimetype == "application/csvm+json"
    return dict(json.loads(answer.data))


@on_sqlite
def test_closures_stay_with_their_service_where_answers_are_taken_together(
    client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    for service in ("pensions", "hr"):
        give_many([5] * 6 + [3], partner="OCC", service=service)
    seal_all()
    secret = make_key("figures:read", partners=("OCC",))
    table = page(client, secret).partition("Closing and asking by service")[2]
    rest = r'Other services, taken together</th><td class="number" colspan="6">counted with each'
    assert re.search(rest, table)
    others = page(client, secret, "&service=other-services")
    assert "Enquiries are counted as closed with each service" in in_short(others)[4]
    # They were closed in January, and their answers waited for the end of the quarter.
    itself = "In the period itself 0 were closed."
    march = [page(client, secret, more, "2026-03") for more in ("", "&service=other-services")]
    assert [itself in shown for shown in march] == [True, False]
    assert "In the period itself" not in page(client, secret)
    pack = composed(pack_content(parse(PERIOD), "OCC", None), "en")
    assert re.search(r"taken together</th>\s*<td><small>with each service</small></td>", pack)


def test_a_partner_sees_nothing_of_another(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    shown = page(client, make_key("figures:read", partners=("OCC",)))
    assert "Hampshire County Council" not in shown
    assert "HCC" not in shown
    assert "Pensions</th>" not in shown
    assert 'class="label">Pensions' not in shown


def test_a_filter_for_an_invisible_partner_finds_nobody(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    ticket = ticket_for(make_key("figures:read", partners=("OCC",))[4:12])
    invisible = client.get(f"/board?ticket={ticket}&partner=HCC")
    unknown = client.get(f"/board?ticket={ticket}&partner=XYZ")
    assert (invisible.status_code, unknown.status_code) == (404, 404)
    assert invisible.get_data(as_text=True).replace("HCC", "XYZ") == unknown.get_data(as_text=True)


def test_more_is_said_of_whole_quarters_and_which_they_are(
    client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    for response in give_many([5, 4, 3] * 12, partner="OCC"):
        response.resolved = "yes"
    seal_all()
    secret = make_key("figures:read", partners=("OCC",))
    shown = page(client, secret, period="2025-12..2026-04")
    assert "told of whole quarters: from 1 January 2026 to 31 March 2026" in shown
    assert "<dt>able to do what they needed</dt> <dd><strong>100 %</strong>" in shown
    alone = page(client, secret, period="2026-01")
    assert "<dt>able to do what they needed</dt> <dd><strong>–</strong>" in alone
    later = page(client, secret, period="2099-01")
    assert in_short(later)[0].startswith("Nothing of this time is sealed yet")
    assert "people answered" not in " ".join(in_short(later))
    assert later.count("<strong>–</strong> not sealed yet") == 4
    assert not re.findall("too few[a-z ]* to show", later)


@on_sqlite
def test_what_words_mean_is_told_without_those_of_the_api(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    secret = make_key("figures:read", partners=("OCC",))
    _, _, how = page(client, secret).partition('id="read"')
    assert "<dt>Satisfied</dt><dd>ratings of 4 and 5 among all" in how
    assert "<dt>95 % interval</dt><dd>how far chance alone" in how
    assert "<dt>Found it easy</dt>" in how
    names = {name for name in BOARD_RULES if "_" in name}
    assert not {"n", "csat", "null", "minimum_base", *names} & set(re.findall(r"\w+", how))
    # Nothing is explained that is told of all services alone, or in packs alone.
    _, _, of_one = page(client, secret, "&service=payroll").partition('id="read"')
    assert "<dt>Satisfied</dt>" in of_one
    assert "<dt>Found it easy</dt>" not in of_one
    assert "<dt>Dissatisfied</dt>" not in how
    pack = composed(pack_content(parse(PERIOD), "OCC", None), "en")
    assert "<td>ratings of 1 and 2 among all</td>" in pack


@on_sqlite
def test_fewer_than_three_partners_together_are_told_why_nothing_is_said(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    why = "Partners are told together only where blocks of at least three of them close."
    two = ("OCC", "HCC")
    shown = page(client, make_key("figures:read", partners=two))
    first = in_short(shown)
    assert first[0] == f"{why} Each one’s own figure stands below."
    assert (first[1], first[3]) == (why, why)
    assert shown.count("too few partners to show together") == 4
    # Two axes without a line would look like a mistake.
    assert 'class="trend"' not in shown
    assert f"</h3> <p>{why}</p>" in shown
    pack = composed(pack_content(parse(PERIOD), None, frozenset(two)), "en")
    assert pack.count(why) == 4
    assert "sealed to say" not in pack
    assert "Nothing was sealed yet" not in pack


def test_too_few_answers_are_not_shown(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    shown = page(client, make_key("figures:read"), "&partner=HCC")
    assert "too few answers to show" in shown
    assert "<strong>" in shown
    assert "0 %</strong> <span>0" not in shown


@pytest.mark.parametrize("address", ["&period=2026-13", "&service=magic", "&partner=<script>"])
def test_a_wrong_address_gets_a_page_that_helps(
    client: FlaskClient, make_key: MakeKey, answers: None, address: str
) -> None:
    ticket = ticket_for(make_key("figures:read")[4:12])
    answer = client.get(f"/board?ticket={ticket}{address}")
    assert answer.status_code in (404, 422)
    assert b"<script>" not in answer.data
    assert b"Show the last twelve months" in answer.data


def test_it_stays_out_of_caches_and_frames(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    answer = client.get(f"/board?ticket={ticket_for(make_key('figures:read')[4:12])}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_months_without_closures_leave_gaps(
    app: Flask, client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    before = now() - timedelta(days=400)
    ticket = ticket_for(make_key("figures:read")[4:12])
    answer = client.get(f"/board?ticket={ticket}&period={before:%Y}..{now():%Y}")
    assert answer.status_code == 200
    assert b"<circle" not in answer.data


def test_without_a_valid_address_it_says_where_to_get_one(client: FlaskClient) -> None:
    for address in ("/board", "/board?ticket=nonsense"):
        answer = client.get(address)
        assert answer.status_code == 401
        assert answer.mimetype == "text/html"
        assert b"survey ticket" in answer.data
