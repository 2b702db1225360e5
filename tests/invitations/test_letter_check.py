"""What is said of a letter: ours has nothing to mend, and each fault is told."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from survey.invitations.letter_check import look_at_letter
from survey.invitations.mail_commands import check
from tests.post.name_server import Records, naming

HOST = "survey.example.org"
RECEIVED = """\
Return-Path: <survey+code@example.org>
Authentication-Results: mx.example.net;
 dkim=pass header.d=example.org; spf=pass smtp.mailfrom=example.org; dmarc=pass
DKIM-Signature: v=1; d=example.org; s=s1;
 h=from:to:subject:list-unsubscribe:list-unsubscribe-post; bh=x; b=y
From: Hampshire survey <survey@example.org>
To: ada@example.net
Subject: Payroll enquiry INC-1
Date: Wed, 25 Nov 2026 10:00:00 +0000
Message-ID: <1@example.org>
Auto-Submitted: auto-generated
List-Unsubscribe: <https://survey.example.org/stop/x/OCC>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

https://survey.example.org/a/x
--b
Content-Type: text/html; charset=utf-8

<p><a href="https://survey.example.org/a/x">Satisfied</a></p>
--b--
"""
FAULTS = [
    ("Subject: Payroll", "Subject: FINAL NOTICE: Payroll", "subject", "dunning"),
    ("Message-ID: <1@example.org>\n", "", "Message-ID", "not there once"),
    ("<survey+code@example.org>", "<bounce@sender.example>", "From", "not aligned"),
    ("From: Hampshire survey <survey@example.org>", "From: a@b.example, c@d.example", "From", ""),
    ("List-Unsubscribe: <https://", "X-Other: <https://", "List-Unsubscribe", "missing"),
    ("List-Unsubscribe: <https:", "List-Unsubscribe: <http:", "List-Unsubscribe", "https"),
    ("List-Unsubscribe-Post:", "X-Post:", "List-Unsubscribe", "no click"),
    (":list-unsubscribe:list-unsubscribe-post;", ";", "List-Unsubscribe", "DKIM"),
    ("Content-Type: text/plain", "Content-Type: text/html", "text", "none beside"),
    ("<p>", '<p><img src="https://survey.example.org/p.gif">', "HTML", "<img"),
    ('href="https://survey', 'href="https://click.example', "links", "click.example"),
    ("<p>", "x" * 999, "lines", "more than 998"),
    ("dkim=pass", "dkim=fail", "DKIM on arrival", "fail"),
    ("dmarc=pass", "arc=none", "DMARC on arrival", "not noted"),
]


def test_a_good_letter_has_nothing_to_mend() -> None:
    looked = look_at_letter(RECEIVED.encode(), HOST)
    assert {one.level for one in looked} == {"ok"}


@pytest.mark.parametrize(("was", "becomes", "about", "told"), FAULTS)
def test_each_fault_of_a_letter_is_told(was: str, becomes: str, about: str, told: str) -> None:
    assert was in RECEIVED
    looked = look_at_letter(RECEIVED.replace(was, becomes, 1).encode(), HOST)
    assert any(f.level == "mend" and f.about == about and told in f.text for f in looked), looked


def test_whatever_is_no_letter_is_answered_too() -> None:
    for content in (b"", b"\x00\xff\r\n\r\n", b"From: \r\nContent-Type: multipart/mixed\r\n\r\n"):
        assert any(one.level == "mend" for one in look_at_letter(content, HOST))


@pytest.mark.parametrize("spf", ["v=spf1 a -all", "v=spf1 +all"])
def test_the_command_looks_at_the_domain_and_at_a_letter_of_ours(
    app: Flask, partnership: None, spf: str
) -> None:
    app.config.update(
        SURVEY_PUBLIC_URL=f"https://{HOST}", SURVEY_MAIL_FROM="survey@survey.example.org"
    )
    records: Records = {
        (HOST, "MX"): ["10 mail.example.org."],
        (HOST, "TXT"): [f'"{spf}"'],
        (f"s1._domainkey.{HOST}", "TXT"): ['"k=ed25519; p=AAAA"'],
        ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=reject"'],
    }
    with naming(records) as port:
        told = CliRunner().invoke(check, ["--selector", "s1", "--name-server", f"127.0.0.1:{port}"])
    assert told.exit_code == (1 if "+all" in spf else 0), told.output
    lines = told.stdout.splitlines()
    assert lines[0] == f"ok    returned letters: {HOST} receives mail"
    assert [line.split()[0] for line in lines].count("mend") == told.exit_code
    assert any(line.startswith("ok    List-Unsubscribe: stops by one click") for line in lines)


def test_the_command_looks_at_a_received_letter(app: Flask, tmp_path: Path) -> None:
    app.config["SURVEY_PUBLIC_URL"] = f"https://{HOST}"
    file = tmp_path / "received.eml"
    file.write_text(RECEIVED)
    told = CliRunner().invoke(check, ["--letter", str(file)])
    assert told.exit_code == 0
    assert "ok    DMARC on arrival: pass" in told.stdout.splitlines()
    file.write_text(RECEIVED.replace("dmarc=pass", "dmarc=fail"))
    told = CliRunner().invoke(check, ["--letter", str(file)])
    assert told.exit_code == 1
    assert "mend  DMARC on arrival: fail" in told.stdout.splitlines()
    assert told.stderr == "1 to mend\n"
