"""What ratings, sentiments, themes, lines of a funnel are called.

For templates, the same for the page and the pack.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext

from survey.comments.sentiment.mood import (
    MIXED,
    NEGATIVE,
    NEUTRAL,
    NOTHING_SAID,
    POSITIVE,
    UNREAD,
)
from survey.invitations.explaining import BECAUSE
from survey.partnership.taken import OTHER_THEMES
from survey.reports.blocks.voices.told import Theme
from survey.reports.said.spoken import SAYING

Line = tuple[str, int]


def because(reason: str) -> str:
    """Why somebody was not asked; of a reason that no rule gives any longer, its name."""
    return str(BECAUSE.get(reason, reason.replace("_", " ")))


def rating_names(ratings: Iterable[str]) -> dict[str, str]:
    """Ratings by their numbers; the ends of the scale in words besides."""
    ends = {"1": gettext("1, very dissatisfied"), "5": gettext("5, very satisfied")}
    return {rating: ends.get(rating, rating) for rating in ratings}


def sentiment_names(counts: Mapping[str, int]) -> dict[str, str]:
    """Sentiments of comments, in the order in which they are told."""
    names = {
        POSITIVE: gettext("positive"),
        MIXED: gettext("mixed"),
        NEUTRAL: gettext("neutral"),
        NEGATIVE: gettext("negative"),
        NOTHING_SAID: gettext("nothing said"),
        UNREAD: gettext("not read"),
    }
    return {sentiment: name for sentiment, name in names.items() if sentiment in counts}


def saying(counts: Mapping[str, int]) -> dict[str, int]:
    """The comments that say something, by sentiment, in the same order."""
    return {name: counts[name] for name in sentiment_names(counts) if name in SAYING}


def theme_name(theme: Theme) -> str:
    """What people call a theme; in another language, where it goes by a name that we ship."""
    if theme.theme == OTHER_THEMES:
        return str(gettext("Other themes"))
    return str(gettext(theme.name))


def funnel_lines(funnel: Mapping[str, Any]) -> Iterator[Line]:
    """From closed enquiries to answers: what became of them, and of how many."""
    yield gettext("Closed"), funnel["closed"]
    yield gettext("Not decided yet"), funnel["pending"]
    for reason, count in funnel["not_asked"].items():
        yield gettext("Not asked: %(reason)s", reason=because(reason)), count
    yield gettext("Asked"), funnel["asked"]
    yield gettext("Letter accepted by the mail server"), funnel["accepted"]
    yield gettext("Answered"), funnel["answered"]
    yield gettext("Held: looked like a machine"), funnel["held"]


FILTERS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (rating_names, sentiment_names, saying, theme_name, because, funnel_lines)
}
