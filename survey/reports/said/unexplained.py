"""Rising words: what comments that no theme explains say more often than in the period before."""

from collections.abc import Iterator

from survey.comments.themes.rising import rising
from survey.comments.words import Words, words_of
from survey.reports.periods import Period
from survey.reports.said.draw import draw
from survey.reports.said.readings import Said
from survey.reports.said.rules import LISTENED_TO
from survey.reports.said.telling import told_of


def rising_words(said: Said, period: Period, before: Period) -> list[dict[str, str | int]]:
    """Words with how many of the comments listened to have them, now and before."""
    found = rising(_texts(said, period), _texts(said, before))
    return [{"word": each.word, "count": each.count, "before": each.before} for each in found]


def _texts(said: Said, period: Period) -> Iterator[Words]:
    unexplained = (said.during(period, period), said.says_something, ~said.names())
    drawn = draw(said.candidates(*unexplained), LISTENED_TO).drawn
    for _, told in told_of([each.id for each in drawn]):
        yield words_of(told["redacted"])
