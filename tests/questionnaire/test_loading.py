"""Questionnaires of one's own: checked, loaded as versions, and asked where the file says so."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from survey.access.model import AuditEntry
from survey.cli import cli
from survey.foundation.database import db
from survey.foundation.toml_files import WrongFile
from survey.partnership.directory import directory
from survey.questionnaire.choosing import asked_about
from survey.questionnaire.library import NEWEST_KEPT_SECONDS, labels, newest, version
from survey.questionnaire.loading import store
from survey.questionnaire.model import QuestionnaireRow
from survey.questionnaire.shipped import current
from tests.processes import wait_until
from tests.questionnaire.written import (
    RATING,
    WHOLE,
    load_questionnaire,
    name_questionnaires,
    question,
)

Run = Callable[..., Result]
ONE = RATING + question("via", "choice", options=("phone", "mail"))
REWORDED = ONE.replace("Via?", "How did you reach us?")
LONGER = RATING + question("via", "choice", options=("phone", "mail", "chat"))


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """Runs a command on a file with this text."""

    def command(words: str, content: str = ONE) -> Result:
        file = tmp_path / "own.toml"
        file.write_text(content)
        return CliRunner().invoke(cli, [*words.split(), str(file)])

    return command


def test_a_change_makes_a_version_and_the_same_again_none(run: Run) -> None:
    for content, said in (
        (ONE, "own 1 loaded\n"),
        ("# a note\n" + ONE, "nothing changed: own 1 asks the same\n"),
        (REWORDED, "own 2 loaded\n"),
        (
            LONGER,
            "own 3 loaded\nvia has another scale than before: it is counted apart, as via@own.3\n",
        ),
    ):
        loaded = run("questionnaire load own", content)
        assert (loaded.exit_code, loaded.output) == (0, said)
    listed = CliRunner().invoke(cli, ["questionnaire", "list"]).output
    assert listed == f"default {current().version}\nown 3\n"
    noted = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(each.action, each.subject, each.detail["version"]) for each in noted] == [
        ("questionnaire loaded", "own", 1),
        ("questionnaire loaded", "own", 2),
        ("questionnaire loaded", "own", 3),
    ]


def test_a_wrong_file_is_told_whole_and_loads_nothing(run: Run) -> None:
    wrong = ONE.replace('5 = "Very"', "") + question("ease", "choice", options=("a", "b"))
    for words in ("questionnaire load own", "questionnaire check"):
        refused = run(words, wrong)
        assert refused.exit_code == 1
        assert "questions[1].texts.en.options: must word exactly" in refused.output
        assert "questions[3].kind: the key ease is always of the kind effort" in refused.output
    assert db.session.scalars(select(QuestionnaireRow)).all() == []
    assert run("questionnaire check").output == "2 questions in en: nothing is wrong\n"


def test_of_two_that_load_the_same_name_at_once_each_is_told_what_became_of_it(
    app: Flask, run: Run
) -> None:
    said: list[str] = []

    def somebody_else() -> None:
        with app.app_context():
            said.append(run("questionnaire load own", LONGER).output)

    assert store("own", ONE.encode()).version == 1
    other = Thread(target=somebody_else)
    other.start()
    if on_postgresql := db.engine.dialect.name == "postgresql":
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        wait_until(lambda: bool(db.session.scalar(waits)), "the other to wait for us")
    db.session.commit()
    other.join()
    # SQLite has them load one after the other.
    told = "at the same moment; if" if on_postgresql else "own 2 loaded"
    assert told in said[0]
    again = run("questionnaire load own", LONGER).output
    assert ("own 2 loaded" if on_postgresql else "nothing changed: own 2") in again


def test_a_language_that_no_page_speaks_is_refused(run: Run) -> None:
    polish = RATING + RATING[RATING.index("[questions.texts") :].replace(".en", ".pl")
    refused = run("questionnaire check", polish)
    assert refused.exit_code == 1
    assert "questions[1].texts.pl: no page speaks it; known: en, cy" in refused.output


@pytest.mark.parametrize("name", ["default", "Own", "1st", "x" * 41])
def test_a_name_must_be_one(run: Run, name: str) -> None:
    refused = run(f"questionnaire load {name}")
    assert refused.exit_code == 2
    assert "is no name for a questionnaire" in refused.output


@pytest.mark.parametrize(
    "change", ["UPDATE questionnaire SET version = 9", "DELETE FROM questionnaire"]
)
def test_the_database_refuses_to_change_a_version(app: Flask, change: str) -> None:
    load_questionnaire("own", ONE)
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(text(change))


@pytest.mark.usefixtures("partnership")
def test_the_narrowest_place_that_names_a_questionnaire_wins(app: Flask) -> None:
    for name in ("all", "hcc", "payroll"):
        load_questionnaire(name, ONE)
    name_questionnaires(asking="all", partners={"HCC": "hcc"}, services={"payroll": "payroll"})
    told = directory().settings
    for partner, service, name in (
        ("HCC", "payroll", "payroll"),
        ("HCC", "hr", "hcc"),
        ("OCC", "payroll", "payroll"),
        ("OCC", "hr", "all"),
    ):
        assert asked_about(told, partner, service).name == name


@pytest.mark.usefixtures("partnership")
def test_a_partnership_file_that_names_an_unknown_questionnaire_is_refused(app: Flask) -> None:
    load_questionnaire("payroll", ONE)
    with pytest.raises(WrongFile) as refusal:
        name_questionnaires(asking="nobody", services={"payroll": "payrol"})
    assert [mistake.partition(";")[0] for mistake in refusal.value.mistakes] == [
        "asking.questionnaire: unknown",
        "services.payroll.asking.questionnaire: unknown",
    ]
    assert "nearest known: payroll" in refusal.value.mistakes[1]


def test_without_any_the_one_that_comes_with_the_service_is_asked(app: Flask) -> None:
    assert newest("default") is current()
    assert newest("lost") is current()
    assert version("lost", 1) is None
    assert labels()["default", 1, "ease"] == "ease"


def test_what_another_process_loads_is_seen_within_seconds(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("own", ONE.encode())
    db.session.commit()
    assert newest("own").version == 1
    store("own", LONGER.encode())
    db.session.commit()
    assert newest("own").version == 1
    later = time.monotonic() + NEWEST_KEPT_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert newest("own").version == 2


def test_a_preview_is_the_whole_page_in_one_file(run: Run) -> None:
    shown = run("questionnaire preview", WHOLE)
    assert shown.exit_code == 0
    assert "<style>" in shown.output
    assert 'rel="stylesheet"' not in shown.output
    assert "If you answered “Option no” or “Option partly” to “Resolved?”" in shown.output
    refused = run("questionnaire preview --language cy", WHOLE)
    assert refused.exit_code == 2
    assert "known: en" in refused.output
