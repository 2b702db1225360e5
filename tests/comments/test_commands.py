"""`survey comments …` at the command line."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from survey.access.model import AuditEntry
from survey.cli import cli
from survey.comments import lines, reading
from survey.comments.model import Reading
from survey.comments.understanding import METHOD
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from tests.build import make_closure, make_invitation, make_response

KEYS = ["sentiment", "polarity", "themes", "redacted", "spans", "method", "confidence"]
MORE_KEYS = ["words", "mentions", "hints", "urgent", "at_odds"]


def read(given: str | bytes, *options: str) -> Any:
    return CliRunner().invoke(cli, ["comments", "read", *options], input=given)


def test_each_line_is_answered_in_order_with_the_keys_of_the_interface() -> None:
    comments = [
        {"text": "Very helpful, thank you", "rating": 5},
        {"text": "n/a", "rating": None, "question": None},
        {"text": "Nothing", "question": "What could be better?"},
        {"text": ""},
        {"text": "\ud800 lone"},
    ]
    done = read("\n".join(json.dumps(one) for one in comments) + "\n\n")
    assert done.exit_code == 0, done.output
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 5
    assert [list(one) for one in answers] == [KEYS + MORE_KEYS] * 5
    assert [one["sentiment"] for one in answers[:2]] == ["positive", "none"]
    assert {one["method"] for one in answers} == {METHOD}


WRONG = [
    "not json",
    "[]",
    '"text"',
    "{}",
    '{"text": 3}',
    '{"text": "x", "rating": 6}',
    '{"text": "x", "rating": true}',
    '{"text": "x", "rating": "5"}',
    '{"text": "x", "question": 1}',
    "[" * 100_000,
]


def test_a_bad_line_is_named_and_the_others_are_read() -> None:
    good = '{"text": "Good"}'
    done = read("\n".join([good, *WRONG, good]).encode() + b'\n{"text": "\xff"}\n')
    assert done.exit_code == 1
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert len(answers) == 3 + len(WRONG)
    assert [answers[0]["redacted"], answers[1 + len(WRONG)]["redacted"]] == ["Good", "Good"]
    # What cannot be used beside a text does not keep the text from being read.
    assert [answer["redacted"] for answer in answers if answer.get("redacted") == "x"]
    assert {"error"} in [set(answer) for answer in answers]
    told = [line.split(":")[0] for line in done.stderr.splitlines()]
    assert told == [f"line {number}" for number in (*range(2, 2 + len(WRONG)), 3 + len(WRONG))]


def test_empty_lines_are_passed_over_and_lines_are_still_told_by_their_number() -> None:
    done = read(b'\n{"text": "Good"}\r\n \r\nx\n\n')
    assert [set(json.loads(answer)) == {"error"} for answer in done.stdout.splitlines()] == [
        False,
        True,
    ]
    assert done.stderr.startswith("line 4:")


@pytest.mark.parametrize("rating", ["1", "1.0"])
def test_a_whole_rating_may_be_written_with_a_point(rating: str) -> None:
    done = read(f'{{"text": "Excellent, thank you", "rating": {rating}}}\n'.encode())
    assert done.exit_code == 0
    assert json.loads(done.stdout)["at_odds"] is True


@given(st.binary(max_size=200))
def test_no_line_breaks_the_command(line: bytes) -> None:
    with suppress(lines.BadLine):
        lines.read(lines.parse(line))


def test_it_needs_no_settings_and_answers_while_more_is_to_come() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    with subprocess.Popen(
        [sys.executable, "-m", "survey", "comments", "read"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=clean,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(b'{"text": "Good"}\n')
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["sentiment"] == "positive"
        process.stdin.close()
        assert process.wait(60) == 0


def test_themes_of_ones_own_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "themes.toml"
    file.write_text('name = "Ours"\n[themes.Parking]\nname = "Parking"\nwords = []\n')
    done = read("", "--themes", str(file))
    assert done.exit_code == 1
    assert "themes.Parking" in done.stderr
    assert "1 to 40 lower case" in done.stderr


def test_themes_of_ones_own_are_found_and_named_in_the_method(tmp_path: Path) -> None:
    file = tmp_path / "themes.toml"
    file.write_text('[themes.parking]\nname = "Parking"\nwords = ["car park*"]\n')
    (own,) = read('{"text": "The car parking is bad"}', "--themes", str(file)).stdout.splitlines()
    assert "parking" in json.loads(own)["themes"]
    assert json.loads(own)["method"].startswith(f"{METHOD}+")


def test_what_was_written_is_shown_and_that_is_noted(app: Flask, partnership: None) -> None:
    closure = make_closure(source="portal", reference="INC 1")
    response = make_response(make_invitation(closure), comment="Ada was rude", rating=1)
    make_response(comment="Somebody else")
    db.session.commit()
    run(Step("read", reading.read_comments, reading.oldest_due))
    done = CliRunner().invoke(cli, ["comments", "show", "portal", "INC 1"])
    assert done.exit_code == 0, done.output
    assert "Ada was rude" in done.output
    assert "rating 1, negative" in done.output
    assert "Somebody else" not in done.output
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "comment shown")).one()
    assert entry.subject == f"response {response.uuid}"
    assert entry.detail["user"]
    assert "INC 1" not in str(entry.detail)


def test_a_short_text_without_a_comment_is_shown_by_its_key(app: Flask, partnership: None) -> None:
    closure = make_closure(source="portal", reference="INC 1")
    texts = keys().encrypt(json.dumps({"else": "A desk"}))
    make_response(make_invitation(closure), texts=texts, rating=2)
    db.session.commit()
    done = CliRunner().invoke(cli, ["comments", "show", "portal", "INC 1"])
    assert done.exit_code == 0, done.output
    assert "rating 2, no comment" in done.output
    assert "else: A desk" in done.output


@pytest.mark.parametrize("where", [("portal", "INC 2"), ("contact-centre", "INC 1")])
def test_what_nobody_wrote_is_not_shown(
    app: Flask, partnership: None, where: tuple[str, str]
) -> None:
    closure = make_closure(source="portal", reference="INC 1")
    make_response(make_invitation(closure), comment="Ada was rude", rating=1)
    db.session.commit()
    done = CliRunner().invoke(cli, ["comments", "show", *where])
    assert done.exit_code == 1
    assert "no comment is held" in done.stderr


def test_all_is_read_again_in_several_processes(app: Flask, partnership: None) -> None:
    responses = {make_response(comment="Good").id for _ in range(30)}
    db.session.commit()
    run(Step("read", reading.read_comments, reading.oldest_due))
    before = set(db.session.scalars(select(Reading.id)))
    db.session.rollback()
    done = CliRunner().invoke(cli, ["comments", "reread", "--processes", "2"])
    assert done.exit_code == 0, done.output
    assert METHOD in done.stdout
    after = db.session.execute(select(Reading.id, Reading.response_id)).all()
    assert {row.response_id for row in after} == responses
    assert not before & {row.id for row in after}
