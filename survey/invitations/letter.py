"""The letter that asks: what it says, in which language, and to whom.

All letters about one service to one partner's people in one language are the same but for a few
words. So a `Draft` with blanks is rendered and written down once, and each letter only fills the
blanks. Nothing in a letter tells us whether it was opened. Its subject names the service and the
reference and nothing else, since subjects show on locked screens; a discreet service is named
nowhere in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from functools import lru_cache
from itertools import chain
from uuid import UUID

from babel.dates import format_date
from flask import current_app, render_template
from flask_babel import force_locale, gettext

from survey.foundation.keys import keys
from survey.invitations.return_path import return_path
from survey.invitations.stop_tokens import stop_token
from survey.invitations.subject_lint import first_fit
from survey.partnership.colours import readable_on_white
from survey.partnership.directory import Partner, Service, directory
from survey.post.form import Form, blank
from survey.post.letter import Letter
from survey.post.mime import mailbox
from survey.questionnaire.choosing import asked_about
from survey.questionnaire.questions import FALLBACK_LANGUAGE, Questionnaire

DATE = "d MMMM y"


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
    """A letter with blanks, and what its subject may be, best first, with a blank each."""

    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    form: Form


@dataclass(frozen=True)
class _Part:
    """What stands in one language; `below` says in it that it is there."""

    language: str
    below: str
    text: str
    html: str


def _asked(partner: Partner, service: Service) -> Questionnaire:
    return asked_about(directory().settings, partner.code, service.code)


def _languages(partner: Partner, service: Service, preferred: str | None) -> tuple[str, ...]:
    """In which languages to write: the one somebody prefers, or else those of the partner."""
    known = _asked(partner, service).languages
    wanted = (preferred or "").lower().split("-")[0]
    if wanted in known:
        return (wanted,)
    return tuple(one for one in partner.languages if one in known) or (FALLBACK_LANGUAGE,)


def draft(
    partner: Partner, service: Service, language: str | None, *, reminder: bool = False
) -> Draft:
    """The letter to a partner's people about a service, for whoever prefers that language."""
    languages = _languages(partner, service, language)
    parts = [_part(partner, service, one, language, reminder=reminder) for one in languages]
    frame = {"parts": parts, "partner": partner, "subject": blank("subject")}
    sender = _sender(partner, languages[0])
    pattern = Letter(
        to=blank("to"),
        subject=blank("subject"),
        text=render_template("invitations/letter.txt", **frame),
        html=render_template("invitations/letter.html", **frame, colour=partner.colour),
        sender=str(sender),
        message_id=f"<{blank('attempt')}@{mailbox(sender.addr_spec).rpartition('@')[2]}>",
        return_path=blank("returned"),
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{_stop_url(partner, languages[0])}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    subjects = _subjects(languages, service, reminder=reminder)
    return Draft(languages, subjects, Form(pattern))


class Drafts:
    """The drafts that one run needs, each made once. Partner and service are named by id."""

    def __init__(self) -> None:
        everything = directory().everything
        self._partners = {partner.id: partner for partner in everything.partners}
        self._services = {service.id: service for service in everything.services}
        self._made: dict[tuple[int, int, str | None, bool], Draft] = {}

    def switched_off(self, partner: int, service: int) -> str | None:
        """The reason for which no letter about them goes out, since the decision or ever."""
        here, what = self._partners[partner], self._services[service]
        if here.ended or not here.asks:
            return "partner_off"
        return "service_off" if what.ended or not what.asks else None

    def about(
        self, partner: int, service: int, language: str | None, *, reminder: bool = False
    ) -> Draft:
        """The draft for a partner's people, about a service."""
        kind = (partner, service, language, reminder)
        if kind not in self._made:
            here, what = self._partners[partner], self._services[service]
            self._made[kind] = draft(here, what, language, reminder=reminder)
        return self._made[kind]


def write(form: Draft, to: Addressee) -> Letter:
    """The letter to one person. Written again, it is the same letter with the same Message-ID."""
    zone, reference = directory().zone, " ".join(to.reference.split())
    closed, until = to.closed_at.astimezone(zone).date(), to.expires_at.astimezone(zone).date()
    subjects = (subject.replace(blank("reference"), reference) for subject in form.subjects)
    return form.form.fill(
        {
            "to": to.address,
            "attempt": to.attempt,
            "returned": return_path(to.uuid),
            "token": keys().link_token(to.uuid),
            "stop": stop_token(to.person),
            "reference": reference,
            "subject": first_fit(subjects),
            **{f"closed{one}": _in_words(closed, one) for one in form.languages},
            **{f"until{one}": _in_words(until, one) for one in form.languages},
        }
    )


def _part(
    partner: Partner, service: Service, language: str, preferred: str | None, *, reminder: bool
) -> _Part:
    """The letter in one language; `preferred` is what the answer page knows to be preferred."""
    asked = _asked(partner, service)
    rating = next(q for q in asked.questions if q.key == "rating").texts[language]
    link = f"{current_app.config['SURVEY_PUBLIC_URL']}/a/{blank('token')}"
    alone = _languages(partner, service, preferred) == (language,)
    # A letter in two languages says with each link which one is meant, and no browser is asked.
    implied = alone and asked.language_for(preferred) == language
    more = "" if implied else f"&language={language}"
    words = {
        "centre": directory().name,
        "partner": partner.name,
        "service": None if service.discreet else service.name,
        "reminder": reminder,
        "question": rating.asks,
        "answers": [(words, f"{link}?rating={n}{more}") for n, words in rating.options.items()],
        "stop_url": _stop_url(partner, language),
        "reference": blank("reference"),
        "closed": blank(f"closed{language}"),
        "until": blank(f"until{language}"),
    }
    ink = readable_on_white(partner.colour)
    with force_locale(language):
        return _Part(
            language=language,
            # In each language it names that language.
            below=gettext("The same letter in English stands below."),
            text=render_template("invitations/letter_part.txt", **words),
            html=render_template("invitations/letter_part.html", **words, ink=ink),
        )


def _sender(partner: Partner, language: str) -> Address:
    """The operator's one address, so that domains align (DMARC); the partner by name alone."""
    with force_locale(language):
        name = gettext("%(partner)s survey", partner=partner.name)
    return Address(name, addr_spec=current_app.config["SURVEY_MAIL_FROM"])


def _stop_url(partner: Partner, language: str) -> str:
    base, more = current_app.config["SURVEY_PUBLIC_URL"], f"?language={language}"
    place = f"{base}/stop/{blank('stop')}/{partner.code}"
    implied = language == FALLBACK_LANGUAGE and len(partner.languages) == 1
    return place if implied else place + more


def _subjects(languages: tuple[str, ...], service: Service, *, reminder: bool) -> tuple[str, ...]:
    """All that the subject may be, the most telling first: each in both languages if that fits."""
    told = [_in_one(language, service, reminder=reminder) for language in languages]
    if len(told) == 1:
        return tuple(told[0])
    both = [" / ".join(each) for each in zip(*told, strict=True)]
    return tuple(chain.from_iterable(zip(both, told[0], strict=True)))


def _in_one(language: str, service: Service, *, reminder: bool) -> list[str]:
    names = {"service": service.name, "reference": blank("reference")}
    with force_locale(language):
        if reminder:
            named = gettext("Once more: %(service)s enquiry %(reference)s", **names)
            unnamed = gettext("Once more: enquiry %(reference)s", **names)
            bare = gettext("Once more: your enquiry")
        else:
            named = gettext("%(service)s enquiry %(reference)s", **names)
            unnamed = gettext("Enquiry %(reference)s", **names)
            bare = gettext("Your enquiry")
    return [unnamed, bare] if service.discreet else [named, unnamed, bare]


@lru_cache(maxsize=512)
def _in_words(day: date, language: str) -> str:
    return str(format_date(day, DATE, locale=language))
