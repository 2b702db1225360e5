"""What boards hear of what people say: themes and drawn comments against readings still there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.partnership.model import PartnershipRow
from survey.reports.blocks.model import Block, SealedQuarter
from survey.reports.blocks.rule import MANY
from survey.reports.blocks.voices.model import SealedComment, SealedThemes
from survey.reports.periods import parse
from survey.reports.verifying.as_of import Sealing, Sealings
from survey.reports.verifying.drawn import Drawing
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.spoken import Spoken, spoken_in
from survey.reports.verifying.themes import Themes

BEFORE = "what people say, since it was not sealed yet"
# As far as the partnership file allows it.
MINIMA = range(5, 1001)


@dataclass
class _Sealed:
    """What was sealed of a partner's quarter."""

    themes: Mapping[str, Any] | None = None
    comments: list[SealedComment] = field(default_factory=list)


@dataclass
class _Compared:
    """What is wrong of the themes and of the comments, and why what could not be reckoned."""

    themes: list[str]
    comments: list[str]
    gone_themes: set[str]
    gone_comments: set[str]

    @property
    def wrong(self) -> int:
        return len(self.themes) + len(self.comments)


def verify_voices(known: Directory, sealings: Sealings) -> Findings:
    """Themes and drawn comments of every partner's quarter against what comments said then."""
    found, sealed = Findings("what people say"), _sealed()
    first = min((quarter for _, quarter in sealed), default=None)
    partners = {partner.id: partner.code for partner in known.everything.partners}
    loaded_at = db.session.scalars(select(PartnershipRow.loaded_at)).one()
    order = (SealedQuarter.quarter, SealedQuarter.partner_id)
    for quarter in db.session.scalars(select(SealedQuarter).order_by(*order)).all():
        sealing = sealings[parse(quarter.quarter).months[-1]]
        stored = sealed.pop((quarter.partner_id, quarter.quarter), _Sealed())
        minima = _minima(known.settings.minimum_base, sealing.at, loaded_at)
        one = min(
            (_compared(quarter, stored, spoken, minima) for spoken in _spoken(quarter, sealing)),
            key=lambda each: each.wrong,
        )
        if first is None or quarter.quarter < first:
            gone = {BEFORE} if one.wrong else set()
            one = _Compared([], [], one.gone_themes | gone, one.gone_comments | gone)
        name = f"{partners[quarter.partner_id]} {quarter.quarter}"
        found.note(f"{name} themes", one.themes, one.gone_themes)
        found.note(f"{name} comments", one.comments, one.gone_comments)
    for partner, quarter_name in sealed:
        found.note(f"{partners[partner]} {quarter_name}", ["it has no blocks"], set())
    return found


def _sealed() -> dict[tuple[int, str], _Sealed]:
    found: dict[tuple[int, str], _Sealed] = defaultdict(_Sealed)
    for themes in db.session.scalars(select(SealedThemes)):
        found[themes.partner_id, themes.quarter].themes = themes.told
    for comment in db.session.scalars(select(SealedComment).order_by(SealedComment.place)):
        found[comment.partner_id, comment.quarter].comments.append(comment)
    return dict(found)


def _spoken(quarter: SealedQuarter, sealing: Sealing) -> Sequence[Spoken]:
    months = parse(quarter.quarter).months
    blocks = select(Block.id).where(
        Block.partner_id == quarter.partner_id, Block.closes.between(months[0], months[-1])
    )
    return spoken_in(db.session.scalars(blocks).all(), sealing)


def _minima(current: int, sealed_at: datetime, loaded_at: datetime) -> Sequence[int]:
    """What the minimum base may have been, today's first: it is noted nowhere."""
    return (current,) if loaded_at <= sealed_at else (current, *MINIMA)


def _compared(
    quarter: SealedQuarter, stored: _Sealed, spoken: Spoken, minima: Iterable[int]
) -> _Compared:
    themes, drawing = Themes(spoken.comments), Drawing(quarter.quarter, spoken)
    unknown = spoken.unknown.total()
    if unknown:
        why, altered = {*spoken.unknown}, drawing.altered(stored.comments)
        return _Compared(themes.out_of_bounds(stored.themes, unknown), altered, why, why)
    best: _Compared | None = None
    for minimum in minima:
        one = _with(minimum, quarter, stored, themes, drawing)
        best = one if best is None or one.wrong < best.wrong else best
        if not best.wrong:
            break
    return best or _Compared([], [], set(), set())


def _with(
    minimum: int, quarter: SealedQuarter, stored: _Sealed, themes: Themes, drawing: Drawing
) -> _Compared:
    """Compared with what this minimum base gives."""
    if quarter.people >= MANY:
        wrong = themes.wrong(stored.themes, minimum)
    else:
        wrong = ["told though it is of too few"] if stored.themes else []
    if drawing.gone:
        return _Compared(wrong, drawing.altered(stored.comments), set(), drawing.gone)
    return _Compared(wrong, drawing.wrong(stored.comments, minimum), set(), set())
