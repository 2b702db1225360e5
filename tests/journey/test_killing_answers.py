"""Twenty people answer at once while the web and the database are killed at random.

Whoever was thanked (303) is there, once, as sent; whoever was refused is not. `KILLING_SECONDS=120
pytest -rP` this file for the whole measure, with what came about; the suite tries a shorter one.
`KILLING_SEED` draws other kills.
"""

import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey.app import create_app
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.partnership.file import read_file
from survey.partnership.loading import apply
from survey.questionnaire.shipped import current
from survey.responses.form_nonce import sign_form
from tests.build import make_invitation, token_of
from tests.databases import FOUNDING, Sqlite, build_schema, config_for
from tests.journey.answerers import Crowd, Sending
from tests.journey.crashing import CrashingPostgresql
from tests.journey.keeping import assert_kept, stored_answers, tell
from tests.processes import Deployment, answers, child_pids, free_port, kill_one_of, wait_until

SECONDS = float(os.environ.get("KILLING_SECONDS", "10"))
SEED = int(os.environ.get("KILLING_SEED", "4"))
CLIENTS = 20
# More than are answered.
LINKS = int(400 + 120 * SECONDS)
SETTLING = {303, 404, 410, 422}
FEWEST_KILLS = 5
KILLED_EVERY = (0.1, 2.0)
# So often the next kill waits until something was answered again; else it strikes meanwhile.
WAITED_FOR = 0.7
# What can be killed, and how often beside others: the web's first process takes long to start.
Kills = dict[str, tuple[int, Callable[[], None]]]


@pytest.fixture
def crashing() -> Iterator[CrashingPostgresql]:
    """Not below pytest's own folder, for the reason that `tests.conftest` gives."""
    with (
        tempfile.TemporaryDirectory(prefix="survey-pg-", ignore_cleanup_errors=True) as folder,
        CrashingPostgresql(Path(folder)) as server,
    ):
        build_schema(server.url, Path(folder))
        yield server


def test_on_sqlite_no_answer_is_lost_however_often_the_web_is_killed(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    answer_while_it_is_killed(Deployment(sqlite.fresh(), tmp_path), None)


def test_on_postgresql_no_answer_is_lost_however_often_web_and_database_are_killed(
    crashing: CrashingPostgresql, tmp_path: Path
) -> None:
    assert set(crashing.settings().values()) == {"on"}
    answer_while_it_is_killed(Deployment(crashing.url, tmp_path), crashing)


def answer_while_it_is_killed(here: Deployment, database: CrashingPostgresql | None) -> None:
    """Run the service, have people answer, kill; then look what is there."""
    app, port = create_app(config_for(here.database_url, here.folder)), free_port()
    with app.app_context():
        apply(read_file(FOUNDING))
        sendings = [made(number) for number in range(LINKS)]
        db.session.commit()
        db.engine.dispose()
        service = here.start("serve", "--port", str(port))
        try:
            wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), "the service")
            with Crowd(CLIENTS, port, sendings, SEED) as crowd:
                killed = kill_at_random(kills_of(service.pid, database), crowd)
        finally:
            here.stop()
        if database:
            wait_until(database.answers, "the database again")
        stored = stored_answers()
        tell(killed, crowd, sendings, stored)
        assert {sending.told for sending in sendings if sending.settled} == SETTLING
        assert_kept(sendings, stored)
        db.session.remove()
        db.engine.dispose()


def made(number: int) -> Sending:
    """A link and what is sent by it; of forty one each is refused for a reason of its own."""
    invitation = make_invitation()
    token = token_of(invitation)
    chance = random.Random(number)
    form = {
        "rating": str(chance.randint(1, 5)),
        "ease": str(chance.randint(1, 5)),
        "resolved": chance.choice(("yes", "partly", "no")),
        "comment": f"Number {number}, naïve and “quoted”",
    }
    kind = number % 40
    if kind == 0:
        return Sending(token, 422, {**form, "rating": ""})
    if kind == 10:
        return Sending(token, 422, {**form, "form_nonce": "made up"})
    if kind == 20:
        invitation.expires_at = now()
        return Sending(token, 410, {**form, "form_nonce": sign_form(token, current(), "en")})
    if kind == 30:
        unknown = f"unknown-{number}"
        return Sending(unknown, 404, {**form, "form_nonce": sign_form(unknown, current(), "en")})
    return Sending(token, 303, form)


def kills_of(service: int, database: CrashingPostgresql | None) -> Kills:
    """Killing the web's first process, which `serve` starts again, the database, or parts of them.

    Either starts anew what it has lost, the database all that it was doing.
    """
    chance = random.Random(SEED)

    def webs() -> list[int]:
        return child_pids(service, "\0web\0")

    def workers() -> list[int]:
        return [worker for web in webs() for worker in child_pids(web)]

    kills: Kills = {
        "web": (1, lambda: kill_one_of(webs(), chance)),
        "one of its workers": (3, lambda: kill_one_of(workers(), chance)),
    }
    if database:
        kills["database"] = (3, database.kill)
        kills["one of its backends"] = (3, lambda: database.kill_a_backend(chance))
    return kills


def kill_at_random(kills: Kills, crowd: Crowd) -> Counter[str]:
    """Kill for SECONDS, and until all was met with that can be; how often what was killed."""
    chance, end = random.Random(SEED), time.monotonic() + SECONDS
    killed: Counter[str] = Counter()

    def going_on() -> bool:
        enough = killed.total() >= FEWEST_KILLS and set(crowd.told) == SETTLING
        return crowd.busy() and (time.monotonic() < end or not enough)

    while going_on():
        time.sleep(chance.uniform(*KILLED_EVERY))
        what = chance.choices(list(kills), [weight for weight, _ in kills.values()])[0]
        kills[what][1]()
        killed[what] += 1
        if chance.random() < WAITED_FOR:
            wait_until(more_told(crowd), "an answer")
    return killed


def more_told(crowd: Crowd) -> Callable[[], bool]:
    """Whether anybody was told anything since, or nobody is left who could be."""
    before = crowd.told.total()
    return lambda: crowd.told.total() > before or not crowd.busy()
