"""What boards are told of what people say: read from what was sealed, and nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select

from survey.foundation.database import Document, db
from survey.foundation.keys import keys
from survey.partnership.directory import Directory, directory
from survey.reports import measures
from survey.reports.blocks.model import SealedQuarter
from survey.reports.blocks.voices.model import SealedComment, SealedThemes
from survey.reports.measures import Estimate
from survey.reports.periods import Period, quarter_of
from survey.reports.query import FiguresQuery
from survey.reports.selection import select_closures


@dataclass(frozen=True)
class Theme:
    """A theme that enough people name.

    Attributes:
        theme: its key; `counting.OTHER_THEMES` is what fewer people name, together.
        name: what people call it.
        count: comments that name it.
        share: of the comments that say something, with its interval and base.
        critical: between which shares those lie who are critical of it, among the people who name
            it, as `{"from": 0.4, "to": 0.5}`; None where too few name it.
    """

    theme: str
    name: str
    count: int
    share: Estimate
    critical: dict[str, float] | None


@dataclass(frozen=True)
class Voices:
    """What people say in a partner's quarter.

    Attributes:
        partner: the partner's code.
        quarter: such as `2026-Q3`.
        comments: how many say something, the base of all shares; None where nothing is told.
        themes: the most frequent first, what is taken together last.
        drawn: redacted comments, in the order of their lots; none where too few people wrote.
    """

    partner: str
    quarter: str
    comments: int | None
    themes: tuple[Theme, ...]
    drawn: tuple[str, ...]


def said_in(
    period: Period, visible_partners: frozenset[str] | None, partner: str | None = None
) -> list[Voices]:
    """What people say in the quarters that lie wholly within a period, by partner and quarter.

    There is one for each partner's quarter in which blocks close, also where nothing is told of it.

    Args:
        period: any; months at its ends that make no whole quarter are left out.
        visible_partners: codes of the partners that the caller may see; None is all.
        partner: the code of the one that is meant; None is all that are visible.

    Raises:
        UnknownPartner: the partner does not exist or is not visible.
        NotLoaded: there is no partnership yet.
    """
    known = directory()
    filters = {} if partner is None else {"partner": partner}
    partners = select_closures(FiguresQuery(period, filters=filters), visible_partners, known)
    quarters = period.whole_quarters
    return list(_voices(quarters, partners.partners, known)) if quarters else []


def _voices(
    quarters: Period, partners: frozenset[int] | None, known: Directory
) -> Iterator[Voices]:
    codes = {partner.id: partner.code for partner in known.everything.partners}
    texts: dict[tuple[int, str], list[str]] = {}
    for comment in db.session.scalars(_narrowed(_comments(), SealedComment, quarters, partners)):
        at = (comment.partner_id, comment.quarter)
        texts.setdefault(at, []).append(keys().decrypt(comment.text))
    rows = db.session.execute(_narrowed(_themes(), SealedQuarter, quarters, partners))
    for at, quarter, told in sorted(rows, key=lambda row: (codes[row[0]], row[1])):
        yield Voices(
            partner=codes[at],
            quarter=quarter,
            comments=told["comments"] if told else None,
            themes=tuple(_each_theme(told)) if told else (),
            drawn=tuple(texts.get((at, quarter), ())),
        )


def _each_theme(told: Document) -> Iterable[Theme]:
    for each in told["themes"]:
        yield Theme(**each, share=measures.share(each["count"], told["comments"]))


def _comments() -> Select[Any]:
    return select(SealedComment).order_by(SealedComment.place)


def _themes() -> Select[Any]:
    same = and_(
        SealedThemes.partner_id == SealedQuarter.partner_id,
        SealedThemes.quarter == SealedQuarter.quarter,
    )
    columns: Any = (SealedQuarter.partner_id, SealedQuarter.quarter, SealedThemes.told)
    return select(*columns).select_from(SealedQuarter).outerjoin(SealedThemes, same)


def _narrowed(
    statement: Select[Any],
    table: type[SealedComment | SealedQuarter],
    quarters: Period,
    partners: frozenset[int] | None,
) -> Select[Any]:
    wanted = table.quarter.in_({quarter_of(month) for month in quarters.months})
    if partners is None:
        return statement.where(wanted)
    return statement.where(wanted, table.partner_id.in_(sorted(partners)))
