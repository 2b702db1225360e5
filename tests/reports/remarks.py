"""Made-up comments with what was understood of them: as plain values, and as rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from sqlalchemy import func, select

from survey.comments.model import MentionRow, Reading, ReadingEdition
from survey.comments.sentiment.mood import SENTIMENTS
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.responses.model import Hold, Response
from tests.build import at, make_closure, make_invitation, make_response

SAYING = ("negative", "neutral", "positive", "mixed")
THEMES = ("response_time", "portal_usability", "staff_attitude")
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 7))


@dataclass(frozen=True)
class Remark:
    """An answer with a comment; `sentiment` is None until it is read.

    `edition` is where its reading stands: "current", "old" or "next". A `superseded` one was
    followed by an answer without a comment. `told` False: its redacted text is gone.
    """

    month: str = "2026-05"
    partner: str = "HCC"
    service: str = "payroll"
    deliver: str = "mail"
    rating: int = 4
    text: str | None = "The portal is slow, ring Jo on 01632 960123."
    redacted: str = "The portal is slow, ring [NAME] on [PHONE]."
    sentiment: str | None = "negative"
    themes: tuple[tuple[str, str], ...] = ()
    assessments: tuple[tuple[str, float], ...] = (("slow", -0.5),)
    words: tuple[str, ...] = ("portal",)
    at_odds: bool = False
    urgent: bool = False
    told: bool = True
    held: bool = False
    superseded: bool = False
    edition: str = "current"

    @property
    def counts(self) -> bool:
        """Whether figures take it into account."""
        return not self.held and not self.superseded

    @property
    def label(self) -> str:
        """What figures count it as."""
        return self.sentiment if self.sentiment and self.edition == "current" else "unread"

    @property
    def named(self) -> dict[str, str]:
        """Themes that count, by key."""
        return dict(self.themes) if self.counts and self.label in SAYING else {}

    @property
    def drawable(self) -> bool:
        """Whether it may be shown to insiders, if its sentiment is asked for."""
        is_read = self.sentiment is not None and self.edition == "current"
        return self.counts and is_read and self.told and not self.urgent


mentions = st.dictionaries(st.sampled_from(THEMES), st.sampled_from(SAYING), max_size=3)
remarks = st.builds(
    Remark,
    month=st.sampled_from(MONTHS),
    partner=st.sampled_from(["HCC", "OCC"]),
    service=st.sampled_from(["payroll", "hr"]),
    rating=st.integers(1, 5),
    sentiment=st.sampled_from([*SAYING, *SENTIMENTS, None]),
    themes=mentions.map(lambda found: tuple(found.items())),
    at_odds=st.booleans(),
    urgent=st.sampled_from([False, False, False, True]),
    told=st.sampled_from([True, True, True, False]),
    held=st.sampled_from([False, False, False, True]),
    superseded=st.sampled_from([False, False, False, True]),
    edition=st.sampled_from(["current"] * 4 + ["old", "next"]),
)


def plant(said: Sequence[Remark]) -> list[Response]:
    """Put the remarks into the database, uncommitted."""
    editions = _editions()
    planted = [_plant(remark, editions) for remark in said]
    db.session.flush()
    return planted


def _editions() -> dict[str, int]:
    """One edition that was current, one that is, and one being read."""
    waiting = ReadingEdition.current_since.is_(None)
    if db.session.scalar(select(func.count()).where(waiting)) == 0:
        for since in (now(), None):
            db.session.add(ReadingEdition(method="test", opened_at=now(), current_since=since))
            db.session.flush()
    ids = db.session.scalars(select(ReadingEdition.id).order_by(ReadingEdition.id)).all()
    return dict(zip(("old", "current", "next"), ids[-3:], strict=True))


def _plant(remark: Remark, editions: dict[str, int]) -> Response:
    when = at(f"{remark.month}-15T12:00:00")
    closure = make_closure(
        partner=remark.partner,
        service=remark.service,
        channel="portal",
        deliver=remark.deliver,
        topic="payslip",
        closed_at=when,
    )
    invitation = make_invitation(closure)
    response = make_response(
        invitation, rating=remark.rating, comment=remark.text, answered_at=when
    )
    if remark.sentiment:
        _read(remark, response, editions[remark.edition])
    if remark.held:
        db.session.add(Hold(response_id=response.id, held_at=when, signs=["fast"]))
    if remark.superseded:
        make_response(invitation, answered_at=when)
    return response


def _read(remark: Remark, response: Response, edition: int) -> None:
    told = {
        "redacted": remark.redacted,
        "spans": [],
        "hints": [],
        "assessments": remark.assessments,
        "mentions": [
            {"theme": theme, "words": remark.words, "sentiment": label}
            for theme, label in remark.themes
        ],
    }
    reading = Reading(
        response_id=response.id,
        edition_id=edition,
        method=f"test-{remark.edition}",
        sentiment=remark.sentiment,
        confidence=0.75,
        at_odds=remark.at_odds,
        urgent=remark.urgent,
        told=keys().encrypt(json.dumps(told)) if remark.told else None,
        read_at=response.answered_at,
    )
    db.session.add(reading)
    db.session.flush()
    for theme, label in remark.themes:
        db.session.add(MentionRow(reading_id=reading.id, theme=theme, sentiment=label))
