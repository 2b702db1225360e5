"""What the operator's machines ask."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade
from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from survey.app import create_app
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.separation import policies_bind
from survey.upgrading import TooOld, bring_up_to_date
from tests.build import make_invitation
from tests.databases import Postgresql, config_for


def test_ready_says_how_old_the_oldest_work_is(client: FlaskClient, partnership: None) -> None:
    due = now() - timedelta(minutes=5)
    make_invitation(sent_at=None, next_attempt_at=due)
    db.session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert 300 <= answer.get_json()["oldest_due_seconds"]["send"] < 400
    kept_apart = {"postgresql": "in force", "sqlite": "none"}
    assert answer.get_json()["row_security"] == kept_apart[db.engine.dialect.name]


def test_a_superuser_through_whom_partners_are_not_kept_apart_is_told(
    postgresql: Postgresql, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = make_url(postgresql.fresh())
    admin = url.set(username=make_url(postgresql.admin).username)
    app = create_app(config_for(admin.render_as_string(hide_password=False), tmp_path))
    with app.app_context():
        bring_up_to_date()
        assert policies_bind() is False
        db.engine.dispose()
    assert "row_security.not_in_force" in "".join(capsys.readouterr())
    postgresql.drop(url.render_as_string(hide_password=False))


def test_a_server_that_is_too_old_is_refused_before_anything_is_changed(
    postgresql: Postgresql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.upgrading.OLDEST_POSTGRESQL", 99)
    url = postgresql.fresh()
    with create_app(config_for(url, tmp_path)).app_context():
        downgrade(revision="base")
        with pytest.raises(TooOld, match="PostgreSQL 99 or later is needed, and this is"):
            bring_up_to_date()
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        db.engine.dispose()
    postgresql.drop(url)


def test_not_ready_while_the_database_is_behind(app: Flask, client: FlaskClient) -> None:
    downgrade(revision="base")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "survey upgrade" in answer.get_json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_not_ready_before_a_partnership_is_loaded(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "survey partnership load" in answer.get_json()["detail"]
    assert client.get("/metrics").status_code == 200


def test_metrics_count_requests_by_route_and_never_by_path(
    client: FlaskClient, partnership: None
) -> None:
    client.get("/a/some-secret-token")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'survey_requests_total{method="GET",route="/a/<token>",status="404"}' in text
    assert "some-secret-token" not in text
    assert 'survey_oldest_due_seconds{step="send"}' in text
