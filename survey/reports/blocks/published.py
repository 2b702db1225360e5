"""Figures for boards: from sealed blocks, in the same shape as those that insiders get.

Whatever is asked, the answer is a sum of whole blocks; see docs/decisions/0011. Nothing in it
depends on what happened to answers since they were sealed, or on when it is asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from survey.foundation.database import db
from survey.partnership.directory import Directory, directory
from survey.reports.blocks.copying import speed_from
from survey.reports.blocks.grid import OTHER_SERVICES, SIDES, inside, of_one_partner, side_of
from survey.reports.blocks.model import Block, SealedMonth, SealedQuarter, SeriesMonth
from survey.reports.blocks.quarters import tally_of
from survey.reports.blocks.row import OF_WHOLES, Sealed, board_row
from survey.reports.blocks.rule import MANY
from survey.reports.blocks.sealing import sealed_from
from survey.reports.blocks.sides import count_parts
from survey.reports.counting import Key, count_closures
from survey.reports.figures import Figures, keys_of
from survey.reports.periods import PARTS, Period, quarter_of
from survey.reports.query import NOT_TOLD_APART, FiguresQuery, must_be_one_of
from survey.reports.rules import RULES
from survey.reports.selection import Selection, select_closures
from survey.reports.stamp import as_shown, stamped
from survey.reports.tally import Tally, sum_of

BLOCKS = "blocks"
FOR_BOARDS = "sealed: for boards"
BOARD_RULES = RULES | {
    "n": "answers in the blocks that close in the row's months: sealed, and never changed since; "
    f"by {', '.join(SIDES)}: in those parts of them that may be told apart, and in the row "
    f"{NOT_TOLD_APART} in the others",
    "withheld": "no block closes in the row's months, or blocks of fewer than three partners would "
    "be added up",
    "funnel": f"{RULES['funnel']}; of the closures of the months that the blocks are of",
    "response_rate": "answers in the blocks / asked in the months that the blocks are of",
    "repeated": "intervals take each answer for that of another person",
    "ratings": f"{RULES['ratings']}; like dissatisfied, resolved, ease, recommendation, sentiment "
    f"and questions of those partners' whole quarters whose blocks hold at least {MANY} people; "
    "null where there is none, or not whole quarters",
    "questions": f"{RULES['questions']}, or {MANY} in a partner's quarter",
}


def published(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Figures:
    """The answer for boards to a query, of the partners visible to the caller (None: all).

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        Refused: blocks do not tell that apart, or a filter has a value that does not exist.
        NotLoaded: there is no partnership yet.
    """
    inside(query)
    known = directory()
    selection = _selection(query, visible_partners, known)
    several = selection.partners is None or len(selection.partners) > 1
    of_one_partner(query, several=several)
    speed = _speed(query, selection, known)
    sealed, whole = _sealed(query, selection, known)
    # A row of its own for each partner adds up no others.
    several_in_a_row = several and "partner" not in query.by
    _add_details(query, sealed.values(), whole)
    side = side_of(query)
    unsaid = dict.fromkeys(OF_WHOLES) if side else {}
    rows = [
        dict(zip(query.by, key, strict=True))
        | board_row(sealed.get(key, Sealed()), speed.get(key, Tally()), several=several_in_a_row)
        | unsaid
        for key in keys_of(query, sealed if side else [*speed, *sealed])
    ]
    content = {
        "period": as_shown(query.period, known.settings.time_zone),
        "cohort": BLOCKS,
        "release": FOR_BOARDS,
        "by": list(query.by),
        "minimum_base": known.settings.minimum_base,
        "rules": BOARD_RULES,
        "rows": rows,
        "total": board_row(whole, sum_of(speed.values()), several=several),
    }
    return stamped(content, _as_of(known))


class _Place:
    """Where something stands in an answer."""

    def __init__(self, by: tuple[str, ...], known: Directory) -> None:
        self.by = by
        self.partners = {partner.id: partner.code for partner in known.everything.partners}

    def of(self, partner_id: int, group: str, month: str, side: str | None = None) -> Key:
        """The key of the row; `side` is the value of the side that rows are by, if they are."""
        at = {"partner": self.partners[partner_id], "service": group} | dict.fromkeys(SIDES, side)
        return tuple(at[name] if name in at else PARTS[name](month) for name in self.by)


def _last_sealed() -> str | None:
    return db.session.scalar(select(func.max(SealedMonth.month)))


def _as_of(known: Directory) -> datetime:
    """The moment from which the last sealed month could be had, whenever it was really sealed."""
    last = _last_sealed()
    return sealed_from(last, known) if last else datetime.fromtimestamp(0, UTC)


def _selection(query: FiguresQuery, visible: frozenset[str] | None, known: Directory) -> Selection:
    """The partners that are meant, and the services of the group that is."""
    filters = {name: code for name, code in query.filters.items() if name != "service"}
    selection = select_closures(replace(query, filters=filters), visible, known)
    group = query.filters.get("service")
    if group is None:
        return selection
    services = known.everything.services
    must_be_one_of("service", group, [*sorted({s.service_group for s in services}), OTHER_SERVICES])
    return replace(
        selection, services=frozenset(s.id for s in services if s.service_group == group)
    )


def _speed(query: FiguresQuery, selection: Selection, known: Directory) -> dict[Key, Tally]:
    """The closures of each row: as they stood when their month was sealed, else as they stand.

    They were not sealed by side, so rows by one are taken together.
    """
    query = replace(query, by=tuple(name for name in query.by if name not in SIDES))
    found: dict[Key, Tally] = defaultdict(Tally)
    months, last = query.period.months, _last_sealed() or ""
    place = _Place(query.by, known)
    for series in db.session.scalars(_series(query, selection)):
        found[place.of(series.partner_id, series.service_group, series.month)].add(
            speed_from(series.speed)
        )
    still_open = [month for month in months if month > last]
    if still_open:
        period = Period(query.period.last + 1 - len(still_open), query.period.last)
        groups = {service.code: service.service_group for service in known.everything.services}
        for key, tally in count_closures(replace(query, period=period), selection, known).items():
            pairs = zip(query.by, key, strict=True)
            grouped = (groups.get(str(at), at) if name == "service" else at for name, at in pairs)
            found[tuple(grouped)].add(tally)
    return dict(found)


def _series(query: FiguresQuery, selection: Selection) -> Select[Any]:
    """The sealed months of the series that are meant."""
    months = query.period.months
    series = select(SeriesMonth).where(SeriesMonth.month.between(months[0], months[-1]))
    if selection.partners is not None:
        series = series.where(SeriesMonth.partner_id.in_(sorted(selection.partners)))
    if "service" in query.filters:
        series = series.where(SeriesMonth.service_group == query.filters["service"])
    return series


def _sealed(
    query: FiguresQuery, selection: Selection, known: Directory
) -> tuple[dict[Key, Sealed], Sealed]:
    """The blocks of each row, and all of them."""
    rows: dict[Key, Sealed] = defaultdict(Sealed)
    whole, place = Sealed(), _Place(query.by, known)
    blocks, side = _chosen(query, selection), side_of(query)
    for block in db.session.scalars(select(Block).where(*blocks).order_by(Block.id)):
        key = place.of(block.partner_id, block.service_group or OTHER_SERVICES, block.closes)
        for sealed in (whole,) if side else (rows[key], whole):
            sealed.tally.add(_counted(block))
            sealed.quarters.add((block.partner_id, quarter_of(block.closes)))
    for part in count_parts(side, blocks, known) if side else ():
        group = part.service_group or OTHER_SERVICES
        row = rows[place.of(part.partner_id, group, part.closes, part.value)]
        row.tally.add(part.tally)
        row.quarters.add((part.partner_id, quarter_of(part.closes)))
    return dict(rows), whole


def _add_details(query: FiguresQuery, rows: Iterable[Sealed], whole: Sealed) -> None:
    """What is said of the quarters, to those that are of all blocks of a partner's quarters."""
    period = query.period
    if "service" in query.filters or period != period.whole_quarters:
        return
    details = {
        (row.partner_id, row.quarter): tally_of(row.detail)
        for row in db.session.scalars(
            select(SealedQuarter).where(
                SealedQuarter.quarter.in_({quarter for _, quarter in whole.quarters}),
                SealedQuarter.partner_id.in_({partner for partner, _ in whole.quarters}),
            )
        )
        if row.detail
    }
    apart = {"service", "month", *SIDES} & set(query.by)
    for sealed in (whole, *(() if apart else rows)):
        sealed.details = {key: details[key] for key in sealed.quarters if key in details}


def _chosen(query: FiguresQuery, selection: Selection) -> list[ColumnElement[bool]]:
    """What is true of the blocks that are meant."""
    months = query.period.months
    found: list[ColumnElement[bool]] = [Block.closes.between(months[0], months[-1])]
    if selection.partners is not None:
        found.append(Block.partner_id.in_(sorted(selection.partners)))
    group = query.filters.get("service")
    if group is not None:
        other = Block.service_group.is_(None)
        found.append(other if group == OTHER_SERVICES else Block.service_group == group)
    return found


def _counted(block: Block) -> Tally:
    """What a block counts."""
    funnel = block.funnel
    counts = {name: funnel[name] for name in ("pending", "asked", "accepted", "held")}
    ratings = Counter({int(rating): n for rating, n in block.ratings.items()})
    return Tally(ratings=ratings, not_asked=Counter(funnel["not_asked"]), **counts)
