"""Where people answer: by the link alone, without cookies and without scripts.

GET and HEAD only show. Only a POST of a form that we signed for this very link stores anything, so
that no mail scanner answers in a person's place; a score in the link merely pre-selects.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import parse_qsl

from flask import Blueprint, Response, make_response, request
from flask_babel import force_locale
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from survey.access.guessing import unknown_link
from survey.foundation.clock import now
from survey.foundation.headers import page_with_script
from survey.foundation.languages import choose, for_the_person
from survey.foundation.patience import patiently
from survey.foundation.straight import DATABASE_AWAY
from survey.foundation.visitors import address_in
from survey.questionnaire.answers import Errors, check, typed_in
from survey.questionnaire.shipped import current
from survey.responses import page
from survey.responses.asked import asked_behind
from survey.responses.away import for_outages, later, note_outage
from survey.responses.before import given_before
from survey.responses.broken_links import rating_in, token_in
from survey.responses.form_nonce import ShownForm, read_form, sign_form
from survey.responses.fresh import fresh_html
from survey.responses.links import Link, find_link
from survey.responses.signs import PURPOSE_HEADERS, Submit, loads_ahead
from survey.responses.storing import Outcome, response_stored, store, stored_nonce
from survey.responses.thanked import to_thanks

answering = Blueprint("answering", __name__, template_folder="pages")
answering.after_request(page_with_script)
for_the_person(answering)
for_outages(answering)

# Room for a comment of 100,000 characters of any script, percent-encoded, to be shown again.
LARGEST_FORM = 1_500_000
MOST_FIELDS = 1_000  # Thirty questions of twenty choices; a million would take seconds to read.


@dataclass(frozen=True)
class Sent:
    """A form as it came: our own fields, the rest in the order it was sent, when (since 1970).

    With `show_in` it was not sent to be stored but to be shown in that language.
    """

    signed: str
    show_in: str
    trapped: bool
    fields: tuple[tuple[str, str], ...]
    at: float = field(default_factory=lambda: now().timestamp())


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
    in_link = rating_in(f"{request.path}?{request.query_string.decode(errors='replace')}") or ""
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
@answering.post("/a/<token>/")
def answer(token: str) -> AnyResponse:
    """Store what was answered, or show what to mend."""
    sent = _sent()
    try:
        return patiently(lambda: _answer(token, sent))
    except DATABASE_AWAY as error:
        return _keep_for_later(token, sent, error)


@answering.errorhandler(RequestEntityTooLarge)
def too_large(_: Exception) -> Response:
    """Nobody types this much."""
    return page.plain_page("too_large", 413)


def _answer(token: str, sent: Sent) -> AnyResponse:
    form = read_form(token, sent.signed)
    if form is None:
        return _show_again(token, sent, page.not_our_form)
    if sent.show_in:
        return _show_again(token, sent, tuple, form)
    result = check(form.questionnaire, sent.fields)
    if isinstance(result, Errors):
        complain = partial(page.in_words, result.mistakes, form.questionnaire)
        return _show_again(token, sent, complain, form)
    nonce = stored_nonce(form, result)
    outcome = store(token, form, result, nonce, _submit(form, sent))
    if outcome is Outcome.STORED:
        response_stored.send()
    if outcome in (Outcome.STORED, Outcome.STORED_BEFORE):
        return to_thanks(token, nonce, form.language)
    return _no_form(find_link(token), form.language)


def _submit(form: ShownForm, sent: Sent) -> Submit:
    """What this request tells of whoever sent it."""
    return Submit(
        seconds=sent.at - form.shown_at,
        fetched=form.fetched,
        trapped=sent.trapped,
        prefetch=loads_ahead(request.headers.get(name, "") for name in PURPOSE_HEADERS),
        agent=request.headers.get("User-Agent", ""),
        address=address_in(request.remote_addr),
    )


def _sent() -> Sent:
    request.max_content_length = LARGEST_FORM
    if request.mimetype != "application/x-www-form-urlencoded":
        return Sent("", "", trapped=False, fields=())
    # As Werkzeug's own parser would, in half the time.
    body = request.get_data(cache=False).decode(errors="replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RequestEntityTooLarge from None
    ours = (page.FORM_FIELD, page.TRAP_FIELD, page.LANGUAGE_FIELD)
    return Sent(
        signed=next((value for name, value in pairs if name == page.FORM_FIELD), ""),
        show_in=next((value for name, value in pairs if name == page.LANGUAGE_FIELD), ""),
        trapped=any(value for name, value in pairs if name == page.TRAP_FIELD),
        fields=tuple(pair for pair in pairs if pair[0] not in ours),
    )


def _show_again(
    token: str,
    sent: Sent,
    complain: Callable[[], tuple[page.Complaint, ...]],
    before: ShownForm | None = None,
) -> Response:
    """The form as it was left, with a fresh nonce and what to mend; or why there is none.

    `before` is the form that came back; None where it was none of ours.
    """
    link = find_link(token)
    shown_in = sent.show_in or (before.language if before else None)
    if link is None or link.expired:
        return _no_form(link, shown_in)
    asked = before.questionnaire if before else asked_behind(link)
    language = choose(link.language, asked.languages, shown_in)
    signed = sign_form(token, asked, language, before, fetched=before is not None)
    with force_locale(language):
        complaints = complain()
    form = page.Form(asked, language, signed, link, typed_in(asked, sent.fields), complaints)
    return make_response(page.form_html(form), 422 if complaints else 200)


def _no_form(link: Link | None, shown_in: str | None = None) -> Response:
    """A page that helps, where the link is unknown or has expired."""
    with force_locale(choose(link.language if link else None, meant=shown_in)):
        if link:
            return page.plain_page("expired", 410, link)
        return unknown_link(page.plain_html("unknown"))


def _keep_for_later(token: str, sent: Sent, error: Exception) -> Response:
    """The form again while the database is away.

    With the nonce it came with: if the answer did reach the disk, sending it again adds nothing.
    Where this process does not know the questions yet, what was sent is held unseen.
    """
    note_outage(error)
    try:
        form = read_form(token, sent.signed)
    except DATABASE_AWAY:
        with force_locale(choose(meant=sent.show_in)):
            return later(make_response(page.kept_html(sent.signed, sent.fields), 503))
    asked = form.questionnaire if form else current()
    language = form.language if form else choose(among=asked.languages)
    signed = sent.signed if form else sign_form(token, asked, language)
    typed = typed_in(asked, sent.fields)
    shown = page.Form(asked, language, signed, None, typed, page.database_away())
    return later(make_response(page.form_html(shown), 503))
