"""Why somebody was or was not asked, or what is awaited: a sentence for each closure.

A quiet period is one person's, whichever partners they wrote to; so nothing here tells where it
comes from, nor which other enquiry of theirs is open.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Row, select

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.spelling import nearest
from survey.invitations.eligibility import Decision
from survey.invitations.model import Invitation
from survey.invitations.rulebook import KNOWN, Known, Rulebook
from survey.partnership.directory import directory

# Also read by boards, in their language.
BECAUSE = {
    "no_address": _("there was no address to write to"),
    "partner_off": _("nobody of this partner is asked"),
    "service_off": _("nobody is asked about this service"),
    "outcome_off": _("nobody is asked about enquiries with this outcome"),
    "sampled_out": _("only a share of the enquiries is asked about, and the lot fell on others"),
    "reopened": _("the enquiry was reopened, or closed again, before the letter went out"),
    "too_old": _("it had been closed too long before it could be decided"),
    "opted_out": _("the person wants no such letters"),
    "bounced": _("letters to the address do not reach the person"),
    "foreign_address": _("the address is outside the partner's domains"),
    "shared_mailbox": _("several people read the mailbox"),
    "answering_team": _("the address is of the team that answers enquiries"),
    "quiet_period": _("they had been asked shortly before, and are then left alone for a while"),
}

Made = Row[*tuple[Any, ...]]


class UnknownEnquiry(LookupError):
    """No such source, or no closure of it has this reference."""


def explain(source: str, reference: str) -> Iterator[str]:
    """A sentence for each time the enquiry was closed, in order of time.

    Raises:
        UnknownEnquiry: there is nothing to explain.
    """
    here, now = directory(), clock.now()
    ids = [each.id for each in here.everything.sources if each.code == source]
    if not ids:
        near = nearest(source, [each.code for each in here.everything.sources]) or "none"
        raise UnknownEnquiry(f"{source} is no source; the nearest known: {near}")
    closures = db.session.execute(
        KNOWN.where(Closure.source_id.in_(ids), Closure.reference == reference).order_by(
            Closure.closed_at
        )
    ).all()
    if not closures:
        raise UnknownEnquiry(f"no closed enquiry of {source} has the reference {reference}")
    rules = Rulebook.as_it_stands()
    for closure in closures:
        yield f"Closed {_at(closure.closed_at)}: {_sentence(closure, rules, now)}."


def _sentence(closure: Known, rules: Rulebook, now: datetime) -> str:
    made = db.session.execute(
        select(Invitation, Closure.deliver)
        .join(Closure, Closure.id == Invitation.closure_id)
        .where(Invitation.closure_id == closure.id)
    ).first()
    if made is None:
        return _awaited(closure, rules, now)
    invitation, deliver = made
    if not invitation.asked:
        because = BECAUSE[invitation.reason or ""]
        return f"not asked, as decided on {_at(invitation.decided_at)}, since {because}"
    return f"asked on {_at(invitation.decided_at)}; {_letter(invitation, deliver, now)}"


def _letter(made: Invitation, deliver: str, now: datetime) -> str:
    """What became of the letter, as far as it has come."""
    if made.refused_at:
        return f"the mail server refused the letter on {_at(made.refused_at)}"
    if made.bounced_at:
        return f"the letter does not reach the person, as was told on {_at(made.bounced_at)}"
    over = made.expires_at is not None and made.expires_at <= now
    end = f", and the link {'expired' if over else 'expires'} on {_at(made.expires_at)}"
    if made.sent_at:
        reminded = f", a reminder on {_at(made.reminded_at)}" if made.reminded_at else ""
        return f"the letter went out on {_at(made.sent_at)}{reminded}{_again(made, now)}{end}"
    if deliver == "link":
        return f"its source sends the link{end}"
    if over:
        return f"the letter never went out{end}"
    tried = f", was tried {made.attempts} time{'s'[: made.attempts > 1]}" if made.attempts else ""
    return f"the letter has not gone out yet{tried}, and {_next_try(made, now)}"


def _again(made: Invitation, now: datetime) -> str:
    if made.next_attempt_at is None:
        return ""
    why = "it came back for now" if made.returns else "nobody knows whether it arrived"
    return f", {why} and {_next_try(made, now)} unless it is answered"


def _next_try(made: Invitation, now: datetime) -> str:
    due = made.next_attempt_at is None or made.next_attempt_at <= now
    return f"{'is due since' if due else 'is tried again on'} {_at(made.next_attempt_at)}"


def _awaited(closure: Known, rules: Rulebook, now: datetime) -> str:
    """What keeps the decision from being made now; it is reckoned anew, and nothing is changed."""
    decision = rules.decide(closure, now)
    facts = rules.facts(closure)
    if decision.outcome != "wait":
        return f"not decided yet; the worker's next run will {_will(decision)}"
    if facts.ripe_at > now:
        return f"not decided yet; the delay after closing ends on {_at(facts.ripe_at)}"
    return (
        "not decided yet; another enquiry of the person is open, which is waited for until "
        f"{_at(facts.waits_until)} at the latest"
    )


def _will(decision: Decision) -> str:
    if decision.outcome == "ask":
        return "ask the person, unless they were asked shortly before"
    return f"not ask, since {BECAUSE[decision.reason or '']}"


def _at(moment: datetime | None) -> str:
    """By the partnership's clock."""
    if moment is None:
        return "a day no longer known"
    local = moment.astimezone(directory().zone)
    return f"{local.day} {local:%B %Y, %H:%M}"
