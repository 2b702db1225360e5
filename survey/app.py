"""The app: every room's doors, each with its guard, put together.

`DOORS` is the one list of who may call what. A blueprint that is not in it is not served, and a
test fails on any route without a guard.
"""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_smorest import Api

import survey.tables  # noqa: F401
from survey.access.guards import Guard, key_with, open_to_everyone, post_guards, signed_in
from survey.config import Config
from survey.foundation.database import db
from survey.foundation.keys import install_keys
from survey.foundation.logs import log_requests
from survey.foundation.problems import install_problems

MIGRATIONS = Path(__file__).parent.parent / "migrations"
LARGEST_BODY = 2 * 1024 * 1024


@dataclass(frozen=True)
class Door:
    """A blueprint and who may pass."""

    blueprint: Blueprint
    guard: Guard


DOORS: tuple[Door, ...] = (
    Door(
        Blueprint(
            "foundation",
            "survey.foundation",
            template_folder="pages",
            static_folder="pages/static",
            static_url_path="/static",
        ),
        open_to_everyone,
    ),
)


def _arriving() -> tuple[Door, ...]:
    """While the rooms are being built: the doors that exist already."""
    from importlib import import_module

    found = []
    for module, name, guard in (
        ("survey.enquiries.routes", "writing", key_with("enquiries:write")),
        ("survey.invitations.routes", "reading", key_with("enquiries:read")),
        ("survey.responses.enquiry_routes", "reading", key_with("enquiries:read")),
        ("survey.invitations.routes", "stopping", open_to_everyone),
        ("survey.responses.routes", "answering", open_to_everyone),
        ("survey.reports.routes", "figures_api", key_with("figures:read", "figures:explore")),
        ("survey.reports.board", "board", signed_in("figures:read", "figures:explore")),
    ):
        try:
            found.append(Door(getattr(import_module(module), name), guard))
        except (ImportError, AttributeError):
            continue
    return tuple(found)


def create_app(config: Config | None = None) -> Flask:
    """The service, ready for requests and commands; settings from the environment unless given."""
    config = config or Config.from_environment()
    app = Flask("survey", static_folder=None)
    app.config.update(
        config.for_flask(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        API_TITLE="Survey",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    Babel(app)
    install_keys(app, config.secret_keys, config.data_key)
    install_problems(app)
    log_requests(app)
    _open_doors(app)
    return app


def _open_doors(app: Flask) -> None:
    doors = DOORS + _arriving()
    api = Api(app)
    for door in doors:
        register = api if hasattr(door.blueprint, "definition") else app
        register.register_blueprint(door.blueprint)
    post_guards(
        app, {door.blueprint.name: door.guard for door in doors} | {"api-docs": open_to_everyone}
    )
