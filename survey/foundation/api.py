"""The API's document (OpenAPI 3.1): its frame, and how every call is signed and fails."""

from collections.abc import Iterable
from threading import Lock
from typing import Any, cast

from flask import Blueprint, Flask, Response
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import Schema, fields

from survey.foundation.problems import PROBLEM_JSON

ABOUT = (
    "Enquiries go in, figures come out. Keys travel as `Authorization: Bearer SECRET`; "
    "every error is a problem (RFC 9457)."
)


class ProblemSchema(Schema):
    """An error, as RFC 9457 has it."""

    type = fields.String(metadata={"description": "What kind; about:blank says the status does"})
    title = fields.String(metadata={"description": "What went wrong"})
    status = fields.Integer(metadata={"description": "The HTTP status"})
    detail = fields.String(metadata={"description": "What to do about it"})
    errors = fields.Dict(metadata={"description": "Complaints by field, where there are fields"})


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest's API, but its errors are ours, and its document is written once it is read.

    Writing it is most of what making the service takes, and few processes are asked for it.
    """

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self._unwritten: list[ApiBlueprint] = []
        self._writing = Lock()
        super().__init__(app)

    def register_blueprint(self, blueprint: ApiBlueprint) -> None:
        """Register its routes at once; what the document says of them waits."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._unwritten.append(blueprint)

    def document(self) -> dict[str, Any]:
        """The document, as JSON has it."""
        with self._writing:
            while self._unwritten:
                next_one = self._unwritten[0]
                next_one.register_views_in_doc(
                    self, self._app, self.spec, name=next_one.name, parameters=None
                )
                self.spec.tag({"name": next_one.name, "description": next_one.description})
                del self._unwritten[0]
            return cast(dict[str, Any], self.spec.to_dict())

    def _openapi_json(self) -> Response:
        self.document()
        return cast(Response, super()._openapi_json())

    def _register_error_handlers(self) -> None:
        """Leave errors to `survey.foundation.problems`."""

    def _register_responses(self) -> None:
        # All of these answer errors; flask-smorest has one content type for them and for answers.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_JSON
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE


def install_api(app: Flask, blueprints: Iterable[Blueprint]) -> None:
    """Register blueprints, those of the API with its document at `/api/v1/openapi.json`."""
    app.config.update(
        API_TITLE="Survey",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": ABOUT}, "security": [{"key": []}]},
    )
    api = ProblemApi(app)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for blueprint in blueprints:
        registrar = api if isinstance(blueprint, ApiBlueprint) else app
        registrar.register_blueprint(blueprint)
