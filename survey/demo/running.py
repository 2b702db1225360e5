"""Runs the demo: sets everything up where it is missing, says how to get in, and serves.

What is set up once stays: the partnership, the two years of made-up history, the keys. The service
then runs as `survey serve` does, with everything it would log put into a file.
"""

import http.client
import os
import signal
import socket
import time
from multiprocessing import get_context
from pathlib import Path

import click
from rich.console import Console

from survey.app import create_app
from survey.demo.doors import lines, make_keys
from survey.demo.partnership import load_partnership
from survey.demo.place import Place, open_place
from survey.demo.planting import plant
from survey.foundation.database import db
from survey.foundation.logs import configure_logs
from survey.foundation.steps import run as run_step
from survey.journey import STATIONS
from survey.serve import serve
from survey.upgrading import bring_up_to_date

HOST = "127.0.0.1"
SECONDS_TO_START = 60
LOOK_EVERY = 0.1


class PortTaken(Exception):
    """Something else answers on the port."""


def run(folder: Path, port: int) -> None:
    """Set up what is missing, print the ways in once the service answers, serve until stopped.

    Raises:
        PortTaken: another program listens there.
        SeedLost: the folder's database cannot be read any more.
    """
    _check_port(port)
    place = open_place(folder, port)
    os.environ.update(place.environment())
    configure_logs()
    ways_in = set_up(place)
    # A process and not a thread, since serving forks.
    get_context("fork").Process(target=_announce, args=(place, ways_in), daemon=True).start()
    _log_to(place.log)
    serve(HOST, port)


def set_up(place: Place) -> list[str]:
    """Make the demo whole, as far as it is not, and say how to get in: a line for each way."""
    console = Console(stderr=True)
    app = create_app()
    with app.app_context():
        bring_up_to_date()
        load_partnership()
        with console.status("Planting two years of made-up enquiries …"):
            planted = plant()
            make_keys(place)
            db.session.commit()
        if planted:
            with console.status("Reading comments, sending the last letters, sealing months …"):
                for step in ("read", "send", "seal"):
                    run_step(STATIONS[step].step)
        ways_in = list(lines(place))
        db.session.remove()
        db.engine.dispose()
    return ways_in


def _check_port(port: int) -> None:
    """Whoever answers there already would be taken for the demo."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            reason = f"port {port} cannot be used ({error.strerror}): choose another"
            raise PortTaken(reason) from None


def _log_to(file: Path) -> None:
    """Have what this process and its children say on standard error go into a file."""
    with file.open("ab") as log:
        os.dup2(log.fileno(), 2)


def _announce(place: Place, ways_in: list[str]) -> None:
    """Print the ways in as soon as they lead somewhere."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if not _answers(place.port):
        click.echo(f"Error: the service has not started; {place.log} says why", err=True)
        return
    click.echo("\n".join(ways_in))
    click.echo(
        "Ready: board page, answer page, mailbox, API document, the same to read, keys. "
        f"What happens is logged in {place.log}. Commands find this demo after "
        f"`. {place.write_settings()}`. Ctrl-C stops it.",
        err=True,
    )


def _answers(port: int) -> bool:
    """Wait until the service is alive; False if it is not within a minute."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(LOOK_EVERY)
    return False
