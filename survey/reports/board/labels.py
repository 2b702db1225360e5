"""What the parts of figures are called for boards: themes, and what became of asking.

Filters for templates, the same for the page and the pack.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import gettext

from survey.invitations.explaining import BECAUSE
from survey.reports.blocks.voices.counting import OTHER_THEMES
from survey.reports.blocks.voices.told import Theme

Line = tuple[str, int]


def because(reason: str) -> str:
    """Why somebody was not asked; of a reason that no rule gives any longer, its name."""
    return str(BECAUSE.get(reason, reason.replace("_", " ")))


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
    each.__name__: each for each in (because, theme_name, funnel_lines)
}
