"""Reads what a board is shown of a period, for a page, a print or a pack alike.

Whoever looks, it is of sealed blocks, since pages are passed on. The blocks of the period, and
those of the one before, are read once each.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from survey.foundation.clock import now
from survey.partnership.directory import directory
from survey.partnership.settings import SIDES
from survey.reports.blocks.compared import Table, compared
from survey.reports.blocks.published import answered, record_for
from survey.reports.blocks.record import Record
from survey.reports.blocks.sums import Asked
from survey.reports.blocks.voices.told import said_in
from survey.reports.board.choices import (
    directorates_of,
    partners_seen,
    questionnaires_asked,
    service_groups,
)
from survey.reports.board.said import Heard, heard_in
from survey.reports.board.view import BoardView
from survey.reports.figures import Figures
from survey.reports.periods import last_twelve_full_months
from survey.reports.query import FiguresQuery, query_from
from survey.reports.tally import sum_of


def board_view(chosen: Mapping[str, str], visible_partners: frozenset[str] | None) -> BoardView:
    """What is shown of the partners visible to whoever looks (None: all).

    Args:
        chosen: the filters, by their names in `choices.FILTERS`; without a period, the last
            twelve full months.
        visible_partners: their codes.

    Raises:
        UnknownPartner: the partner chosen does not exist or is not visible.
        UnknownPeriod: the period chosen is none.
        Refused: the service chosen does not exist.
        NotLoaded: there is no partnership yet.
    """
    known = directory()
    asked = query_from(chosen, last_twelve_full_months(now(), known.zone))
    # Its rows are not read: it refuses what does not exist.
    record_for(asked, visible_partners)
    record = record_for(FiguresQuery(asked.period), visible_partners)
    partners = partners_seen(visible_partners, known)
    looked_at = [chosen["partner"]] if "partner" in chosen else [code for code, _ in partners]
    by, tables = partial(_by, asked, record), _tables(chosen.get("partner"), record)
    by_service = by("service")
    return BoardView(
        chosen=chosen,
        period=asked.period,
        by_month=by("month"),
        by_service=by_service,
        by_partner=by("partner"),
        quarters=None if "service" in chosen else _of_quarters(asked, record),
        effect=_effect(asked, record),
        service_table=tables[0],
        partner_table=tables[1],
        last_sealed=record.last_sealed,
        sides=_sides(asked, record, of_one=len(looked_at) == 1),
        heard=_heard(asked, visible_partners),
        partners=partners,
        services=service_groups([row["service"] for row in by_service["rows"]], known),
        directorates=directorates_of(looked_at, known),
        questionnaires=questionnaires_asked(chosen.get("service"), looked_at, known),
    )


def _by(asked: FiguresQuery, record: Record, dimension: str) -> Figures:
    return answered(replace(asked, by=(dimension,)), record)


def _of_quarters(asked: FiguresQuery, record: Record) -> Figures | None:
    quarters = asked.period.whole_quarters
    return answered(replace(asked, period=quarters), record) if quarters else None


def _effect(asked: FiguresQuery, record: Record) -> float:
    quarters = asked.period.whole_quarters
    if quarters is None:
        return 1.0
    whole = Asked(replace(asked, period=quarters, by=()), record).sums().whole
    return sum_of(whole.details.values()).design_effect


def _sides(asked: FiguresQuery, record: Record, *, of_one: bool) -> dict[str, Figures]:
    sides = SIDES if of_one else tuple(side for side in SIDES if side != "directorate")
    return {side: answered(replace(asked, by=(side,)), record) for side in sides}


def _heard(asked: FiguresQuery, visible: frozenset[str] | None) -> list[Heard]:
    if "service" in asked.filters:
        return []
    return heard_in(said_in(asked.period, visible, asked.filters.get("partner")))


def _tables(partner: str | None, record: Record) -> tuple[Table, Table]:
    """The verdicts, which no choice of a service and no choice among partners narrows."""
    period = record.period.before
    before = Record(period, record.partners, record.known) if period else None
    return compared("service", partner, record, before), compared("partner", None, record, before)
