"""The cookie by which a browser stays signed in. It holds a random token and nothing else.

No script can read it, no other site has it sent with a form, and where people reach us by https it
never travels otherwise, nor can another host of the same domain set it (the prefix `__Host-`).
"""

from typing import cast

from flask import Response, current_app, request

from survey.access.sign_ins import LONGEST, SignedIn, recognise

NAME = "survey_sign_in"
LOOKED_UP = "survey.signed_in"


def give(response: Response, token: str) -> None:
    """Have the browser keep the token."""
    response.set_cookie(
        _name(),
        token,
        max_age=int(LONGEST.total_seconds()),
        secure=_over_https(),
        httponly=True,
        samesite="Lax",
    )


def take_back(response: Response) -> None:
    """Have the browser forget the token."""
    response.delete_cookie(_name(), secure=_over_https(), httponly=True, samesite="Lax")


def token_sent() -> str:
    """The token that the request brought along, empty where it brought none."""
    return request.cookies.get(_name(), "")


def signed_in_now() -> SignedIn | None:
    """Who sends the request at hand, looked up once; None where nobody is signed in."""
    if LOOKED_UP not in request.environ:
        token = token_sent()
        request.environ[LOOKED_UP] = recognise(token) if token else None
    return cast(SignedIn | None, request.environ[LOOKED_UP])


def set_aside() -> None:
    """Take the request at hand for one of nobody who is signed in: it comes by another way."""
    request.environ[LOOKED_UP] = None


def _over_https() -> bool:
    return str(current_app.config["SURVEY_PUBLIC_URL"]).startswith("https:")


def _name() -> str:
    return f"__Host-{NAME}" if _over_https() else NAME
