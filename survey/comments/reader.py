"""A reader of comments: knows the partnership's themes and names, and reads one comment at a time.

Beside the text it takes what the enquiry tells: the rating, the question that was put, and names
that may stand in the text: of the person, from the words of the address, and of those who answer.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, Select, func, select

from survey.comments.own_themes import method_with, taxonomy_with
from survey.comments.telling import themes_of, told
from survey.comments.understanding import Understanding, understand
from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from survey.partnership.model import CoordinatorRow, PartnerRow
from survey.questionnaire.library import version
from survey.questionnaire.questions import FALLBACK_LANGUAGE
from survey.responses.model import Response

NAME_IN_ADDRESS = re.compile(r"[^\W\d_]{3,}")
NAME = re.compile(r"[^\W\d_][\w'’-]+")
COMMENT = "comment"

Material = Row[*tuple[Any, ...]]

log = structlog.get_logger()


@dataclass(frozen=True)
class Found:
    """What is stored of one comment: the columns of its reading, and the themes with sentiment."""

    response_id: int
    columns: dict[str, Any]
    themes: dict[str, str] = field(default_factory=dict)


def materials() -> Select[*tuple[Any, ...]]:
    """Comments that are still held, with all that reading them needs, in the order of their ids."""
    return (
        select(
            *(Response.id, Response.comment, Response.rating),
            *(Response.questionnaire, Response.version, Response.language),
            func.coalesce(Person.address, Closure.address).label("address"),
            Closure.partner_id,
        )
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(Response.comment.is_not(None))
        .order_by(Response.id)
    )


class Reader:
    """Reads by the partnership's own method. Needs the database only to be made."""

    def __init__(self) -> None:
        own = directory().settings.themes
        self.method = method_with(own)
        self._taxonomy = taxonomy_with(own)
        self._staff = _staff()

    def read(self, comments: Iterable[Material]) -> list[Found]:
        """Read comments; one that cannot be read is a failure with a name, and stops no other."""
        return [self._read(comment) for comment in comments]

    def _read(self, material: Material) -> Found:
        try:
            return self._found(material.id, self._understood(material))
        except Exception as error:
            # Only the kind of error: its message may quote the comment.
            failure = type(error).__name__
            log.warning("comment not read", response=material.id, failure=failure)
            return Found(material.id, self._columns("unread", failure=failure[:80]))

    def _understood(self, material: Material) -> Understanding:
        names = {*self._staff.get(material.partner_id, ()), *_names_in(material.address)}
        return understand(
            keys().decrypt(material.comment),
            rating=material.rating,
            question=_question(material.questionnaire, material.version, material.language),
            names=frozenset(names),
            taxonomy=self._taxonomy,
        )

    def _found(self, response_id: int, understood: Understanding) -> Found:
        columns = self._columns(
            understood.sentiment.label,
            polarity=understood.sentiment.polarity,
            confidence=understood.sentiment.confidence,
            at_odds=understood.at_odds,
            urgent=bool(understood.urgent),
            told=keys().encrypt(json.dumps(told(understood))),
        )
        return Found(response_id, columns, themes_of(understood))

    def _columns(self, sentiment: str, **more: Any) -> dict[str, Any]:
        """All columns, since many rows are stored in one statement."""
        nothing: dict[str, str | float | bytes | datetime | None]
        nothing = dict.fromkeys(("polarity", "confidence", "told", "failure"))
        return {
            "method": self.method,
            "sentiment": sentiment,
            "read_at": clock.now(),
            "at_odds": False,
            "urgent": False,
            **nothing,
            **more,
        }


def _names_in(address: bytes | None) -> Sequence[str]:
    """The words of an address, which often is a name: `jo.smith2@…`."""
    if address is None:
        return ()
    return NAME_IN_ADDRESS.findall(keys().decrypt(address).rpartition("@")[0])


def _staff() -> dict[int, set[str]]:
    """By partner, the words of the names of those who may be spoken of."""
    names: dict[int, set[str]] = defaultdict(set)
    coordinators = select(CoordinatorRow.partner_id, CoordinatorRow.name)
    nominated = select(PartnerRow.id, PartnerRow.nominated_name)
    for statement in (coordinators, nominated.where(PartnerRow.nominated_name.is_not(None))):
        for partner, name in db.session.execute(statement):
            names[partner].update(NAME.findall(str(name)))
    return names


def _question(name: str, number: int, language: str) -> str | None:
    """The words above the box that the comment was typed into; None if nobody knows any more."""
    shown = version(name, number)
    asked = shown.question(COMMENT) if shown else None
    if asked is None:
        return None
    return asked.texts.get(language, asked.texts[FALLBACK_LANGUAGE]).asks
