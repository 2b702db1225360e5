"""The app: every room's doors, each with its guard, put together.

`DOORS` is the one list of who may call what. A blueprint that is not in it is not served, and a
test fails on any route without a guard.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import survey.tables  # noqa: F401
from survey.access.guards import Guard, key_with, open_to_everyone, post_guards, signed_in
from survey.access.guessing import install_guesses
from survey.access.sign_in_routes import signing_in
from survey.access.signed_forms import install_sign_out
from survey.access.tickets import PAGE_SCOPES
from survey.config import Config
from survey.demo.mailbox import mailbox
from survey.enquiries.correction_routes import correcting
from survey.enquiries.routes import writing
from survey.foundation.api import install_api
from survey.foundation.assets import assets
from survey.foundation.database import db
from survey.foundation.documentation import documentation
from survey.foundation.keys import install_keys
from survey.foundation.languages import install_languages
from survey.foundation.logs import log_requests
from survey.foundation.metrics import count_requests
from survey.foundation.problems import Problem, install_problems
from survey.foundation.statement import statement
from survey.invitations.routes import stopping
from survey.operating import probes
from survey.partnership.colour_routes import colours
from survey.partnership.directory import NotLoaded
from survey.queue import install_queue
from survey.reports.board.routes import board
from survey.reports.pack.routes import packs
from survey.reports.releases.routes import freezing, released
from survey.reports.routes import figures_api
from survey.reports.said.routes import said_api
from survey.responses.consent_routes import thanking
from survey.responses.enquiry_routes import reading
from survey.responses.mail_routes import returning
from survey.responses.routes import answering

MIGRATIONS = Path(__file__).parent.parent / "migrations"
LARGEST_BODY = 2 * 1024 * 1024
# A web process answers this many requests at once, and each may need a connection: with fewer kept,
# connections would be opened and closed all the time.
THREADS = 8


@dataclass(frozen=True)
class Door:
    """A blueprint and who may pass."""

    blueprint: Blueprint
    guard: Guard


DOORS: tuple[Door, ...] = (
    Door(assets, open_to_everyone),
    Door(documentation, open_to_everyone),
    Door(statement, open_to_everyone),
    Door(colours, open_to_everyone),
    Door(probes, open_to_everyone),
    Door(writing, key_with("enquiries:write")),
    Door(correcting, key_with("enquiries:correct")),
    Door(reading, key_with("enquiries:read", "links:read")),
    Door(figures_api, key_with("figures:read", "figures:explore")),
    Door(said_api, key_with("comments:read", "figures:read")),
    Door(freezing, key_with("releases:write")),
    Door(released, key_with("figures:read", "releases:write")),
    Door(answering, open_to_everyone),
    Door(thanking, open_to_everyone),
    Door(stopping, open_to_everyone),
    Door(returning, key_with("operate")),
    Door(signing_in, open_to_everyone),
    Door(board, signed_in(*PAGE_SCOPES)),
    Door(packs, signed_in(*PAGE_SCOPES)),
)
DEMO_DOORS: tuple[Door, ...] = (Door(mailbox, open_to_everyone),)


class QuietFlask(Flask):
    """Flask, but an unforeseen error is logged by its route alone: see `foundation.problems`."""

    def log_exception(self, *_args: Any, **_more: Any) -> None:
        """Not here: Flask would write the path, and paths hold secrets."""


def create_app(config: Config | None = None) -> Flask:
    """The service, ready for requests and commands; settings from the environment unless given."""
    config = config or Config.from_environment()
    app = QuietFlask("survey", static_folder=None)
    app.config.update(
        config.for_flask(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        # Values of a failed statement would be written into the log.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": THREADS, "hide_parameters": True},
    )
    # Else a doubled slash is answered with a redirect, and that would say a secret once more.
    app.url_map.merge_slashes = False
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    install_languages(app, config.translations)
    install_keys(app, config.secret_keys, config.data_key)
    install_guesses(app)
    install_sign_out(app)
    install_problems(app)
    app.register_error_handler(NotLoaded, _not_loaded)
    install_queue(app)
    log_requests(app)
    count_requests(app)
    _open_doors(app)
    if config.trusted_proxies:
        # Of what a proxy says we believe where the visitor is, and nothing else.
        ours = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=0)
        app.wsgi_app = ours  # type: ignore[method-assign]
    return app


def _open_doors(app: Flask) -> None:
    doors = DOORS + (DEMO_DOORS if app.config["SURVEY_DEMO"] else ())
    install_api(app, [door.blueprint for door in doors])
    guards = {door.blueprint.name: door.guard for door in doors}
    post_guards(app, guards | {"api-docs": open_to_everyone})


def _not_loaded(error: NotLoaded) -> Response:
    return Problem(503, "Service Unavailable", str(error)).response()
