"""The ways into the demo lead in, on either database, the first time and every time after."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.access.model import ApiKey
from survey.demo.doors import ROLES, lines, make_keys
from survey.demo.partnership import load_partnership
from survey.demo.place import Place, open_place
from survey.demo.planting import plant
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.steps import run
from survey.journey import STATIONS
from tests.build import make_closure, make_invitation
from tests.conftest import bearer


@pytest.fixture(autouse=True)
def place(app: Flask, tmp_path: Path) -> Place:
    load_partnership()
    place = open_place(tmp_path, 8123)
    make_keys(place)
    db.session.commit()
    return place


def _path(address: str) -> str:
    parts = urlsplit(address)
    assert parts.netloc == "127.0.0.1:8123"
    return f"{parts.path}?{parts.query}"


def _closures() -> int:
    return db.session.scalar(select(func.count()).select_from(Closure)) or 0


def test_every_line_is_an_address_or_a_key(place: Place) -> None:
    printed = list(lines(place))
    keys = [line.split(" ") for line in printed if line.startswith("key ")]
    assert [name for _, name, _ in keys] == [
        "helpdesk",
        "analyst",
        "board-OCC",
        "board-joint",
        "operator",
    ]
    paths = [_path(line) for line in printed if not line.startswith("key ")]
    wanted = ("/board?ticket=", "/a/", "/demo/mailbox?", "/api/v1/openapi.json?", "/api/v1/docs?")
    assert len(paths) == len(wanted)
    assert all(path.startswith(start) for path, start in zip(paths, wanted, strict=True))


def test_where_nobody_was_asked_somebody_is_and_the_link_opens(
    place: Place, client: FlaskClient
) -> None:
    assert _closures() == 0
    address = next(line for line in lines(place) if "/a/" in line)
    assert _closures() == 1
    assert client.get(_path(address)).status_code == 200
    assert len(list((Path(place.folder) / "mail" / "new").iterdir())) == 1


def test_where_links_are_open_already_nobody_new_is_asked(
    place: Place, client: FlaskClient
) -> None:
    plant(0.01)
    db.session.commit()
    run(STATIONS["send"].step)
    before = _closures()
    address = next(line for line in lines(place) if "/a/" in line)
    assert client.get(_path(address)).status_code == 200
    assert _closures() == before


def test_the_answer_page_shows_questions_of_ones_own_wherever_it_can(
    place: Place, client: FlaskClient
) -> None:
    for service, hours in (("payroll", 2), ("pensions", 1)):
        make_invitation(make_closure(service=service), sent_at=now() - timedelta(hours=hours))
    db.session.commit()
    address = next(line for line in lines(place) if "/a/" in line)
    assert b'name="put_right"' in client.get(_path(address)).data


def test_the_board_page_opens_signed_in(place: Place, client: FlaskClient) -> None:
    address = next(lines(place))
    assert client.get(_path(address)).status_code == 200


def test_keys_open_what_their_role_may_see_and_no_more(place: Place, client: FlaskClient) -> None:
    def figures(name: str, partner: str) -> int:
        secret = place.key_secret(name)
        address = f"/api/v1/figures?partner={partner}"
        return client.get(address, headers=bearer(secret)).status_code

    assert figures("board-joint", "HCC") == figures("board-OCC", "OCC") == 200
    assert figures("analyst", "HCC") == 200
    assert figures("board-OCC", "HCC") in (404, 422)
    assert figures("helpdesk", "OCC") == 403
    for call in ("themes", "comments"):
        for name, status in (("analyst", 200), ("board-joint", 200), ("helpdesk", 403)):
            answer = client.get(f"/api/v1/{call}", headers=bearer(place.key_secret(name)))
            assert answer.status_code == status


def test_keys_are_made_once(place: Place) -> None:
    make_keys(place)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(ApiKey)) == len(ROLES)
