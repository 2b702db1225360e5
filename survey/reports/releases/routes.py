"""Releases over HTTP: freezing figures as reported, finding them again, and what changed since."""

import json
from typing import Any

from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import ValidationError

from survey.access.audit import record
from survey.access.caller import caller
from survey.enquiries.json_body import json_body
from survey.foundation.database import db
from survey.foundation.problems import Problem
from survey.partnership.directory import directory
from survey.reports.periods import parse
from survey.reports.refusals import refusals
from survey.reports.releases.comparing import changes
from survey.reports.releases.content import content_now
from survey.reports.releases.example import CHANGES_EXAMPLE, EXAMPLE, LIST_EXAMPLE
from survey.reports.releases.freezing import FROZEN, freeze, meant, must_be_sealed
from survey.reports.releases.model import Release
from survey.reports.releases.schema import (
    SIZE,
    ChangesAnswer,
    ListArguments,
    ReleaseAnswer,
    ReleasesAnswer,
    ReleaseToFreeze,
)
from survey.reports.releases.shown import page_of, release_named

BODY = {"required": True, "content": {"application/json": {"schema": ReleaseToFreeze}}}
TAG = {
    "ETag": {
        "description": "Send it back as If-None-Match: 304, since a release never changes.",
        "schema": {"type": "string"},
    }
}
LISTED = ("name", "period", "partners")

freezing = Blueprint(
    "freezing",
    __name__,
    url_prefix="/api/v1",
    description="Figures are frozen as they are reported to a board.",
)
released = Blueprint(
    "released",
    __name__,
    url_prefix="/api/v1",
    description="Figures as they were reported, for ever, and what has changed since.",
)


@freezing.route("/releases", methods=["POST"])
@freezing.doc(requestBody=BODY)
@freezing.response(201, ReleaseAnswer, example=EXAMPLE, headers=TAG, description="Frozen.")
@freezing.alt_response(
    200, schema=ReleaseAnswer, description="The same content was frozen before: that release."
)
@freezing.alt_response(404, description="No such partner, as far as the key may know.")
@freezing.alt_response(422, description="A month is not sealed yet, or a field is wrong: `errors`.")
def freeze_figures() -> Response:
    """Freeze the figures of sealed months as they are reported to a board.

    What is frozen: figures by month, by service and by partner and their total, the rules, and the
    versions of what made them. It never changes and is found under its id for ever.
    """
    wanted, known = _wanted(), directory()
    with refusals():
        period = parse(wanted["period"])
        partners = meant(wanted.get("partner"), period, caller().partners, known)
        must_be_sealed(period, known)
    release, is_new = freeze(period, partners, wanted.get("name"), caller().name, known)
    if is_new:
        period_named = f"{release.first_month}..{release.last_month}"
        record(FROZEN, str(release.uuid), period=period_named, partners=sorted(partners))
    db.session.commit()
    return _sent(release, 201 if is_new else 200)


@released.route("/releases")
@released.arguments(ListArguments, location="query")
@released.response(200, ReleasesAnswer, example=LIST_EXAMPLE)
def list_releases(arguments: dict[str, Any]) -> Response:
    """All releases that the key may see, newest first.

    That are those of whose partners none is hidden from it.
    """
    with refusals():
        releases, after = page_of(arguments.get("size", SIZE), arguments.get("cursor"))
    return _json({"releases": [_listed(release) for release in releases], "next": after})


@released.route("/releases/<release_id>")
@released.response(200, ReleaseAnswer, example=EXAMPLE, headers=TAG, description="As frozen.")
@released.alt_response(304, description="The caller has it: If-None-Match names it.")
@released.alt_response(404, description="No such release, as far as the key may know.")
def get_release(release_id: str) -> Response:
    """A release, the same to the byte whenever it is asked for."""
    return _sent(release_named(release_id), 200)


@released.route("/releases/<release_id>/changes")
@released.response(200, ChangesAnswer, example=CHANGES_EXAMPLE)
@released.alt_response(404, description="No such release, as far as the key may know.")
def get_changes(release_id: str) -> Response:
    """What the same question answers now against what was frozen, and why."""
    release = release_named(release_id)
    about = {"id": str(release.uuid), "fingerprint": release.fingerprint}
    now = content_now(release, directory())
    return _json(about | changes(json.loads(release.content), now))


def _wanted() -> dict[str, str]:
    """The body of the request, checked."""
    try:
        wanted: dict[str, str] = ReleaseToFreeze().load(json_body())
    except ValidationError as wrong:
        raise Problem(
            422, "Unprocessable Content", "Nothing was frozen: see `errors`.", errors=wrong.messages
        ) from None
    return wanted


def _sent(release: Release, status: int) -> Response:
    if request.method != "POST" and request.if_none_match.contains_weak(release.fingerprint):
        answer = current_app.response_class(status=304)
    else:
        answer = _json(_head(release) | json.loads(release.content), status)
    answer.set_etag(release.fingerprint)
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.vary.add("Authorization")
    return answer


def _listed(release: Release) -> dict[str, Any]:
    content = json.loads(release.content)
    return _head(release) | {name: content[name] for name in LISTED}


def _head(release: Release) -> dict[str, Any]:
    return {
        "id": str(release.uuid),
        "frozen_at": f"{release.frozen_at:%Y-%m-%dT%H:%M:%SZ}",
        "frozen_by": release.frozen_by,
        "fingerprint": release.fingerprint,
    }


def _json(answer: dict[str, Any], status: int = 200) -> Response:
    return current_app.response_class(
        json.dumps(answer), status=status, mimetype="application/json"
    )
