"""What tests of figures stand on."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import PartnershipRow
from tests.conftest import MakeKey, bearer

BASE = 3
Get = Callable[..., TestResponse]


@pytest.fixture
def small_base(app: Flask, partnership: None) -> Iterator[None]:
    """The founding partnership with a minimum base that small examples reach; nothing stays."""
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = {**whole.settings, "minimum_base": BASE}
    db.session.commit()
    forget_directory()
    yield
    db.session.rollback()


@pytest.fixture
def get(client: FlaskClient, make_key: MakeKey) -> Get:
    """Asks for figures: `get("by=month", scope="figures:read", partners=("OCC",))`."""

    def send(
        query: str = "",
        scope: str = "figures:explore",
        partners: tuple[str, ...] = (),
        **headers: str,
    ) -> TestResponse:
        db.session.commit()
        secret = make_key(scope, partners=partners)
        return client.get(f"/api/v1/figures?{query}", headers=bearer(secret) | headers)

    return send
