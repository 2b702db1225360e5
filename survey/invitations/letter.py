"""The letter that asks: what it says, and to whom.

All letters about one service to one partner's people in one language are the same but for a few
words. So a `Draft` with blanks is rendered once, and each letter only fills the blanks: rendering
every one from its template would cost more than sending it. Nothing in a letter tells us whether
it was opened, and its subject names the service and the reference and nothing else, since subjects
show on locked screens.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from uuid import UUID

from babel.dates import format_date
from flask import current_app, render_template
from flask_babel import force_locale, gettext
from markupsafe import escape

from survey.foundation.keys import keys
from survey.invitations.return_path import return_path
from survey.invitations.stop_tokens import stop_token
from survey.partnership.directory import Partner, Service, directory
from survey.post.letter import Letter
from survey.questionnaire.questions import current

LONGEST_SUBJECT = 60
LONGEST_SERVICE = 30
DATE = "d MMMM y"
# Characters for private use, which nothing that comes in can mean anything by.
BLANK = re.compile("\ue000([a-z]+)\ue001")


@dataclass(frozen=True)
class Addressee:
    """What differs from letter to letter. `person` is the hash; `uuid` the invitation's.

    `returns` is how often the letter came back for now: each time it is another one.
    """

    uuid: UUID
    address: str
    person: bytes
    reference: str
    closed_at: datetime
    expires_at: datetime
    reminder: bool = False
    returns: int = 0

    @property
    def attempt(self) -> str:
        """What tells this letter from all others, the same each time it is written."""
        reminder, again = ".reminder" if self.reminder else "", f".{self.returns}"
        return f"{self.uuid}{reminder}{again if self.returns else ''}"


@dataclass(frozen=True)
class Draft:
    """A letter with blanks: `token`, `stop`, `reference`, `closed`, `until`."""

    language: str
    subject: str
    text: str
    html: str


def draft(partner: Partner, service: Service, language: str | None) -> Draft:
    """The letter to a partner's people about a service, in the nearest language we have."""
    questionnaire = current()
    language = questionnaire.language_for(language)
    rating = next(q for q in questionnaire.questions if q.key == "rating").texts[language]
    link = f"{_public_url()}/a/{_blank('token')}"
    with force_locale(language):
        words = {
            "centre": directory().name,
            "partner": partner.name,
            "service": service.name,
            "question": rating.asks,
            "answers": [(words, f"{link}?rating={n}") for n, words in rating.options.items()],
            "stop_url": f"{_public_url()}/stop/{_blank('stop')}",
            "language": language,
            **{name: _blank(name) for name in ("reference", "closed", "until")},
        }
        return Draft(
            language=language,
            subject=gettext(
                "%(service)s enquiry %(reference)s",
                service=_shorten(service.name, LONGEST_SERVICE),
                reference=_blank("reference"),
            ),
            text=render_template("invitations/letter.txt", **words),
            html=render_template("invitations/letter.html", **words),
        )


class Drafts:
    """The drafts that one run needs, each rendered once. Partner and service are named by id."""

    def __init__(self) -> None:
        everything = directory().everything
        self._partners = {partner.id: partner for partner in everything.partners}
        self._services = {service.id: service for service in everything.services}
        self._made: dict[tuple[int, int, str | None], Draft] = {}

    def about(self, partner: int, service: int, language: str | None) -> Draft:
        """The draft for a partner's people, about a service."""
        kind = (partner, service, language)
        if kind not in self._made:
            self._made[kind] = draft(self._partners[partner], self._services[service], language)
        return self._made[kind]


def write(form: Draft, to: Addressee) -> Letter:
    """The letter to one person. Written again, it is the same letter with the same Message-ID."""
    zone, stop = directory().zone, stop_token(to.person)
    words = {
        "token": keys().link_token(to.uuid),
        "stop": stop,
        "reference": " ".join(to.reference.split()),
        "closed": format_date(to.closed_at.astimezone(zone), DATE, locale=form.language),
        "until": format_date(to.expires_at.astimezone(zone), DATE, locale=form.language),
    }
    sender = Address(directory().name, addr_spec=current_app.config["SURVEY_MAIL_FROM"])
    return Letter(
        to=to.address,
        subject=_shorten(_fill(form.subject, words), LONGEST_SUBJECT),
        text=_fill(form.text, words),
        html=_fill(form.html, {name: str(escape(word)) for name, word in words.items()}),
        sender=str(sender),
        message_id=f"<{to.attempt}@{sender.domain}>",
        return_path=return_path(to.uuid),
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{_public_url()}/stop/{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _blank(name: str) -> str:
    return f"\ue000{name}\ue001"


def _fill(text: str, words: Mapping[str, str]) -> str:
    return BLANK.sub(lambda blank: words[blank[1]], text)


def _shorten(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _public_url() -> str:
    return str(current_app.config["SURVEY_PUBLIC_URL"])
