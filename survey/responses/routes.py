"""Where people answer: by the link alone, without cookies and without scripts.

GET and HEAD only show. Only a POST of a form that we signed for this very link stores anything, so
that no mail scanner answers in a person's place; a score in the link merely pre-selects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, make_response, request, url_for
from flask_babel import force_locale
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from survey.access.guessing import unknown_link
from survey.foundation.clock import now
from survey.foundation.headers import private_page
from survey.foundation.languages import TRANSLATED, asked_for
from survey.foundation.visitors import address_in
from survey.questionnaire.answers import Errors, check, typed_in
from survey.questionnaire.questions import Questionnaire, current
from survey.responses import page
from survey.responses.broken_links import rating_in, token_in
from survey.responses.form_nonce import ShownForm, read_form, sign_form
from survey.responses.fresh import fresh_html
from survey.responses.links import find_link
from survey.responses.signs import Submit
from survey.responses.storing import Outcome, response_stored, store
from survey.responses.straight import DATABASE_AWAY

answering = Blueprint("answering", __name__, template_folder="pages")
answering.after_request(private_page)
log = structlog.get_logger()

# Room for a comment of 100,000 characters of any script, percent-encoded, to be shown again.
LARGEST_FORM = 1_500_000
RETRY_AFTER_SECONDS = "60"


@dataclass(frozen=True)
class Sent:
    """A form as it came: our two hidden fields, and the rest in the order it was sent."""

    signed: str
    trapped: bool
    fields: tuple[tuple[str, str], ...]


@answering.url_value_preprocessor
def mend_link(_endpoint: str | None, values: dict[str, str] | None) -> None:
    """Take the token out of what a mail program may have made of the link."""
    if values and "token" in values:
        values["token"] = token_in(values["token"])


@answering.get("/a/")
@answering.get("/a/<token>")
@answering.get("/a/<token>/")
def show(token: str = "") -> Response:
    """The form, with the overall rating of the link chosen already."""
    rating = rating_in(f"{request.path}?{request.query_string.decode(errors='replace')}")
    return _form_or_why_not(token, current(), {"rating": rating} if rating else {})


@answering.post("/a/<token>")
@answering.post("/a/<token>/")
def answer(token: str) -> AnyResponse:
    """Store what was answered, or show what to mend."""
    sent = _sent()
    try:
        return _answer(token, sent)
    except DATABASE_AWAY as error:
        return _keep_for_later(token, sent, error)


@answering.get("/thanks")
def thanks() -> Response:
    """Thanks, the same for every link, whose token is in no redirect and in no list of pages."""
    return page.plain_page("thanks")


@answering.errorhandler(RequestEntityTooLarge)
def too_large(_: Exception) -> Response:
    """Nobody types this much."""
    return page.plain_page("too_large", 413)


def away(error: Exception) -> Response:
    """The database cannot tell what the link is about."""
    log.error("database.away", route=str(request.url_rule), reason=type(error).__name__)
    return _later(page.plain_page("away", 503))


for _kind in DATABASE_AWAY:
    answering.register_error_handler(_kind, away)


def _answer(token: str, sent: Sent) -> AnyResponse:
    form = read_form(token, sent.signed)
    if form is None:
        asked = current()
        return _form_or_why_not(token, asked, typed_in(asked, sent.fields), page.not_our_form())
    result = check(form.questionnaire, sent.fields)
    if isinstance(result, Errors):
        with force_locale(form.language):
            complaints = page.in_words(result.mistakes, form.questionnaire)
        return _form_or_why_not(token, form.questionnaire, result.typed, complaints, form)
    outcome = store(token, form, result, _submit(form, sent))
    if outcome is Outcome.STORED:
        response_stored.send()
    if outcome in (Outcome.STORED, Outcome.STORED_BEFORE):
        language = form.language if form.language in TRANSLATED else None
        place = url_for(".thanks", language=language)
        return Response(status=303, headers={"Location": place})
    return _no_form(expired=outcome is Outcome.EXPIRED)


def _submit(form: ShownForm, sent: Sent) -> Submit:
    """What this request tells of whoever sent it."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose", "")
    return Submit(
        seconds=now().timestamp() - form.shown_at,
        fetched=form.fetched,
        trapped=sent.trapped,
        prefetch="prefetch" in purpose.lower(),
        agent=request.headers.get("User-Agent", ""),
        address=address_in(request.remote_addr),
    )


def _sent() -> Sent:
    request.max_content_length = LARGEST_FORM
    if request.mimetype != "application/x-www-form-urlencoded":
        return Sent("", trapped=False, fields=())
    # As Werkzeug's own parser would, in half the time.
    body = request.get_data(cache=False).decode(errors="replace")
    pairs = parse_qsl(body, keep_blank_values=True)
    ours = (page.FORM_FIELD, page.TRAP_FIELD)
    return Sent(
        signed=next((value for name, value in pairs if name == page.FORM_FIELD), ""),
        trapped=any(value for name, value in pairs if name == page.TRAP_FIELD),
        fields=tuple(pair for pair in pairs if pair[0] not in ours),
    )


def _form_or_why_not(
    token: str,
    questionnaire: Questionnaire,
    typed: Mapping[str, str],
    complaints: tuple[page.Complaint, ...] = (),
    before: ShownForm | None = None,
) -> Response:
    """The form with a fresh nonce; or, where the link is unknown or expired, a page that helps.

    `before` is the form that came back with mistakes.
    """
    link = find_link(token)
    if link is None or link.expired:
        language = asked_for() or (link.language if link else None)
        with force_locale(questionnaire.language_for(language)):
            return _no_form(expired=link is not None)
    language = questionnaire.language_for(asked_for() or link.language)
    fetched = request.method == "GET"
    signed = sign_form(token, questionnaire, language, before, fetched=fetched)
    form = page.Form(questionnaire, language, signed, link, typed, complaints)
    if complaints:
        return make_response(page.form_html(form), 422)
    return make_response(fresh_html(form, link))


def _no_form(*, expired: bool) -> Response:
    return page.plain_page("expired", 410) if expired else unknown_link(page.plain_html("unknown"))


def _keep_for_later(token: str, sent: Sent, error: Exception) -> Response:
    """The form again while the database is away.

    With the nonce it came with: if the answer did reach the disk, sending it again adds nothing.
    """
    log.error("database.away", route=str(request.url_rule), reason=type(error).__name__)
    form = read_form(token, sent.signed)
    asked = form.questionnaire if form else current()
    language = form.language if form else asked.language_for(asked_for())
    signed = sent.signed if form else sign_form(token, asked, language)
    typed = typed_in(asked, sent.fields)
    shown = page.Form(asked, language, signed, None, typed, page.database_away())
    return _later(make_response(page.form_html(shown), 503))


def _later(response: Response) -> Response:
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response
