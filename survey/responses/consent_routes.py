"""After answering: thanks, what a person may allow then, and taking that back.

Looking changes nothing. A consent is stored by a POST of our own signed form alone, taken back by
the button of a page that has a link of its own. Without its reference the page is plain thanks.
"""

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale, get_locale, gettext
from itsdangerous import BadData
from werkzeug.wrappers import Response as AnyResponse

from survey.foundation.database import db
from survey.foundation.headers import private_page
from survey.foundation.keys import keys
from survey.foundation.languages import choose, for_the_person
from survey.foundation.straight import DATABASE_AWAY
from survey.responses.away import away, for_outages, later, note_outage
from survey.responses.consents import (
    KINDS,
    VERSION,
    Kind,
    asked_by,
    find_consent,
    give,
    standing,
    to_ask_for,
    withdraw,
    withdrawal_token,
    wording,
)
from survey.responses.model import Consent
from survey.responses.thanked import PATH, find_thanked

thanking = Blueprint("thanking", __name__, template_folder="pages")
thanking.after_request(private_page)
for_the_person(thanking)
for_outages(thanking)

FORM_FIELD = "consent_form"
PURPOSE = "consents"


@thanking.get(PATH)
def thanks() -> Response:
    """Thanks, with what may be allowed or is; plain while the database is away."""
    try:
        return _thanks()
    except DATABASE_AWAY as error:
        note_outage(error)
        return make_response(render_template("responses/thanks.html"))


@thanking.post(PATH)
def allow() -> AnyResponse:
    """Note what was ticked, then show it as it stands."""
    reference = request.args.get("answer", "")
    try:
        return _allow(reference)
    except DATABASE_AWAY as error:
        return _keep_for_later(reference, error)


def _allow(reference: str) -> AnyResponse:
    about, read = find_thanked(reference), _read_form(reference)
    if about is None:
        return make_response(render_template("responses/thanks_too_late.html"), 410)
    if read is None:
        return _thanks(
            gettext("We could not accept the form as it was sent. Please send it again.")
        )
    asked, language = read
    with force_locale(language):
        give(about, [kind for kind in asked if kind in request.form], language)
    db.session.commit()
    return redirect(url_for(".thanks", answer=reference, language=language, noted="yes"), 303)


@thanking.get("/consent/<token>")
def ask_to_withdraw(token: str) -> Response:
    """The button that takes a consent back; or that it was taken back."""
    consent = find_consent(token)
    if consent is None:
        return make_response(render_template("responses/unknown_consent.html"), 404)
    with force_locale(choose(consent.language)):
        page = "withdraw" if consent.withdrawn_at is None else "withdrawn"
        return _about(consent, page)


@thanking.post("/consent/<token>")
def take_back(token: str) -> AnyResponse:
    """Take a consent back; again makes no difference."""
    consent = find_consent(token)
    if consent is not None:
        withdraw(consent)
        db.session.commit()
    return ask_to_withdraw(token)


def _about(consent: Consent, page: str) -> Response:
    band, colour = asked_by(consent)
    return make_response(
        render_template(f"responses/{page}.html", consent=consent, band=band, colour=colour)
    )


def _keep_for_later(reference: str, error: Exception) -> Response:
    """The form again, as ticked, while the database is away."""
    read = _read_form(reference)
    if read is None:
        return away(error)
    note_outage(error)
    asked, language = read
    with force_locale(language):
        page = render_template(
            "responses/thanks.html",
            refused=gettext(
                "Sorry, we cannot note this at the moment. Your answer is stored: "
                "leave this page open, and send this again in a minute."
            ),
            asked=[(kind, wording(kind)) for kind in asked],
            ticked=[kind for kind in asked if kind in request.form],
            form_field=FORM_FIELD,
            signed=request.form[FORM_FIELD],
        )
    return later(make_response(page, 503))


def _thanks(refused: str = "") -> Response:
    reference = request.args.get("answer", "")
    about = find_thanked(reference)
    if about is None:
        return make_response(render_template("responses/thanks.html"))
    allowed = standing(about)
    asked = to_ask_for(about, allowed)
    page = render_template(
        "responses/thanks.html",
        refused=refused,
        band=about.partner,
        colour=about.colour,
        noted=request.args.get("noted"),
        allowed=[(consent.kind, withdrawal_token(consent.uuid)) for consent in allowed],
        asked=[(kind, wording(kind)) for kind in asked],
        form_field=FORM_FIELD,
        signed=_sign(reference, asked),
    )
    return make_response(page, 422 if refused else 200)


def _sign(reference: str, asked: Sequence[Kind]) -> str:
    """The hidden field: what is asked for after which answer, in which words and language."""
    return keys().sign(PURPOSE, [reference, asked, VERSION, str(get_locale())])


def _read_form(reference: str) -> tuple[list[Kind], str] | None:
    """What our form asked for, and in which language; None where it is not ours, or outdated."""
    try:
        about, asked, version, language = keys().unsign(PURPOSE, request.form.get(FORM_FIELD, ""))
    except BadData:
        return None
    if (about, version) != (reference, VERSION):
        return None
    return [kind for kind in KINDS if kind in asked], language
