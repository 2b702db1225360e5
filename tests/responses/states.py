"""Every state of every page that a person may meet: how to get there in a browser."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from playwright.sync_api import Page

from survey.demo.partnership import QUESTIONNAIRE
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.stop_tokens import stop_token
from tests.build import make_closure, make_invitation, make_response, token_of
from tests.questionnaire.written import load_questionnaire, name_questionnaires
from tests.responses.answering import asked, outage

SEND = "main button[type=submit]"
LONG = "Unanswerable/" * 12


@dataclass(frozen=True)
class Visit:
    """A browser on its way: `query` asks for a language; `after` ends what was arranged."""

    app: Flask
    page: Page
    site: str
    query: str
    scripts: bool
    after: ExitStack

    def open(self, path: str) -> None:
        """Load a page of ours."""
        joined = f"&{self.query}" if "?" in path else f"?{self.query}"
        self.page.goto(f"{self.site}{path}{joined if self.query else ''}")

    def send(self) -> None:
        """Press the page's first button."""
        self.page.locator(SEND).first.click()


def fresh(visit: Visit) -> None:
    visit.open(f"/a/{asked(reference='R' * 60, partner='OCC')}")


def chosen(visit: Visit) -> None:
    visit.open(f"/a/{asked()}?rating=2")


def errors(visit: Visit) -> None:
    fresh(visit)
    visit.page.locator("#comment").fill("x" * 1201)
    visit.send()


def own_questions(visit: Visit) -> None:
    """Every kind of question, those too that are meant after a given answer only."""
    load_questionnaire("own", QUESTIONNAIRE.read_text("utf-8"))
    # Of a service that no other state is about, whatever was shown before.
    name_questionnaires(services={"schools": "own"})
    visit.app.extensions.pop("survey.responses.settings", None)
    visit.open(f"/a/{asked(service='schools')}")
    for chosen_there in ("#resolved-no", "#missing-date", "#put_right-not_yet"):
        visit.page.locator(chosen_there).check()


def own_errors(visit: Visit) -> None:
    own_questions(visit)
    visit.page.locator("#unclear").fill("adjustment " * 6)
    visit.send()


def switched(visit: Visit) -> None:
    errors(visit)
    visit.page.locator("nav button").click()


def not_our_form(visit: Visit) -> None:
    visit.open(f"/a/{asked()}")
    visit.page.locator("#rating-2").check()
    field = visit.page.locator("input[name=form_nonce]")
    field.evaluate("field => { field.value = 'made.up' }")
    visit.send()


def answered_before(visit: Visit) -> None:
    invitation = make_invitation(make_closure())
    make_response(invitation, rating=1, ease=3, resolved="no", comment=LONG)
    token = token_of(invitation)
    db.session.commit()
    visit.open(f"/a/{token}")


def thanks(visit: Visit) -> None:
    answered_before(visit)
    visit.send()


def nothing_ticked(visit: Visit) -> None:
    thanks(visit)
    visit.send()


def consented(visit: Visit) -> None:
    thanks(visit)
    visit.page.locator("#contact").check()
    visit.page.locator("#quote").check()
    visit.send()


def withdrawing(visit: Visit) -> None:
    consented(visit)
    visit.page.locator(".allowed a").last.click()


def withdrawn(visit: Visit) -> None:
    withdrawing(visit)
    visit.send()


def unknown_consent(visit: Visit) -> None:
    visit.open("/consent/nobody")


def plain_thanks(visit: Visit) -> None:
    visit.open("/thanks")


def too_late_to_consent(visit: Visit) -> None:
    thanks(visit)
    db.session.execute(db.text("UPDATE invitation SET token_hash = NULL"))
    db.session.commit()
    visit.send()


def not_noted(visit: Visit) -> None:
    thanks(visit)
    visit.page.locator("#quote").check()
    visit.after.enter_context(outage(visit.app))
    visit.send()


def expired(visit: Visit) -> None:
    token = token_of(make_invitation(expires_at=now() - timedelta(days=1)))
    db.session.commit()
    visit.open(f"/a/{token}")


def unknown(visit: Visit) -> None:
    visit.open("/a/nobody")


def database_away(visit: Visit) -> None:
    token = asked()
    visit.after.enter_context(outage(visit.app))
    visit.open(f"/a/{token}")


def not_stored(visit: Visit) -> None:
    chosen(visit)
    visit.after.enter_context(outage(visit.app))
    visit.send()


def held_unseen(visit: Visit) -> None:
    """A process that has not seen the questions, and no database to ask."""
    own_questions(visit)
    visit.page.locator("#rating").check()
    visit.after.enter_context(outage(visit.app))
    visit.app.extensions.pop("survey.questionnaire.kept")
    visit.send()


def too_large(visit: Visit) -> None:
    visit.open(f"/a/{asked()}")
    visit.page.locator("#comment").fill("x" * 1_500_001)
    visit.send()


def stopping(visit: Visit) -> None:
    visit.open(f"/stop/{stop_token(keys().person_hash('ada@hants.example'))}/OCC")


def opted_out(visit: Visit) -> None:
    stopping(visit)
    visit.send()


def asking_again(visit: Visit) -> None:
    opted_out(visit)
    visit.page.locator("main a").click()


def asked_again(visit: Visit) -> None:
    asking_again(visit)
    visit.send()


def unknown_stop(visit: Visit) -> None:
    visit.open("/stop/nobody")


def statement(visit: Visit) -> None:
    visit.open("/accessibility")


# By name, with the heading that says it was reached.
STATES: Mapping[str, tuple[Callable[[Visit], None], str]] = {
    "fresh": (fresh, "How did we do?"),
    "pre-selected": (chosen, "How did we do?"),
    "errors": (errors, "How did we do?"),
    "own questions": (own_questions, "How did we do?"),
    "errors in own questions": (own_errors, "How did we do?"),
    "switched after errors": (switched, "Sut wnaethom ni?"),
    "form not ours": (not_our_form, "How did we do?"),
    "already answered": (answered_before, "How did we do?"),
    "thanks": (thanks, "Thank you"),
    "nothing ticked": (nothing_ticked, "Thank you, that is noted"),
    "consented": (consented, "Thank you, that is noted"),
    "taking consent back": (withdrawing, "Do you want to take this back?"),
    "consent taken back": (withdrawn, "We will not quote your comment"),
    "unknown consent": (unknown_consent, "This link does not work"),
    "plain thanks": (plain_thanks, "Thank you"),
    "too late to consent": (too_late_to_consent, "This page is too old"),
    "consent not noted": (not_noted, "Thank you"),
    "expired": (expired, "This link has expired"),
    "unknown": (unknown, "We do not know this link"),
    "database away": (database_away, "Please try again in a minute"),
    "not stored": (not_stored, "How did we do?"),
    "held unseen": (held_unseen, "Please try again in a minute"),
    "too large": (too_large, "That was too much text"),
    "stopping": (stopping, "Do you want us to stop asking?"),
    "opted out": (opted_out, "We will not ask you again"),
    "asking again": (asking_again, "May we ask you again?"),
    "asked again": (asked_again, "Thank you, we may ask you again"),
    "unknown stop": (unknown_stop, "This link does not work"),
    "statement": (statement, "Accessibility statement"),
}
