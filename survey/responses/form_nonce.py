"""The signed nonce of each form shown: only our own form counts, and each counts once.

A form carries which link it was shown for, which version of the questions it asked, when, whether
for a page fetched, and a random nonce, all signed. A scanner that posts what it made up is refused;
a form sent twice has the same nonce twice and is one response. An old form is never refused for its
age: somebody who opened it before the weekend answers it after.
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from itsdangerous import BadData

from survey.foundation.clock import now
from survey.foundation.keys import keys, token_hash
from survey.questionnaire.library import version
from survey.questionnaire.questions import Questionnaire

PURPOSE = "form"
NONCE_BYTES = 16


@dataclass(frozen=True)
class ShownForm:
    """What was shown.

    `shown_at` is in seconds since 1970, of the first time where a form came back with a mistake.
    `fetched` is false where it was shown on refusing a post, to somebody who had no form of ours.
    """

    nonce: str
    questionnaire: Questionnaire
    language: str
    shown_at: float
    fetched: bool = True


def sign_form(
    token: str,
    questionnaire: Questionnaire,
    language: str,
    before: ShownForm | None = None,
    *,
    fetched: bool = True,
) -> str:
    """The hidden field of a form about to be shown for this link, with a fresh nonce.

    Whoever mends a mistake has had the form `before` to read.
    """
    return keys().sign(
        PURPOSE,
        [
            secrets.token_urlsafe(NONCE_BYTES),
            _link(token),
            questionnaire.name,
            questionnaire.version,
            language,
            before.shown_at if before else round(now().timestamp(), 2),
            before.fetched if before else fetched,
        ],
    )


def read_form(token: str, signed: str) -> ShownForm | None:
    """The form that comes back on this link; None where it is not one that we showed there."""
    try:
        nonce, link, name, number, language, shown_at, *more = keys().unsign(PURPOSE, signed)
    except BadData:
        return None
    questionnaire = version(name, number)
    if link != _link(token) or questionnaire is None:
        return None
    # Forms of before the last part was added may still be open somewhere.
    return ShownForm(nonce, questionnaire, language, shown_at, *more)


def _link(token: str) -> str:
    """Half of the token's hash: the token itself must not stand in a form a second time."""
    return urlsafe_b64encode(token_hash(token)[:16]).decode()
