"""What stands in a pack: what the board page shows of a period, and a fingerprint of it.

All of it is of sealed blocks, so the same is said to whoever may see it. The pack's fingerprint is
made from those of its figures, which the API gives with the same figures, and from what is told of
change and in comments.
"""

import json
from dataclasses import asdict, dataclass

from survey.foundation.clock import now
from survey.foundation.keys import keys
from survey.partnership.directory import directory
from survey.reports.blocks.compared import Table
from survey.reports.board.view import BoardView
from survey.reports.board.viewing import board_view
from survey.reports.periods import Period, last_twelve_full_months, parse


@dataclass(frozen=True)
class Content:
    """One pack of a partnership."""

    partnership: str
    view: BoardView
    fingerprint: str

    @property
    def partner(self) -> str | None:
        """The name of the partner that it is about; None where it is about several."""
        names = dict(self.view.partners)
        if "partner" in self.view.chosen:
            return names[self.view.chosen["partner"]]
        return next(iter(names.values())) if len(names) == 1 else None

    @property
    def tables(self) -> tuple[tuple[str, Table], ...]:
        """What has changed, in declared tables, by what their rows are."""
        services = (("service", self.view.service_table),)
        partners = (("partner", self.view.partner_table),) if self.view.several else ()
        return services + partners


def period_of(text: str | None) -> Period:
    """The period that a text names; without one, the last twelve full months.

    Raises:
        UnknownPeriod: it names none.
    """
    return parse(text) if text else last_twelve_full_months(now(), directory().zone)


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
    chosen = {"period": period.text} | ({"partner": partner} if partner else {})
    view = board_view(chosen, visible)
    return Content(directory().name, view, _fingerprint(view))


def _fingerprint(view: BoardView) -> str:
    figures = (view.by_month, view.by_service, view.by_partner, view.quarters, *view.sides.values())
    said = [
        [each["fingerprint"] for each in figures if each],
        [asdict(each.latest) for each in view.heard],
        *(
            {code: asdict(row) for code, row in table.items()}
            for table in (view.service_table, view.partner_table)
        ),
    ]
    return keys().content_digest(json.dumps(said, sort_keys=True)).hex()
