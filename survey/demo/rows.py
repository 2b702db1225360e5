"""The replayed history as rows of the service's tables, with the real keys and calendar."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from survey.demo.answers import Answer
from survey.demo.history import Enquiry
from survey.demo.own_answers import own_answers
from survey.demo.replay import Acquaintance, Decided
from survey.enquiries.closures import closing
from survey.foundation.keys import Keys, token_hash
from survey.partnership.directory import Directory
from survey.partnership.working_time import WorkingCalendar
from survey.questionnaire.choosing import asked_about
from survey.responses.form_nonce import NONCE_BYTES

Row = dict[str, Any]
# What a closure holds as it was sent.
AS_SENT = (
    *("reference", "topic", "channel", "outcome"),
    *("opened_at", "first_reply_at", "reopened_at", "closed_at"),
)
SENT_AFTER = timedelta(seconds=20)


@dataclass(frozen=True)
class Rows:
    """Makes rows; `now` is the moment of planting."""

    here: Directory
    calendar: WorkingCalendar
    keys: Keys
    now: datetime

    def person(self, known: Acquaintance) -> Row:
        """The person, whose address is gone once it would have been forgotten."""
        kept, asked = self.here.settings.address_kept, known.last_asked_at
        needed = known.opted_out_at is None and asked is not None and asked + kept > self.now
        return {
            "hash": self.keys.person_hash(known.address),
            "address": self.keys.encrypt(known.address) if needed else None,
            "last_asked_at": known.last_asked_at,
            "opted_out_at": known.opted_out_at,
            "bounced_at": known.bounced_at,
        }

    def closure(self, decided: Decided) -> Row:
        """The closure, already taken up."""
        enquiry, here = decided.enquiry, self.here
        directorate = here.directorates.get((enquiry.partner, enquiry.asker.directorate or ""))
        address = enquiry.asker.address if enquiry.gives_address else None
        target_hours = here.services[enquiry.service].target_hours
        return {
            **{name: getattr(enquiry, name) for name in AS_SENT},
            **closing(
                self.calendar,
                enquiry.opened_at,
                enquiry.first_reply_at,
                enquiry.closed_at,
                target_hours,
            ),
            "uuid": uuid4(),
            "source_id": here.sources[enquiry.source].id,
            "partner_id": here.partners[enquiry.partner].id,
            "directorate_id": directorate.id if directorate else None,
            "service_id": here.services[enquiry.service].id,
            "language": enquiry.asker.language,
            "person_hash": self.keys.person_hash(address) if address else None,
            "received_at": decided.received_at,
            "taken_up_at": decided.decided_at,
        }

    def invitation(self, decided: Decided, closure: int, person: int | None, sent: bool) -> Row:
        """The decision. Not `sent`: the letter is still to go out, now."""
        uuid, asked = uuid4(), decided.asked
        if not asked:
            return self._decision(decided, closure) | {"uuid": uuid}
        taken = sent and decided.refused_at is None
        expires_at = decided.decided_at + timedelta(days=self.here.settings.asking.expires_days)
        return self._decision(decided, closure) | {
            "uuid": uuid,
            "person_id": person,
            "token_hash": token_hash(self.keys.link_token(uuid)),
            "expires_at": expires_at,
            "next_attempt_at": None if sent else self.now,
            "attempts": 1 if sent else 0,
            "sent_at": decided.decided_at + SENT_AFTER if taken else None,
            "refused_at": decided.refused_at,
        }

    def response(self, decided: Decided, invitation: int) -> Row | None:
        """The answer, if there is one."""
        answer, answered_at = decided.answer, decided.answered_at
        if answer is None or answered_at is None:
            return None
        return self._said(decided.enquiry, answer) | {
            "uuid": uuid4(),
            "invitation_id": invitation,
            "nonce": secrets.token_urlsafe(NONCE_BYTES),
            "answered_at": answered_at,
            "answered_month": self.calendar.local_month(answered_at),
        }

    def _said(self, enquiry: Enquiry, answer: Answer) -> Row:
        """What was answered, to the questions that were asked there."""
        asked = asked_about(self.here.settings, enquiry.partner, enquiry.service)
        language = asked.language_for(enquiry.asker.language)
        rng = Random(enquiry.reference)  # noqa: S311 - made-up data, not a secret
        own = own_answers(rng, asked, answer, language)
        return {
            "questionnaire": asked.name,
            "version": asked.version,
            "language": language,
            "rating": answer.rating,
            "ease": answer.ease,
            "resolved": answer.resolved,
            "answers": own.chosen,
            "comment": self.keys.encrypt(answer.comment) if answer.comment else None,
            "texts": self.keys.encrypt(json.dumps(own.written)) if own.written else None,
        }

    def _decision(self, decided: Decided, closure: int) -> Row:
        return dict.fromkeys(ASKED_ONLY) | {
            "closure_id": closure,
            "asked": decided.asked,
            "reason": decided.reason,
            "decided_at": decided.decided_at,
            "attempts": 0,
        }


# What an invitation has only where the person was asked; rows of one bulk insert have equal keys.
ASKED_ONLY: Mapping[str, None] = dict.fromkeys(
    ("person_id", "token_hash", "expires_at", "next_attempt_at", "sent_at", "refused_at")
)
