"""`survey enquiries import` as the operator types it."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from survey.enquiries.commands import enquiries_group
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.partnership.directory import directory

SERVICENOW_LOG = Path(__file__).parents[3] / "shared" / "data" / "servicenow_incident_log.csv"
HEADER = "reference,partner,service,channel,opened_at,closed_at,outcome\n"
GOOD = "1,HCC,payroll,portal,2026-07-01T09:00:00Z,2026-07-02T09:00:00Z,resolved\n"
BAD = GOOD.replace("HCC", "HCCC")


def run(*words: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(enquiries_group, ["import", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(HEADER + GOOD)
    return path


def counted(out: str) -> Sequence[str]:
    return out.splitlines()[-5:]


def test_an_import_says_what_became_of_the_rows(
    app: Flask, partnership: None, export: Path
) -> None:
    code, out, error = run(export, "--source", "portal")
    assert code == 0
    assert counted(out) == [
        "accepted: 1",
        "already known: 0",
        "differs: 0",
        "rejected: 0",
        "skipped: 0 (0 superseded by a later row, 0 not closed)",
    ]
    assert error.startswith("no column for: source, directorate, topic")
    assert db.session.scalar(select(func.count(Closure.id))) == 1


def test_rejected_rows_are_told_on_stderr_and_in_a_file(
    app: Flask, partnership: None, export: Path
) -> None:
    export.write_text(HEADER + GOOD + BAD)
    code, out, error = run(export, "--source", "portal")
    assert code == 1
    assert "accepted: 1\n" in out
    assert "rejected: 1\n" in out
    assert "line 3: partner: unknown" in error
    assert f"1 rejected: {export.with_name('export.rejected.csv')} has them all" in error


def test_a_dry_run_says_what_would_have_happened(
    app: Flask, partnership: None, export: Path
) -> None:
    export.write_text(HEADER + GOOD + BAD)
    code, out, error = run(export, "--source", "portal", "--dry-run")
    assert code == 1
    assert out.startswith("dry run, nothing was stored")
    assert "accepted: 1\n" in out
    assert "line 3: partner: unknown" in error
    assert db.session.scalar(select(func.count(Closure.id))) == 0


def test_mistakes_are_named(app: Flask, partnership: None, export: Path, tmp_path: Path) -> None:
    assert run(export)[0] == 2
    assert run(tmp_path / "nothing.csv", "--source", "portal")[0] == 2
    assert run(tmp_path, "--source", "portal")[0] == 2
    assert run(os.devnull, "--source", "portal")[0] == 2
    code, out, error = run(export, "--source", "portal", "--mapping", "servicnow")
    assert (code, out) == (2, "")
    assert "nearest: servicenow" in error
    code, out, error = run(export, "--source", "potral")
    assert (code, out) == (1, "")
    assert "unknown source potral; nearest: portal" in error
    code, out, error = run(export, "--source", "portal", "--mapping", "servicenow")
    assert (code, out) == (1, "")
    assert "number (for reference, last_row_per)" in error
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("colums = 1")
    code, out, error = run(export, "--source", "portal", "--mapping", wrong)
    assert (code, out) == (1, "")
    assert "colums: unknown key" in error
    export.write_bytes(b"")
    code, out, error = run(export, "--source", "portal")
    assert (code, out) == (1, "")
    assert "is empty; nothing was stored" in error


def test_the_help_shows_examples() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "survey enquiries import incident.csv --source servicenow --mapping servicenow" in out


def test_the_servicenow_log_is_imported_whole(
    app: Flask, partnership: None, tmp_path: Path
) -> None:
    if not SERVICENOW_LOG.exists():
        assert not os.environ.get("REQUIRE_ALL"), "../shared/data is required and absent"
        pytest.skip("../shared/data/servicenow_incident_log.csv is absent")
    copy = tmp_path / "log.csv"
    copy.write_bytes(SERVICENOW_LOG.read_bytes())
    code, out, _ = run(copy, "--source", "servicenow", "--mapping", "servicenow")
    assert code == 0
    assert counted(out) == [
        "accepted: 890",
        "already known: 0",
        "differs: 0",
        "rejected: 0",
        "skipped: 5108 (5108 superseded by a later row, 0 not closed)",
    ]
    with copy.open(newline="") as file:
        expected = {line["number"]: line for line in csv.DictReader(file)}
    closures = db.session.scalars(select(Closure)).all()
    assert {closure.reference for closure in closures} == expected.keys()
    for closure in closures:
        line = expected[closure.reference or ""]
        local = closure.closed_at.astimezone(directory().zone)
        assert f"{local:%d-%m-%Y %H:%M}" == line["closed_at"]
        assert closure.topic == (None if line["category"] == "?" else line["category"])
    people = {closure.person_hash for closure in closures}
    assert len(people) == len({line["caller_id"] for line in expected.values()})
