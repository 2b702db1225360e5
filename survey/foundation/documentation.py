"""The API's document as a page to read: no script, and nothing fetched from elsewhere."""

from typing import Any

from flask import Blueprint, current_app, json, render_template

documentation = Blueprint("documentation", __name__, template_folder="pages")

METHODS = ("get", "post", "put", "patch", "delete")


@documentation.get("/api/v1/docs")
def read() -> str:
    """Every call with its parameters, bodies and answers."""
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].document()
    return render_template("documentation.html", spec=spec, calls=_calls(spec), as_json=_as_json)


def _calls(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, "shared": at.get("parameters", []), **at[method]}
        for path, at in spec["paths"].items()
        for method in METHODS
        if method in at
    ]


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2)
