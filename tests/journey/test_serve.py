"""`survey serve` as an operator meets it: started, its halves killed, and stopped."""

import json
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from survey.foundation.clock import now
from tests.databases import FOUNDING
from tests.processes import Deployment, answers, children_of, free_port, plain_text, wait_until

# Long enough ago that an hour of opening has passed since, whatever day it is.
CLOSED = now() - timedelta(days=7)
LINK = re.compile(r"http://survey\.test/a/([\w-]+)")


@pytest.fixture
def deployment(database_url: str, tmp_path: Path) -> Iterator[Deployment]:
    """An installation with the founding partnership."""
    here = Deployment(database_url, tmp_path)
    assert here.run("upgrade").returncode == 0
    done = here.run("partnership", "load", str(FOUNDING))
    assert done.returncode == 0, done.stderr
    yield here
    here.stop()


def send_enquiries(port: int, key: str, numbers: range) -> dict[str, int]:
    """Close one enquiry a number a week ago, each by somebody else."""
    items = [
        {
            "source": "portal",
            "reference": f"E-{number}",
            "partner": "OCC",
            "service": "payroll",
            "channel": "portal",
            "opened_at": (CLOSED - timedelta(days=1)).isoformat(),
            "closed_at": CLOSED.isoformat(),
            "outcome": "resolved",
            "email": f"person{number}@occ.example",
        }
        for number in numbers
    ]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/enquiries",
        json.dumps({"enquiries": items}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        told: dict[str, int] = json.load(answer)
    return told


def send_again_until_told(port: int, key: str, numbers: range) -> dict[str, int]:
    """As a helpdesk does: whoever was cut off sends again, which is safe."""
    told: list[dict[str, int]] = []

    def arrives() -> bool:
        try:
            told.append(send_enquiries(port, key, numbers))
        except (ConnectionError, urllib.error.URLError):
            return False
        return True

    wait_until(arrives, "an answer")
    return told[0]


def test_the_service_survives_the_death_of_either_half(deployment: Deployment) -> None:
    port = free_port()
    key = deployment.run("key", "create", "helpdesk", "--scope", "enquiries:write").stdout.strip()
    service = deployment.start("serve", "--port", str(port))
    ready = f"http://127.0.0.1:{port}/readyz"
    wait_until(lambda: answers(ready), "the service")

    assert send_enquiries(port, key, range(20))["accepted"] == 20
    wait_until(lambda: len(deployment.letters()) == 20, "twenty letters")

    halves = children_of(service.pid)
    assert set(halves) == {"web", "work"}
    os.kill(halves["work"], signal.SIGKILL)
    os.kill(halves["web"], signal.SIGKILL)
    wait_until(lambda: len(children_of(service.pid).keys() & {"web", "work"}) == 2, "both halves")
    wait_until(lambda: answers(ready), "the service again")

    told = send_again_until_told(port, key, range(40))
    assert told["accepted"] + told["already_known"] == 40
    assert told["differs"] == 0
    wait_until(lambda: len(deployment.letters()) == 40, "twenty more letters")

    texts = [plain_text(letter.read_bytes()) for letter in deployment.letters()]
    tokens = {token for text in texts for token in LINK.findall(text)}
    assert len(tokens) == 40
    # What answered so far may be what the killed web server left, which ends when it sees that.
    for token in tokens:
        link = f"http://127.0.0.1:{port}/a/{token}?rating=3"
        wait_until(lambda link=link: answers(link), "a page")  # type: ignore[misc]

    service.send_signal(signal.SIGTERM)
    assert service.wait(60) == 0
    assert not answers(ready)
    said = deployment.log_of("serve")
    assert {type(json.loads(line)) for line in said.splitlines()} == {dict}
    assert '"/a/<token>"' in said
    assert not any(token in said for token in tokens)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_reaches_both_halves(deployment: Deployment, how: signal.Signals) -> None:
    port = free_port()
    service = deployment.start("serve", "--port", str(port))
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the service")
    halves = children_of(service.pid)
    service.send_signal(how)
    assert service.wait(60) == 0
    assert [pid for pid in halves.values() if Path(f"/proc/{pid}").exists()] == []


def test_no_half_outlives_a_parent_that_was_killed(deployment: Deployment) -> None:
    service = deployment.start("serve", "--port", str(free_port()))
    wait_until(lambda: set(children_of(service.pid)) == {"web", "work"}, "both halves")
    halves = children_of(service.pid)
    service.kill()
    service.wait()
    wait_until(
        lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in halves.values()),
        "both halves to end",
    )


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("SURVEY_SECRET_KEY", "short", "SURVEY_SECRET_KEY"),
        ("SURVEY_DATA_KEY", "", "SURVEY_DATA_KEY"),
        ("SURVEY_PUBLIC_URL", "survey.example.org", "SURVEY_PUBLIC_URL"),
        ("SURVEY_MAIL_URL", "pigeon:post", "SURVEY_MAIL_URL"),
        ("SURVEY_MAIL_FROM", "nobody", "SURVEY_MAIL_FROM"),
        ("SURVEY_DATABASE_URL", "oracle://x", "SURVEY_DATABASE_URL"),
        ("SURVEY_DEMO", "perhaps", "SURVEY_DEMO"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, setting: str, value: str, says: str
) -> None:
    here = Deployment(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, {setting: value})
    done = here.run("serve")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_upgrade_makes_the_folder_of_the_database(tmp_path: Path) -> None:
    here = Deployment(f"sqlite:///{tmp_path / 'not' / 'yet' / 'survey.db'}", tmp_path)
    assert here.run("upgrade").returncode == 0
    assert here.run("work", "--until-idle").stderr.startswith("Error: no partnership is loaded")


def test_a_broken_request_is_a_400_and_its_path_is_in_no_log(deployment: Deployment) -> None:
    port = free_port()
    service = deployment.start("serve", "--port", str(port))
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the service")
    form = b"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head = b"POST /a/secret-token HTTP/1.1\r\n" + form
    chunks = head + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n"
    for request in (
        chunks,
        b"GET /a/secret-token\r\n\r\n",
        b"GET /a/secret-token\xff HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(request)
            assert b" 400 " in connection.recv(4096)
    service.terminate()
    assert service.wait(60) == 0
    assert "secret-token" not in deployment.log_of("serve")
