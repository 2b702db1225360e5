"""Asking for a pack: what it is to say is written down at once, and a worker prints it.

So it says what its asker saw, whatever is sealed meanwhile, and whether the same was asked for
before is plain to see.
"""

import json
from uuid import UUID

from blinker import Signal
from sqlalchemy import case, func, select

from survey.access.audit import record
from survey.access.caller import Caller
from survey.foundation import clock
from survey.foundation.database import db, insert_into
from survey.foundation.keys import keys
from survey.reports.blocks.voices.model import SealedComment
from survey.reports.pack.composing import composed
from survey.reports.pack.content import pack_content
from survey.reports.pack.model import UNDONE, Pack
from survey.reports.periods import Period

# Of one asker: a board asks for one or two; who tries all periods would keep others waiting.
MOST_WAITING = 5
# As in the audit: names in the partnership file may be longer than the column.
LONGEST_NAME = 80

# Sent once a pack that was asked for is stored and committed.
pack_asked_for = Signal()


class TooMany(RuntimeError):
    """So many packs of this asker wait already that no more is taken on."""


def ask_for(period: Period, partner: str | None, language: str, asker: Caller) -> UUID:
    """Have a pack made, up to the commit; which one. One that says the same is not made again.

    Raises:
        UnknownPartner: the partner does not exist or is not visible to the asker.
        TooMany: others have to be made first.
    """
    # Whoever is being forgotten takes their comment along: wait for that, and read what is left.
    db.session.execute(
        select(SealedComment.invitation_id).with_for_update(read=True, key_share=True)
    )
    seen = asker.partners if partner is None else frozenset({partner})
    html = composed(pack_content(period, partner, asker.partners), language)
    partners = sorted(seen or ())
    digest = keys().content_digest(json.dumps([partners, html]))
    known = db.session.scalar(select(Pack.id).where(Pack.digest == digest))
    if known is None and _waiting_of(asker) >= MOST_WAITING:
        raise TooMany
    record("pack asked for", partner or "all visible partners", period=period.text)
    return _stored(
        digest=digest,
        period=period.text,
        partner=partner,
        partners=partners,
        language=language,
        asked_by=asker.name[:LONGEST_NAME],
        html=html,
    )


def _stored(html: str, **pack: object) -> UUID:
    """The pack with this digest, which is new, or is kept for longer now, or tried again."""
    now = clock.now()
    new = insert_into(Pack).values(**pack, html=html, asked_at=now, next_attempt_at=now, attempts=0)
    given_up = Pack.given_up_at.is_not(None)
    stored: UUID = db.session.execute(
        new.on_conflict_do_update(
            index_elements=[Pack.digest],
            set_={
                "asked_at": now,
                "attempts": case((given_up, 0), else_=Pack.attempts),
                "next_attempt_at": case((given_up, now), else_=Pack.next_attempt_at),
                "given_up_at": None,
            },
        ).returning(Pack.uuid)
    ).scalar_one()
    return stored


def _waiting_of(asker: Caller) -> int:
    mine = select(func.count()).select_from(Pack).where(UNDONE)
    return db.session.scalar(mine.where(Pack.asked_by == asker.name[:LONGEST_NAME])) or 0
