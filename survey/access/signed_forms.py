"""The forms of signing in and out: only our own count, each for the link or sign-in it is bound to.

A form carries half of a hash of what it is bound to, signed, so that no other site can make one and
no form serves anybody but whom it was shown to. Nor may another site send on one that was shown to
itself, such as its own link's, to sign somebody in as somebody else: browsers say where a form
comes from.
"""

from base64 import urlsafe_b64encode

from flask import Flask, request
from itsdangerous import BadData

from survey.access.session_cookie import signed_in_now
from survey.foundation.keys import keys

FORM_FIELD = "form"
# Long enough for a page that was left open over the day.
ASKING_HOURS = 12


def sign_form(purpose: str, bound_to: bytes) -> str:
    """The hidden field of a form for this purpose."""
    return keys().sign(purpose, _half(bound_to))


def is_ours(purpose: str, bound_to: bytes, sent: str) -> bool:
    """Whether this came back from such a form."""
    try:
        return bool(_from_our_pages() and keys().unsign(purpose, sent) == _half(bound_to))
    except BadData:
        return False


def sign_asking(leads_to: str) -> str:
    """The hidden field of the form that asks for a link: the page to come back to."""
    return keys().sign("ask to sign in", leads_to)


def asking_leads_to(sent: str) -> str | None:
    """The page that such a form was shown for; None where it is not ours, or too old."""
    if not _from_our_pages():
        return None
    try:
        return str(keys().unsign("ask to sign in", sent, max_age=ASKING_HOURS * 3600))
    except BadData:
        return None


def install_sign_out(app: Flask) -> None:
    """Let any page that somebody is signed in to show who that is, and the button that ends it."""
    app.jinja_env.globals["sign_out_form"] = _sign_out_form


def _sign_out_form() -> dict[str, str] | None:
    signed_in = signed_in_now()
    if signed_in is None:
        return None
    return {
        "name": signed_in.member.name,
        "roles": ", ".join(signed_in.member.roles),
        "field": FORM_FIELD,
        "signed": sign_form("sign out", signed_in.token_hash),
    }


def _from_our_pages() -> bool:
    """What the browser says of it (Fetch Metadata); where it says nothing, the signature counts."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _half(bound_to: bytes) -> str:
    return urlsafe_b64encode(bound_to[:16]).decode()
