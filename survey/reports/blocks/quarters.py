"""What is said of a partner's blocks of a whole quarter: all that single blocks are too small for.

Five ratings, how easy, whether resolved, sentiment and other questions need thirty people. They are
counted once, when the last month of the quarter is sealed, over the blocks that close in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, func, select, true

from survey.comments.sentiment.mood import SENTIMENTS
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.questionnaire.library import labels
from survey.reports.blocks.model import Block, SealedAnswer, SealedQuarter, SeriesMonth
from survey.reports.blocks.rule import MANY, ends
from survey.reports.each_given import count_given, each_given
from survey.reports.periods import parse, quarter_of
from survey.reports.repeated import sum_of_squares
from survey.reports.tally import Tally, on_scale

RESOLVED = ("yes", "partly", "no")


def seal_quarter(month: str) -> None:
    """Count the details of each partner's quarter, where it ends with this month."""
    if not ends(month, "quarter"):
        return
    quarter = quarter_of(month)
    tallies = _tallies(quarter)
    db.session.add_all(
        SealedQuarter(
            partner_id=partner,
            quarter=quarter,
            people=people,
            squares=squares,
            detail=_detail(tallies[partner]) if people >= MANY else None,
        )
        for partner, people, squares in _people(quarter)
    )


def tally_of(detail: Mapping[str, Any], squares: int) -> Tally:
    """What a stored detail counts, and how often the same people answered."""
    tally = Tally(squares=squares)
    tally.ratings.update({int(rating): n for rating, n in detail["ratings"].items()})
    tally.ease.update({int(answer): n for answer, n in detail["ease"].items()})
    # Quarters were sealed before this was counted.
    for label, answers in detail.get("recommendation", {}).items():
        tally.recommendation.update({(label, int(answer)): n for answer, n in answers.items()})
    tally.resolved.update(detail["resolved"])
    tally.sentiment.update(detail["sentiment"])
    for label, question in detail["questions"].items():
        tally.questions[label] += question["n"]
        for value, n in question["counts"].items():
            tally.chosen[label, value] += n
    return tally


def _detail(tally: Tally) -> dict[str, Any]:
    """As it is stored: every value of a scale, and of the other questions those many answered."""
    return {
        "ratings": on_scale(tally.ratings),
        "ease": on_scale(tally.ease),
        "recommendation": {
            label: {
                str(answer): n for (of, answer), n in tally.recommendation.items() if of == label
            }
            for label in sorted({label for label, _ in tally.recommendation})
            if tally.questions[label] >= MANY
        },
        "resolved": {answer: tally.resolved[answer] for answer in RESOLVED},
        "sentiment": {name: tally.sentiment[name] for name in SENTIMENTS},
        "questions": {
            label: {"n": n, "counts": tally.counts_of(label)}
            for label, n in sorted(tally.questions.items())
            if n >= MANY
        },
    }


def _people(quarter: str) -> Iterator[tuple[int, int, int]]:
    """Each partner, how many people answered, and how often the same; the forgotten are one."""
    people = (
        answers_within(quarter, Invitation.person_id, func.count().label("times"))
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .group_by(SeriesMonth.partner_id, Invitation.person_id)
        .subquery()
    )
    by = people.c.partner_id
    counted = select(by, func.count(), sum_of_squares(people)).group_by(by).order_by(by)
    for partner, number, squares in db.session.execute(counted):
        yield partner, number, int(squares)


def _tallies(quarter: str) -> dict[int, Tally]:
    found: dict[int, Tally] = defaultdict(Tally)
    said = (SealedAnswer.rating, SealedAnswer.ease, SealedAnswer.resolved, SealedAnswer.sentiment)
    statement = answers_within(quarter, func.count(), *said)
    for partner, *counted in db.session.execute(statement.group_by(SeriesMonth.partner_id, *said)):
        found[partner].count_answer(*counted)
    known, given = labels(), each_given(SealedAnswer.__table__.c.answers)
    other = (SealedAnswer.questionnaire, SealedAnswer.version, given.key, given.kind, given.value)
    statement = answers_within(quarter, func.count(), *other).join(given.rows, true())
    for partner, times, *answer in db.session.execute(
        statement.group_by(SeriesMonth.partner_id, *other)
    ):
        count_given(found[partner], times, known, tuple(answer))
    return found


def answers_within(quarter: str, *columns: Any) -> Select[Any]:
    """Of the answers of the blocks that close in a quarter: the partner, and these columns."""
    months = parse(quarter).months
    # Not by a join, for which SQLite would go through all answers that were ever sealed.
    blocks = select(Block.id).where(Block.closes.between(months[0], months[-1]))
    return (
        select(SeriesMonth.partner_id, *columns)
        .select_from(SealedAnswer)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .where(SeriesMonth.block_id.in_(blocks))
    )
