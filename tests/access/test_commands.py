"""`survey key …` and `survey ticket` as the operator types them."""

from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.access import api_keys
from survey.access.commands import key_group, ticket
from survey.access.model import AuditEntry
from survey.foundation.database import db
from survey.partnership.commands import partnership_group
from tests.databases import FOUNDING


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(key_group, words)
    return done.exit_code, done.stdout, done.stderr


def test_create_prints_the_secret_alone(app: Flask, partnership: None) -> None:
    code, out, _ = run("create", "occ", "--scope", "figures:read", "--partner", "OCC")
    assert code == 0
    somebody = api_keys.recognise(out.strip())
    assert somebody is not None
    assert somebody.partners == frozenset({"OCC"})


def test_mistakes_are_named(app: Flask, partnership: None) -> None:
    assert run("create", "x")[0] == 2
    assert run("create", "x", "--scope", "figures:reed")[0] == 2
    code, out, error = run("create", "x", "--scope", "operate", "--partner", "OOC")
    assert (code, out) == (1, "")
    assert "OCC" in error
    run("create", "x", "--scope", "operate")
    code, out, error = run("create", "x", "--scope", "operate")
    assert (code, out) == (1, "")
    assert "already" in error


def test_revoke_ends_a_key_and_says_so_again(app: Flask, partnership: None) -> None:
    secret = run("create", "x", "--scope", "operate")[1].strip()
    assert run("revoke", "x")[0] == 0
    assert api_keys.recognise(secret) is None
    assert run("revoke", "x")[0] == 0
    assert "nearest: x" in run("revoke", "xx")[2]


def test_list_shows_names_and_never_secrets(app: Flask, partnership: None) -> None:
    secret = run("create", "somebody", "--scope", "operate")[1].strip()
    out = run("list")[1]
    assert "somebody" in out
    assert secret.split("_")[2] not in out


def test_acts_are_audited(app: Flask, partnership: None) -> None:
    run("create", "x", "--scope", "operate")
    run("revoke", "x")
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts[-2:] == ["key created", "key revoked"]


def test_a_changed_partnership_is_audited_once(app: Flask) -> None:
    for _ in range(2):
        assert CliRunner().invoke(partnership_group, ["load", str(FOUNDING)]).exit_code == 0
    acts = db.session.scalars(select(AuditEntry.action)).all()
    assert acts == ["partnership loaded"]


def test_a_ticket_opens_the_board_page_until_the_key_is_revoked(
    app: Flask, client: FlaskClient, partnership: None
) -> None:
    run("create", "occ", "--scope", "figures:read", "--partner", "OCC")
    address = CliRunner().invoke(ticket, ["occ"]).stdout.strip()
    path = address.removeprefix(app.config["SURVEY_PUBLIC_URL"])
    assert client.get(path).status_code == 200
    # Cut, not altered: the last character of a signature holds bits that nobody reads.
    assert client.get(path[:-1]).status_code == 401
    assert client.get("/board").status_code == 401
    run("revoke", "occ")
    assert client.get(path).status_code == 401


def test_only_a_key_that_exists_gets_a_ticket(app: Flask, partnership: None) -> None:
    done = CliRunner().invoke(ticket, ["nobody"])
    assert done.exit_code == 1
    assert "nobody" in done.stderr


def test_a_key_that_opens_no_page_gets_no_ticket(app: Flask, partnership: None) -> None:
    run("create", "helpdesk", "--scope", "enquiries:write")
    done = CliRunner().invoke(ticket, ["helpdesk"])
    assert done.exit_code == 1
    assert "figures:read" in done.stderr
