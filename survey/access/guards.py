"""Guards: who may pass which door. A blueprint without one is shut.

`survey.app` names a guard for each blueprint where it registers it; "open to everyone" is one of
them and is said out loud.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, abort, redirect, request, url_for

from survey.access.api_keys import recognise
from survey.access.caller import let_in
from survey.access.session_cookie import set_aside, signed_in_now
from survey.access.tickets import recognise_ticket
from survey.foundation.problems import Problem
from survey.foundation.separation import show_rows_of


@dataclass(frozen=True)
class Guard:
    """A named check, run before every request to a blueprint; it raises to refuse."""

    name: str
    check: Callable[[], None]


def key_with(*scopes: str) -> Guard:
    """Lets in who sends an API key that has at least one of these scopes."""

    def check() -> None:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        somebody = recognise(secret.strip()) if kind.lower() == "bearer" else None
        if somebody is None:
            raise Problem(
                401,
                "Unauthorized",
                "Send a valid key: Authorization: Bearer SECRET",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if not somebody.scopes.intersection(scopes):
            raise Problem(403, "Forbidden", f"This key lacks the scope {' or '.join(scopes)}.")
        let_in(somebody)

    return Guard(f"key with {' or '.join(scopes)}", check)


def signed_in(*scopes: str) -> Guard:
    """Lets in who is signed in, or has a ticket for a key, with at least one of these scopes.

    A browser that is neither is led to the page where one signs in, and from there back.
    """

    def check() -> None:
        ticket = request.args.get("ticket", "")
        somebody = recognise_ticket(ticket) if ticket else None
        if somebody:
            set_aside()
        elif by_cookie := signed_in_now():
            somebody = by_cookie.member.as_caller()
        if somebody is None and not ticket and _is_a_browser():
            query = request.query_string.decode("ascii", "replace")
            asked = f"{request.path}?{query}" if query else request.path
            abort(redirect(url_for("signing_in.ask", to=asked), 303))
        if somebody is None or not somebody.scopes.intersection(scopes):
            raise Problem(401, "Unauthorized", "This page needs a sign-in or a signed address.")
        let_in(somebody)

    return Guard("signed in", check)


def _is_a_browser() -> bool:
    """Whether a page is asked for by what shows pages, which names HTML; programs take anything."""
    return request.method == "GET" and "text/html" in request.accept_mimetypes.values()


# A link is its own credential, and leads to the rows of whichever partner it is about.
open_to_everyone = Guard("open to everyone", lambda: show_rows_of(None))


def post_guards(app: Flask, guards: Mapping[str, Guard]) -> None:
    """Set a guard before each blueprint, by its name; whatever has none is shut."""
    posted = app.extensions["survey.guards"] = dict(guards)

    @app.before_request
    def enforce() -> None:
        if request.url_rule is None:
            return
        guard = posted.get(request.blueprint or "")
        if guard is None:
            raise Problem(403, "Forbidden", "Nobody may pass here.")
        guard.check()
