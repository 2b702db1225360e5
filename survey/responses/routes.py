"""Where people answer: by the link alone, without cookies and without scripts.

GET and HEAD only show. Only a POST of a form that we signed for this very link stores anything, so
that no mail scanner answers in a person's place; a score in the link merely pre-selects.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, make_response, request
from flask_babel import force_locale
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from survey.access.guessing import unknown_link
from survey.foundation.headers import page_with_script
from survey.foundation.languages import choose, for_the_person
from survey.foundation.patience import patiently
from survey.foundation.straight import DATABASE_AWAY
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
from survey.responses.sent import Sent, form_sent, how_it_came
from survey.responses.storing import Outcome, response_stored, store, stored_nonce
from survey.responses.thanked import to_thanks

answering = Blueprint("answering", __name__, template_folder="pages")
answering.after_request(page_with_script)
for_the_person(answering)
for_outages(answering)


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
    sent = form_sent()
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
    outcome = store(token, form, result, nonce, how_it_came(form, sent))
    if outcome is Outcome.STORED:
        response_stored.send()
    if outcome in (Outcome.STORED, Outcome.STORED_BEFORE):
        return to_thanks(token, nonce, form.language)
    return _no_form(find_link(token), form.language)


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
