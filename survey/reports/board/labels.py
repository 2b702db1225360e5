"""What the parts of figures are called for boards: what became of asking, and why nobody was asked.

Filters for templates, the same for the page and the pack.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import gettext

from survey.invitations.explaining import BECAUSE

Line = tuple[str, int]


def because(reason: str) -> str:
    """Why somebody was not asked; of a reason that no rule gives any longer, its name."""
    return str(BECAUSE.get(reason, reason.replace("_", " ")))


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


FILTERS: dict[str, Callable[..., Any]] = {each.__name__: each for each in (because, funnel_lines)}
