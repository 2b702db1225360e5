"""Made-up enquiries with all that became of them: as plain values for reckoning, and as rows.

The reference figures are reckoned from the plain values, one enquiry at a time, so they share
nothing with the code under test but the definition of each figure.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import mean
from typing import Any

from hypothesis import strategies as st

from survey.comments.model import Reading
from survey.comments.sentiment.mood import SENTIMENTS
from survey.foundation.database import db
from survey.invitations.eligibility import REASONS
from survey.invitations.model import Person
from survey.reports.bands import BANDS, EDGES, band_of
from survey.responses.model import Hold
from tests.build import make_closure, make_invitation, make_person, make_response

MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 8))
DIRECTORATES = {"HCC": ("adults", "children"), "OCC": ("adults", "resources"), "HFRS": ()}


@dataclass(frozen=True)
class Answer:
    """One revision; `hold` is None, "held" or "released"; `read` is the sentiment once read."""

    month: str = "2026-03"
    rating: int = 4
    ease: int | None = None
    resolved: str | None = None
    comment: str | None = None
    read: str | None = None
    hold: str | None = None
    questionnaire: tuple[str, int] = ("default", 1)
    given: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Story:
    """One enquiry; `fate` is pending, asked, sent, or the reason for not asking."""

    month: str = "2026-02"
    partner: str = "HCC"
    directorate: str | None = None
    service: str = "payroll"
    topic: str | None = None
    channel: str = "portal"
    deliver: str = "mail"
    tenths: int = 120
    replied: int | None = 15
    within: bool = True
    fate: str = "sent"
    answers: tuple[Answer, ...] = ()
    person: int | None = None

    @property
    def valid(self) -> list[Answer]:
        """Revisions not on hold."""
        return [answer for answer in self.answers if answer.hold != "held"]

    def part(self, dimension: str) -> str | None:
        """Its value in a dimension, by the month it was closed in."""
        if dimension == "quarter":
            return f"2026-Q{1 + MONTHS.index(self.month) // 3}"
        if dimension == "year":
            return "2026"
        if dimension == "target":
            return "met" if self.within else "missed"
        if dimension == "hours":
            return band_of(self.tenths / 10)
        found: str | None = getattr(self, dimension)
        return found


@st.composite
def answers(draw: st.DrawFn, month: str) -> tuple[Answer, ...]:
    """Up to three revisions, not before the month of the closure."""
    later = [each for each in MONTHS if each >= month]
    months = sorted(draw(st.lists(st.sampled_from(later), max_size=3)))
    made = []
    for when in months:
        comment = draw(st.sampled_from([None, "ok"]))
        read = st.sampled_from([None, *SENTIMENTS]) if comment else st.none()
        made.append(
            Answer(
                month=when,
                rating=draw(st.integers(1, 5)),
                ease=draw(st.sampled_from([None, 1, 3, 4, 5])),
                resolved=draw(st.sampled_from([None, "yes", "partly", "no"])),
                comment=comment,
                read=draw(read),
                hold=draw(st.sampled_from([None, None, None, "held", "released"])),
            )
        )
    return tuple(made)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Any enquiry."""
    month, partner = draw(st.sampled_from(MONTHS)), draw(st.sampled_from(list(DIRECTORATES)))
    fate = draw(st.sampled_from(["sent"] * 8 + ["asked", "pending", *REASONS]))
    return Story(
        month=month,
        partner=partner,
        directorate=draw(st.sampled_from([None, *DIRECTORATES[partner]])),
        service=draw(st.sampled_from(["payroll", "hr"])),
        topic=draw(st.sampled_from([None, "payslip", "leave"])),
        channel=draw(st.sampled_from(["portal", "e-mail"])),
        deliver=draw(st.sampled_from(["mail", "link"])),
        tenths=draw(st.integers(0, 4000)),
        replied=draw(st.none() | st.integers(0, 400)),
        within=draw(st.booleans()),
        fate=fate,
        answers=draw(answers(month)) if fate == "sent" else (),
        person=draw(st.none() | st.integers(1, 3)),
    )


def plant(told: Sequence[Story]) -> None:
    """Put the stories into the database, uncommitted."""
    people: dict[int, Person] = {}
    for story in told:
        if story.person is not None and story.person not in people:
            people[story.person] = make_person()
        _plant(story, people.get(story.person or 0))
    db.session.flush()


def _plant(story: Story, person: Person | None) -> None:
    closure = make_closure(
        partner=story.partner,
        directorate=story.directorate,
        service=story.service,
        topic=story.topic,
        channel=story.channel,
        deliver=story.deliver,
        closed_at=_during(story.month),
        hours_to_first_reply=None if story.replied is None else story.replied / 10,
        hours_to_close=story.tenths / 10,
        within_target=story.within,
    )
    if story.fate == "pending":
        return
    if story.fate not in ("sent", "asked"):
        make_invitation(closure, reason=story.fate)
        return
    sent_at = closure.closed_at if story.fate == "sent" else None
    invitation = make_invitation(closure, sent_at=sent_at, person_id=person and person.id)
    for answer in story.answers:
        _plant_answer(invitation, answer)


def _plant_answer(invitation: Any, answer: Answer) -> None:
    when = _during(answer.month)
    response = make_response(
        invitation,
        rating=answer.rating,
        ease=answer.ease,
        resolved=answer.resolved,
        comment=answer.comment,
        answered_at=when,
        questionnaire=answer.questionnaire[0],
        version=answer.questionnaire[1],
        answers=dict(answer.given),
    )
    if answer.read:
        db.session.add(
            Reading(
                response_id=response.id,
                edition_id=1,
                method="test",
                sentiment=answer.read,
                read_at=when,
            )
        )
    if answer.hold:
        released_at = when if answer.hold == "released" else None
        db.session.add(
            Hold(response_id=response.id, held_at=when, signs=["fast"], released_at=released_at)
        )


def _during(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 15, 12, tzinfo=UTC)


def reckon(told: Sequence[Story]) -> dict[str, Any]:
    """The figures of these stories, by hand."""
    given = [story.valid[-1] for story in told if story.valid]
    asked = [story for story in told if story.fate in ("asked", "sent")]
    hours = [story.tenths / 10 for story in told]
    replied = [story.replied / 10 for story in told if story.replied is not None]
    times = Counter(story.person for story in told if story.valid)
    unknown = times.pop(None, 0)
    reasons = [story.fate for story in told if story.fate in REASONS]
    return {
        "n": len(given),
        "effect": (unknown + sum(m * m for m in times.values())) / len(given) if given else 1,
        "ratings": {str(r): sum(a.rating == r for a in given) for r in range(1, 6)},
        "csat": _rate(given, lambda a: a.rating > 3),
        "dissatisfied": _rate(given, lambda a: a.rating < 3),
        "satisfaction": 100 * (mean(a.rating for a in given) - 1) / 4 if given else None,
        "ease": _rate([a for a in given if a.ease], lambda a: (a.ease or 0) > 3),
        "resolved": _rate([a for a in given if a.resolved], lambda a: a.resolved == "yes"),
        "sentiment": {s: sum(_sentiment(a) == s for a in given) for s in SENTIMENTS},
        "within_target": _rate(told, lambda story: story.within),
        "hours_to_first_reply": _speed(replied),
        "hours_to_close": _speed(hours),
        "closed": len(told),
        "pending": sum(story.fate == "pending" for story in told),
        "asked": len(asked),
        "accepted": sum(story.fate == "sent" or story.deliver == "link" for story in asked),
        "held": sum(bool(story.answers) and not story.valid for story in told),
        "not_asked": {reason: reasons.count(reason) for reason in set(reasons)},
        "response_rate": len(given) / len(asked) if asked else None,
    }


def _sentiment(answer: Answer) -> str:
    return answer.read or ("unread" if answer.comment else "none")


def _rate(things: Sequence[Any], holds: Callable[[Any], bool]) -> float | None:
    return sum(map(holds, things)) / len(things) if things else None


def _speed(hours: list[float]) -> dict[str, Any]:
    # How many took no more than each edge; what is between two edges is in the band between them.
    up_to = [0, *(sum(h <= edge for h in hours) for edge in EDGES), len(hours)]
    return {
        "median": interpolated(hours, 0.5),
        "p90": interpolated(hours, 0.9),
        "n": len(hours),
        "bands": {b: up_to[i + 1] - up_to[i] for i, b in enumerate(BANDS)},
    }


def interpolated(hours: list[float], p: float) -> float | None:
    """Where the distribution, known at the edges and straight between them, reaches p."""
    if not hours:
        return None
    points = [(0.0, 0), *((edge, sum(h <= edge for h in hours)) for edge in EDGES)]
    for (start, before), (end, after) in pairwise(points):
        if after >= p * len(hours):
            return start + (end - start) * (p * len(hours) - before) / (after - before)
    return EDGES[-1]
