"""Where people answer: by the link alone, without cookies and without scripts.

GET and HEAD only show. Only a POST of a form that we signed for this very link stores anything, so
that no mail scanner answers in a person's place; a score in the link merely pre-selects.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, make_response, request
from flask_babel import force_locale
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from survey.foundation.headers import page_with_script
from survey.foundation.languages import choose, for_the_person
from survey.foundation.straight import DATABASE_AWAY
from survey.questionnaire.answers import Errors, Typed, check, typed_in
from survey.questionnaire.questions import Questionnaire
from survey.questionnaire.shipped import current
from survey.responses import page
from survey.responses.asked import asked_behind
from survey.responses.before import given_before
from survey.responses.form_nonce import read_form, sign_form
from survey.responses.fresh import fresh_html
from survey.responses.links import Link, find_link
from survey.responses.storing import Outcome, response_stored, store
from survey.responses.thanked import thanks_place

answering = Blueprint("answering", __name__, template_folder="pages")
answering.after_request(page_with_script)
for_the_person(answering)
log = structlog.get_logger()

# Room for a comment of 100,000 characters of any script, percent-encoded, to be shown again.
LARGEST_FORM = 1_500_000
RATINGS = ("1", "2", "3", "4", "5")
RETRY_AFTER_SECONDS = "60"


@dataclass(frozen=True)
class Sent:
    """A form as it came: our own fields, and the rest in the order it was sent.

    With `show_in` it was not sent to be stored but to be shown in that language.
    """

    signed: str
    show_in: str
    trapped: bool
    fields: tuple[tuple[str, str], ...]


@answering.get("/a/<token>")
def show(token: str) -> Response:
    """The form, with the overall rating of the link chosen already."""
    rating = request.args.get("rating", "")
    in_link = rating if rating in RATINGS else ""
    link = find_link(token)
    if link is None or link.expired:
        return _no_form(link)
    asked = asked_behind(link)
    typed = {"rating": in_link} if in_link else {}
    language = choose(link.language, asked.languages)
    form = page.Form(
        asked, language, sign_form(token, asked, language), link, typed, in_link=in_link
    )
    before = given_before(token) if link.answered else None
    if before is None:
        return make_response(fresh_html(form, link))
    return make_response(
        page.form_html(replace(form, typed={**before.typed, **typed}, before=before))
    )


@answering.post("/a/<token>")
def answer(token: str) -> AnyResponse:
    """Store what was answered, or show what to mend."""
    sent = _sent()
    try:
        return _answer(token, sent)
    except DATABASE_AWAY as error:
        return _keep_for_later(token, sent, error)


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
        asked = asked_behind(find_link(token))
        return _show_again(token, asked, typed_in(asked, sent.fields), page.not_our_form)
    if sent.show_in:
        typed = typed_in(form.questionnaire, sent.fields)
        return _show_again(token, form.questionnaire, typed, tuple, sent.show_in)
    result = check(form.questionnaire, sent.fields)
    if isinstance(result, Errors):
        complain = partial(page.in_words, result.mistakes, form.questionnaire)
        return _show_again(token, form.questionnaire, result.typed, complain, form.language)
    outcome = store(token, form, result, ["trap_field"] if sent.trapped else [])
    if outcome is Outcome.STORED:
        response_stored.send()
    if outcome in (Outcome.STORED, Outcome.STORED_BEFORE):
        place = thanks_place(token, form.nonce, form.language)
        return Response(status=303, headers={"Location": place})
    return _no_form(find_link(token), form.language)


def _sent() -> Sent:
    request.max_content_length = LARGEST_FORM
    if request.mimetype != "application/x-www-form-urlencoded":
        return Sent("", "", trapped=False, fields=())
    # As Werkzeug's own parser would, in half the time.
    body = request.get_data(cache=False).decode(errors="replace")
    pairs = parse_qsl(body, keep_blank_values=True)
    ours = (page.FORM_FIELD, page.TRAP_FIELD, page.LANGUAGE_FIELD)
    return Sent(
        signed=next((value for name, value in pairs if name == page.FORM_FIELD), ""),
        show_in=next((value for name, value in pairs if name == page.LANGUAGE_FIELD), ""),
        trapped=any(value for name, value in pairs if name == page.TRAP_FIELD),
        fields=tuple(pair for pair in pairs if pair[0] not in ours),
    )


def _show_again(
    token: str,
    questionnaire: Questionnaire,
    typed: Typed,
    complain: Callable[[], tuple[page.Complaint, ...]],
    shown_in: str | None = None,
) -> Response:
    """The form as it was left, with a fresh nonce and what to mend; or why there is none."""
    link = find_link(token)
    if link is None or link.expired:
        return _no_form(link, shown_in)
    language = choose(link.language, questionnaire.languages, shown_in)
    signed = sign_form(token, questionnaire, language)
    with force_locale(language):
        complaints = complain()
    form = page.Form(questionnaire, language, signed, link, typed, complaints)
    return make_response(page.form_html(form), 422 if complaints else 200)


def _no_form(link: Link | None, shown_in: str | None = None) -> Response:
    """A page that helps, where the link is unknown or has expired."""
    with force_locale(choose(link.language if link else None, meant=shown_in)):
        return page.plain_page("expired", 410, link) if link else page.plain_page("unknown", 404)


def _keep_for_later(token: str, sent: Sent, error: Exception) -> Response:
    """The form again while the database is away.

    With the nonce it came with: if the answer did reach the disk, sending it again adds nothing.
    """
    log.error("database.away", route=str(request.url_rule), reason=type(error).__name__)
    form = read_form(token, sent.signed)
    asked = form.questionnaire if form else current()
    language = form.language if form else choose(among=asked.languages)
    signed = sent.signed if form else sign_form(token, asked, language)
    typed = typed_in(asked, sent.fields)
    shown = page.Form(asked, language, signed, None, typed, page.database_away())
    return _later(make_response(page.form_html(shown), 503))


def _later(response: Response) -> Response:
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response
