"""What stands in a pack: what the board page shows of a period, and what changed since before it.

All of it is of sealed blocks, so the same is said to whoever may see it. The pack's fingerprint is
made from those of its figures, which the API gives with the same figures.
"""

import json
from dataclasses import dataclass
from typing import Any

from survey.foundation.clock import now
from survey.foundation.keys import keys
from survey.partnership.directory import directory
from survey.reports.blocks.published import published
from survey.reports.board_view import BoardView, board_view
from survey.reports.figures import Figures
from survey.reports.pack.since import TOTAL, Key, Line, since
from survey.reports.periods import Period, last_twelve_full_months, parse
from survey.reports.query import FiguresQuery

ACROSS = ("service", "partner")


@dataclass(frozen=True)
class Content:
    """One pack: of which partnership, of a partner (its name; None: of all that is visible).

    `since` is the table of changes since the period `before`; None: there is none.
    """

    partnership: str
    partner: str | None
    period: Period
    before: Period | None
    view: BoardView
    since: list[Line]
    fingerprint: str

    @property
    def total(self) -> Line:
        """The line of everything."""
        return self.since[0]

    def lines_of(self, dimension: str) -> list[Line]:
        """The lines of the services, or of the partners where there are several."""
        return [line for line in self.since if line.key[0] == dimension]


def period_of(text: str | None) -> Period:
    """The period that a text names; without one, the last twelve full months.

    Raises:
        UnknownPeriod: it names none.
    """
    return parse(text) if text else last_twelve_full_months(now(), directory().zone)


def text_of(period: Period) -> str:
    """The text that names a period."""
    return f"{period.months[0]}..{period.months[-1]}"


def pack_content(period: Period, partner: str | None, visible: frozenset[str] | None) -> Content:
    """What is said of a period to somebody who may see these partners (None: all).

    Args:
        period: whole months.
        partner: its code, for a pack of one alone.
        visible: codes.

    Raises:
        UnknownPartner: the partner does not exist or is not visible.
        NotLoaded: there is no partnership yet.
    """
    filters = {"partner": partner} if partner else {}
    view = board_view({"period": text_of(period)} | filters, visible)
    before = [
        published(FiguresQuery(earlier, (name,), filters=filters), visible)
        for earlier in [period.before]
        if earlier
        for name in ACROSS
    ]
    codes = [partner] if partner else [code for code, _ in view.partners]
    several = len(codes) > 1
    figures = [view.by_month, view.by_service, view.by_partner, view.quarters, *before]
    prints = [each["fingerprint"] for each in figures if each]
    return Content(
        partnership=directory().name,
        partner=None if several else view.names[codes[0]],
        period=period,
        before=period.before,
        view=view,
        since=since(
            _lines(view.by_service, view.by_partner if several else None),
            _lines(before[0], before[1] if several else None) if before else {},
        ),
        fingerprint=keys().content_digest(json.dumps(prints)).hex(),
    )


def _lines(by_service: Figures, by_partner: Figures | None) -> dict[Key, dict[str, Any]]:
    lines = {TOTAL: by_service["total"]}
    for dimension, figures in zip(ACROSS, (by_service, by_partner), strict=True):
        rows = figures["rows"] if figures else ()
        lines |= {(dimension, row[dimension]): row for row in rows}
    return lines
